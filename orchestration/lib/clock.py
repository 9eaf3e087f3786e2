"""The one instant that a run takes as "now", and the shops' dates at it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from orchestration.lib.builds import newest_instant

if TYPE_CHECKING:
    from ingestion.config import Config


def resolve_as_of(config: Config) -> datetime:
    """The configuration's `as_of` as an instant in UTC.

    `latest` is the newest instant in the accepted data, and the clock's while there is no data.
    """
    if isinstance(config.as_of, datetime):
        return config.as_of.astimezone(UTC)
    newest = newest_instant(config) if config.as_of == "latest" else None
    return newest or datetime.now(UTC).replace(microsecond=0)


def as_of_text(as_of: datetime) -> str:
    """`2011-12-09 12:50:00`, in UTC, with microseconds only where there are some: what SQL reads as a timestamp."""
    return as_of.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def shop_date(config: Config, as_of: datetime) -> str:
    """The local date in each shop at `as_of`: `main=2011-12-09`, comma-separated. A new one means new figures."""
    dates = {shop.id: as_of.astimezone(ZoneInfo(shop.timezone)).date() for shop in config.shops}
    return ",".join(f"{shop}={date.isoformat()}" for shop, date in sorted(dates.items()))
