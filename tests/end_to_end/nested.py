"""A shop's own tracker as analytics services export it: parameters and articles nested in each event, in two forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

NAMES = {
    "page_view": "page_view", "view_item": "product_view", "add_to_cart": "add_to_cart",
    "begin_checkout": "begin_checkout", "purchase": "purchase",
}  # fmt: skip
START = 1_709_290_800_000_000
"""2024-03-01 11:00:00 UTC in microseconds."""
MINUTE = 60_000_000

# Visitor, minutes after START, event, article, source of the landing page, order.
EVENTS: tuple[tuple[str, float, str, str | None, str | None, str | None], ...] = (
    ("ann", 0, "session_start", None, "google / cpc", None),
    ("ann", 0, "page_view", None, "google / cpc", None),
    ("ann", 1, "view_item", "cup", None, None),
    ("ann", 31, "add_to_cart", "cup", None, None),  # exactly half an hour later
    ("ann", 32, "begin_checkout", "cup", None, None),
    ("ann", 33, "purchase", "cup", None, "T-1"),
    ("ann", 64, "page_view", None, None, None),  # a minute too late for the same session
    ("bob", 5, "page_view", None, "newsletter / email", None),
    ("bob", 6, "add_to_cart", "jug", None, None),  # nothing was viewed before
    ("bob", 7, "view_item", "jug", None, None),
    ("eve", 779, "view_item", "cup", None, None),  # a minute before midnight
    ("eve", 781, "add_to_cart", "cup", None, None),
    ("eve", 781, "user_engagement", None, None, None),
)
PARAMS = "(list_filter({params}, one -> one.key = '{name}'))[1].value.string_value"
TEXTS = """'[{"key": "VARCHAR", "value": {"string_value": "VARCHAR"}}]'"""
SELECT = """
          select
              concat_ws(':', user_pseudo_id, event_timestamp, event_name) as event_id,
              user_pseudo_id as visitor_id,
              make_timestamp(cast(event_timestamp as bigint)) as event_at,
              case event_name when 'view_item' then 'product_view' else event_name end as event_type,
              {item} as variant_id,
              {order} as order_id,
              {page} as page_path,
              split_part({source}, ' / ', 1) as utm_source,
              split_part({source}, ' / ', 2) as utm_medium
          from {form}
          where event_name in ('page_view', 'view_item', 'add_to_cart', 'begin_checkout', 'purchase')
"""


def add_nested(folder: Path) -> None:
    """Two more shops in the configuration of a folder: the same events as JSON lines and as Parquet with structs."""
    rows = [_event(*event) for event in EVENTS]
    (folder / "nested").mkdir()
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "nested" / "events.jsonl").write_text(lines, encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(rows), folder / "nested" / "events.parquet")
    given = folder / "opsmart.yml"
    text = given.read_text(encoding="utf-8")
    shops = "".join(
        f"  - {{id: {form}, name: {form}, timezone: UTC, currency: USD}}\n" for form in ("jsonl", "parquet")
    )
    text = text.replace("shops:\n", "shops:\n" + shops) + "".join(
        _source(form) for form in ("jsonl", "parquet")
    )
    given.write_text(text, encoding="utf-8")


def _event(
    visitor: str, minutes: float, name: str, item: str | None, source: str | None, order: str | None
) -> dict[str, Any]:
    params = {"page_location": f"https://shop.example/{item or ''}", "source_medium": source}
    return {
        "event_timestamp": START + int(minutes * MINUTE),
        "event_name": name,
        "user_pseudo_id": visitor,
        "event_params": [{"key": key, "value": {"string_value": value}} for key, value in params.items()],
        "items": [{"item_id": item, "quantity": 1}] if item else [],
        "ecommerce": {"transaction_id": order},
    }


def _source(form: str) -> str:
    params = f"from_json(event_params, {TEXTS})" if form == "jsonl" else "event_params"
    select = SELECT.format(
        form=form,
        item="items ->> '$[0].item_id'" if form == "jsonl" else "items[1].item_id",
        order="ecommerce ->> '$.transaction_id'" if form == "jsonl" else "ecommerce.transaction_id",
        page=PARAMS.format(params=params, name="page_location"),
        source=PARAMS.format(params=params, name="source_medium"),
    )
    return f"""
  - name: nested_{form}
    type: files
    shop: {form}
    inputs:
      {form}: {{path: "nested/*.{form}"}}
    entities:
      events:
        from: {form}
        select: |{select}"""
