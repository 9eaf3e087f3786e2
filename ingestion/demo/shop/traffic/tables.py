"""The traffic side's tables, by entity: what has been seen of it by when."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.traffic.event_rows import event_rows, exposure_rows
from ingestion.demo.shop.traffic.spend import spend_rows
from ingestion.demo.shop.traffic.totals import live_rows, traffic_rows

TABLES: dict[str, Callable[[Business, int, int], pl.DataFrame]] = {
    "events": event_rows,
    "ad_spend": spend_rows,
    "live_sessions": live_rows,
    "traffic_daily": traffic_rows,
    "experiment_exposures": exposure_rows,
}
"""`TABLES[entity](business, until, after)`: rows whose newest change lies in [after, until), milliseconds."""
