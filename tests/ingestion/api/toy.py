"""A small API of orders with lines, a source that reads it, and what has landed of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from pydantic import SecretStr

from ingestion import config as configuration
from ingestion import lake
from ingestion.api import source as api
from ingestion.api.client import Client
from ingestion.api.feed import Feed, Page
from ingestion.api.settings import ApiSettings
from ingestion.api.tables import Table
from ingestion.config import Config, load_config
from ingestion.source import Batch, Context, SourcePlan
from tests.ingestion.fake_http import Answer, Asked

TOKEN = "toy-secret-token-1234"
ORDERS = Table(
    "orders",
    ("id",),
    {"id": "id", "total": "total", "email": "customer.email", "at": "created_at", "tags": "json:tags"},
    personal={"email": "email"},
    others=True,
    ignored=("customer", "lines", "updated_at", "stock"),
)
LINES = Table(
    "lines",
    ("id",),
    {"id": "id", "order_id": "^.id", "sku": "sku", "n": "qty", "price": "price"},
    ("lines",),
    "order_id",
)
STOCK = Table(
    "stock",
    ("order_id",),
    {"order_id": "^.id", "left": "left"},
    each=("stock",),
    parent="order_id",
    snapshot_at="at",
)
CONFIGURATION = """
warehouse: ./warehouse
shops:
  - {{id: main, name: Shop, timezone: Europe/London, currency: GBP}}
sources:
  - name: toy
    type: toy
    shop: main
    url: {url}
    token: ${{TOY_TOKEN}}
    {more}
    entities:
      orders:
        from: orders
        columns: {{order_id: id, total: total, created_at: at, email_hash: email}}
      order_lines:
        from: lines
        columns: {{order_line_id: id, order_id: order_id, variant_id: sku, quantity: n, unit_price: price}}
"""


class ToySettings(ApiSettings):
    """Of the toy."""

    type: Literal["toy"]
    url: str
    token: SecretStr
    page: int = 3

    def tables(self) -> Sequence[Table]:
        return [ORDERS, LINES, STOCK]


class Orders(Feed):
    """Orders by id, or by their time of change."""

    name = "orders"
    tables: ClassVar[Sequence[Table]] = [ORDERS, LINES, STOCK]  # type: ignore[misc]

    def __init__(self, client: Client, settings: ToySettings) -> None:
        self.client, self._page = client, settings.page
        self.lookback = settings.lookback.time

    def everything(self, place: Any = None) -> Iterator[Page]:
        yield from self._pages({"after": place or 0})

    def changed(self, since: datetime) -> Iterator[Page] | None:
        return self._pages({"after": 0, "since": since.isoformat()})

    def these(self, ids: Sequence[str]) -> Iterator[Page] | None:
        return self._pages({"after": 0, "ids": ",".join(ids)})

    def _pages(self, params: dict[str, Any]) -> Iterator[Page]:
        while True:
            assert self.client is not None
            answer = self.client.json(self.client.get("/orders", {**params, "limit": self._page}))
            records = answer["orders"]
            params = {**params, "after": answer["next"]}
            yield Page(records, answer["next"], answer["total"])
            if len(records) < self._page:
                return


def plan(settings: ToySettings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    return api.plan(settings, config, context, feeds, inspect=inspect)


def extract(settings: ToySettings, config: Config, context: Context) -> Iterator[Batch]:
    yield from api.extract(settings, config, context, feeds)


def feeds(settings: ToySettings, config: Config) -> list[Feed]:
    token = settings.token.get_secret_value()
    client = Client(
        settings.url, name=settings.name, secrets=[token], headers={"X-Token": token},
        timeout=settings.timeout.seconds, attempts=3, first_wait=0.01,
    )  # fmt: skip
    return [Orders(client, settings)]


def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the type `toy` known."""
    types = {**configuration.source_types(), "toy": ToySettings}
    monkeypatch.setattr(configuration, "source_types", lambda: types)
    before = lake._module
    monkeypatch.setattr(
        lake, "_module", lambda kind: sys.modules[__name__] if kind == "toy" else before(kind)
    )
    monkeypatch.setenv("TOY_TOKEN", TOKEN)


def configured(folder: Path, url: str, more: str = "") -> Config:
    path = folder / "opsmart.yml"
    path.write_text(CONFIGURATION.format(url=url, more=more))
    return load_config(path)


@dataclass
class Shop:
    """The orders that the server has, by id."""

    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    """Orders that pages leave out, though they are there."""

    def put(
        self, number: int, total: Any = "10.00", at: str | None = None, skus: str = "A", **more: Any
    ) -> None:
        moment = at or datetime.now(UTC).isoformat()
        self.orders[number] = {
            "id": number,
            "total": total,
            "customer": {"email": f"p{number}@mail.example"},
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": moment,
            "tags": [],
            "stock": [{"left": 5}],
            "lines": [
                {"id": f"{number}-{place}", "sku": sku, "qty": 1, "price": 10.5}
                for place, sku in enumerate(skus)
            ],
            **more,
        }

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("x-token") != TOKEN:
            return Answer({"message": "who are you?"}, 401)
        chosen = [one for number, one in sorted(self.orders.items()) if number > int(asked.one("after", "0"))]
        if since := asked.one("since"):
            chosen = [one for one in chosen if one["updated_at"] >= since]
        if ids := asked.one("ids"):
            chosen = [one for one in chosen if str(one["id"]) in ids.split(",")]
        else:
            chosen = [one for one in chosen if one["id"] not in self.lost]
        page = chosen[: int(asked.one("limit"))]
        last = page[-1]["id"] if page else int(asked.one("after", "0"))
        total = None if since or ids else len(self.orders) - len(self.lost)
        return Answer({"orders": page, "next": last, "total": total})
