"""A small API of a shop that turns pages in any way there is, and a configuration that reads it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingestion import lake
from ingestion.config import Config, load_config
from tests.ingestion.fake_http import Answer, Asked
from tests.ingestion.landed_rows import entity_rows

OLD = "2026-01-01T00:00:00Z"
CONFIGURATION = """
warehouse: ./warehouse
as_of: 2026-01-01T12:00:00Z
shops:
  - {{id: main, name: Shop, timezone: UTC, currency: USD}}
sources:
  - name: api
    type: rest
    shop: main
    client:
      base_url: {url}/api
      paginator: {paginator}
{client}
{source}
    inputs:
      orders:
        path: orders
        data_selector: data.orders
        key: id
        personal: {{buyer__email: email, address: drop}}
{orders}
      lines:
        within: orders
        each: lines
        parent: order_id
        key: [id]
{inputs}
    entities:
      orders:
        from: orders
        columns: {{order_id: id, total: total, created_at: created_at, email_hash: buyer__email}}
      order_lines:
        from: lines
        columns: {{order_line_id: id, order_id: order_id, variant_id: sku, quantity: qty, unit_price: price}}
{entities}
"""
LINKS = "json_link"
OFFSET = "{type: offset, limit: 3, total_path: meta.total}"


@dataclass
class Shop:
    """Its orders, by id; pages of three."""

    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    size: int = 3
    url: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    """More that stands in each answer."""
    answers: dict[str, Any] = field(default_factory=dict)
    """By path: what is answered in place of orders, a value or a function of the request."""

    def put(self, number: int, total: Any = "10.00", at: str = OLD, skus: str = "AB", **more: Any) -> None:
        self.orders[number] = {
            "id": number, "total": total, "created_at": OLD, "updated_at": at, "note": None,
            "buyer": {"email": f"p{number}@mail.example", "vip": number % 2 == 0},
            "address": {"street": "1 High Street", "phone": "+1 650 555 0137"},
            "lines": [{"id": f"{number}-{place}", "sku": sku, "qty": 1, "price": 10.5}
                      for place, sku in enumerate(skus)],
            **more,
        }  # fmt: skip

    def change(self, number: int, **more: Any) -> None:
        """Now."""
        self.orders[number] |= {"updated_at": datetime.now(UTC).isoformat(), **more}

    def answer(self, asked: Asked) -> Answer:
        path = asked.path.removeprefix("/api")
        found = self.answers.get(path)
        if found is not None:
            given = found(asked) if callable(found) else found
            return given if isinstance(given, Answer) else Answer(given)
        if path.startswith("/orders/"):
            one = self.orders.get(int(path.rsplit("/", 1)[-1]))
            return Answer({"order": one}) if one else Answer({"message": "no such order"}, 404)
        if path != "/orders":
            return Answer({"message": "no such thing"}, 404)
        return self.page(asked)

    def chosen(self, asked: Asked) -> list[dict[str, Any]]:
        since = asked.one("since") or (asked.json or {}).get("since", "")
        return [one for _, one in sorted(self.orders.items()) if one["updated_at"] >= since]

    def page(self, asked: Asked) -> Answer:
        """All ways at once: what the request does not ask for is ignored."""
        body = asked.json if asked.method == "POST" else {}
        rows = self.chosen(asked)
        size = min(int(asked.one("limit") or self.size), self.size)
        start = int(asked.one("offset") or body.get("offset") or 0)
        if asked.one("page"):
            start = int(asked.one("page")) * size
        token = asked.one("cursor") or body.get("cursor") or asked.headers.get("x-cursor", "")
        if token:
            start = int(base64.b64decode(token).decode().partition(":")[2])
        page, end = rows[start : start + size], start + size
        more = end < len(rows)
        after = base64.b64encode(f"from:{end}".encode()).decode() if more else None
        since = f"&since={asked.one('since')}" if asked.one("since") else ""
        link = f"{self.url}/api/orders?offset={end}{since}" if more else None
        meta = {"total": len(rows), "pages": -(-len(rows) // size), "after": after, "more": more}
        headers = {"X-Total-Count": str(len(rows))}
        if link and after:
            headers |= {"Link": f'<{link}>; rel="next"', "X-Next": after}
        return Answer({"data": {"orders": page}, "meta": meta, "next": link, **self.extra}, headers=headers)


def configured(folder: Path, url: str, paginator: str = OFFSET, **parts: str) -> Config:
    """A configuration; `client`, `source`, `orders`, `inputs`, `entities` are further lines of those blocks."""
    indents = {"client": 6, "source": 4, "orders": 8, "inputs": 6, "entities": 6}
    given = {name: _indented(parts.get(name, ""), by) for name, by in indents.items()}
    path = folder / "opsmart.yml"
    path.write_text(CONFIGURATION.format(url=url, paginator=paginator, **given))
    return load_config(path)


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())


def standing(config: Config) -> tuple[dict[str, float], set[str]]:
    orders = {key[0]: float(row["total"]) for key, row in entity_rows(config, "api", "orders").items()}
    return orders, {row["order_line_id"] for row in entity_rows(config, "api", "order_lines").values()}


def as_shop(shop: Shop) -> tuple[dict[str, float], set[str]]:
    lines = {line["id"] for one in shop.orders.values() for line in one["lines"]}
    return {str(number): float(one["total"]) for number, one in shop.orders.items()}, lines


def problems(config: Config, **how: Any) -> str:
    return "\n".join(lake.land(config, "api", **how).problems)
