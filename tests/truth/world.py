"""What the ledger looks at: simulated shops, told until one instant and looked at from another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.records import arrives_at, purged_at
from ingestion.demo.shop.tables import standing
from ingestion.personal.key import Key

MONEY = 100
"""Ten-thousandths in a cent."""


@dataclass(frozen=True)
class Seen:
    """One shop: what its systems have told by `until`, looked at from `as_of` (milliseconds since 1970 UTC).

    Told is what lies before `until`; it has happened if it also does not lie after `as_of`.
    """

    business: Business
    until: int
    as_of: int
    key: Key
    source: str
    platform: str = "own_site"

    @property
    def shop_id(self) -> str:
        return self.business.plan.shop_id

    @property
    def today(self) -> date:
        """The shop's own date at `as_of`."""
        return self.dates(np.array([self.as_of]))[0]

    def told(self, instants: Ints) -> Bools:
        return np.asarray(instants < self.until)

    def happened(self, instants: Ints) -> Bools:
        return np.asarray((instants < self.until) & (instants <= self.as_of))

    def dates(self, instants: Ints) -> pl.Series:
        """The shop's local dates of these instants."""
        return self.clock(instants).dt.date()

    def clock(self, instants: Ints) -> pl.Series:
        """The times on the shop's clock, without a zone."""
        utc = moments(instants).dt.replace_time_zone("UTC")
        return utc.dt.convert_time_zone(self.business.plan.timezone).dt.replace_time_zone(None)

    def rows(self, entity: str) -> pl.DataFrame:
        """What the shop's own tables say: for columns that the marts hand on as they came."""
        return standing(self.business, entity, self.until)

    def known_orders(self) -> Bools:
        """Which orders the shop's own system has told of and not deleted: some become known days later."""
        return self.told(arrives_at(self.business)) & ~self.told(purged_at(self.business))


@dataclass(frozen=True)
class World:
    """All shops of a warehouse."""

    shops: Sequence[Seen]
    reporting_currency: str
    rfm_window_days: int = 365
    return_window_days: int = 30
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What one ledger has worked out and others need as well."""

    @cached_property
    def today(self) -> pl.DataFrame:
        """shop_id, today: each shop's own date."""
        return pl.DataFrame(
            {"shop_id": [one.shop_id for one in self.shops], "today": [one.today for one in self.shops]}
        )


def moments(instants: Ints, known: Bools | None = None) -> pl.Series:
    """UTC timestamps without a zone, as the marts have them; NULL where not `known`."""
    series = pl.Series(values=np.where(True if known is None else known, instants, 0) * 1000, dtype=pl.Int64)
    return where(known, series.cast(pl.Datetime("us")))


def where(known: Bools | None, series: pl.Series) -> pl.Series:
    """The values where they are `known`, else NULL."""
    if known is None:
        return series
    return series.zip_with(pl.Series(values=known), pl.Series([None], dtype=series.dtype))


def milliseconds(text: str) -> int:
    """The instant of an ISO text in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def md5(text: str) -> str:
    import hashlib

    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
