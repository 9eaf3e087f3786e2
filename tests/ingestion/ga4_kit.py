"""An export of Google Analytics 4 to BigQuery, as it leaves there: nested records as Parquet, or as JSON lines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.config import Config, load_config

MINUTE = 60_000_000
NOON = 1_767_268_800_000_000
"""2026-01-01 12:00:00 UTC in microseconds."""
DAY = 86_400_000_000
SHOP = "https://www.shop.example"
CONFIGURATION = """
warehouse: ./warehouse
as_of: latest
shops:
  - {{id: main, name: Shop, timezone: Europe/London, currency: GBP}}
sources:
  - name: ga
    type: ga4
    shop: main
    path: "export/events_*"
{more}
"""

_VALUE = pa.struct(
    {
        "string_value": pa.string(),
        "int_value": pa.int64(),
        "float_value": pa.float64(),
        "double_value": pa.float64(),
    }
)
_PARAMS = pa.list_(pa.struct({"key": pa.string(), "value": _VALUE}))
SCHEMA = {
    "event_date": pa.string(),
    "event_timestamp": pa.int64(),
    "event_name": pa.string(),
    "event_params": _PARAMS,
    "event_bundle_sequence_id": pa.int64(),
    "user_id": pa.string(),
    "user_pseudo_id": pa.string(),
    "privacy_info": pa.struct({"analytics_storage": pa.string(), "ads_storage": pa.string()}),
    "user_properties": _PARAMS,
    "device": pa.struct({
        "category": pa.string(), "operating_system": pa.string(),
        "web_info": pa.struct({"browser": pa.string(), "hostname": pa.string()}),
    }),
    "geo": pa.struct({"country": pa.string(), "city": pa.string()}),
    "traffic_source": pa.struct({"name": pa.string(), "medium": pa.string(), "source": pa.string()}),
    "stream_id": pa.string(),
    "platform": pa.string(),
    "ecommerce": pa.struct({"transaction_id": pa.string(), "purchase_revenue": pa.float64()}),
    "items": pa.list_(pa.struct({
        "item_id": pa.string(), "item_name": pa.string(), "item_variant": pa.string(), "price": pa.float64(),
        "quantity": pa.int64(), "coupon": pa.string(), "promotion_name": pa.string(),
    })),
    "collected_traffic_source": pa.struct({
        "manual_source": pa.string(), "manual_medium": pa.string(), "manual_campaign_name": pa.string(),
        "gclid": pa.string(),
    }),
    "batch_page_id": pa.int64(),
    "batch_ordering_id": pa.int64(),
    "batch_event_index": pa.int64(),
}  # fmt: skip


def event(
    name: str, visitor: str | None, minutes: float = 0, *, day: int = 1, **given: Any
) -> dict[str, Any]:
    """An event, `minutes` after noon of a day in January 2026. `items`: ids; `params`: values; the rest are columns."""
    params = {"page_location": f"{SHOP}/", "ga_session_id": 17, **given.pop("params", {})}
    items = given.pop("items", [])
    return {
        "event_date": f"202601{day:02}",
        "event_timestamp": NOON + (day - 1) * DAY + int(minutes * MINUTE),
        "event_name": name,
        "event_params": [
            {"key": key, "value": _typed(value)} for key, value in params.items() if value is not None
        ],
        "event_bundle_sequence_id": 1,
        "user_pseudo_id": visitor,
        "device": {"category": "mobile", "web_info": {"browser": "Chrome", "hostname": "www.shop.example"}},
        "geo": {"country": "United Kingdom"},
        "platform": "WEB",
        "items": [{"item_id": one, "price": 2.5, "quantity": 1} for one in items],
        **given,
    }


def _typed(value: Any) -> dict[str, Any]:
    return {"string_value": value} if isinstance(value, str) else {"int_value": value}


def put(
    folder: Path, name: str, *events: dict[str, Any], without: tuple[str, ...] = (), schema: Any = None
) -> Path:
    """Write events to `export/<name>`: Parquet or JSON, by the name."""
    path = folder / "export" / name
    path.parent.mkdir(exist_ok=True)
    if ".json" in name:
        text = "".join(json.dumps(_as_exported(one)) + "\n" for one in events).encode()
        path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    else:
        types = {key: kind for key, kind in {**SCHEMA, **(schema or {})}.items() if key not in without}
        pq.write_table(pa.Table.from_pylist(list(events), schema=pa.schema(types)), path)
    return path


def _as_exported(value: Any) -> Any:
    """BigQuery's JSON: whole numbers are text, and what is empty is left out."""
    if isinstance(value, dict):
        return {key: _as_exported(one) for key, one in value.items() if one is not None and one != []}
    if isinstance(value, list):
        return [_as_exported(one) for one in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def configured(folder: Path, more: str = "") -> Config:
    """The configuration of a shop in `folder`."""
    path = folder / "opsmart.yml"
    path.write_text(CONFIGURATION.format(more=more))
    return load_config(path)
