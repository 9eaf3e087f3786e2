"""Simulated shops as a small warehouse: their tables land as the demo source would land them, dbt builds the marts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingestion.contracts import load_contracts
from ingestion.demo.protection import protected
from ingestion.demo.shop.business import Business, simulate
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.repeats import delivered
from ingestion.demo.shop.tables import DELETED, ENTITIES, FOREVER_AGO
from ingestion.personal.key import Key
from tests.dbt.kit.lake import Lake
from tests.dbt.kit.runner import NAME, Runner
from tests.truth.world import Seen, World, milliseconds

KEY = Key(b"the key of the ledger's shops")
SOURCE = "shop"
REPORTING = "CNY"
SHOPS = {
    "shanghai": {"timezone": "Asia/Shanghai", "currency": "CNY", "platform": "tmall"},
    "new_york": {"timezone": "America/New_York", "currency": "USD", "platform": "own_site"},
}
START, END = date(2024, 9, 20), date(2025, 3, 20)
"""Over Black Friday, a new year and two nights on which New York's clocks change."""
PER_DAY, SEED = 6.0, 6


@dataclass(frozen=True)
class Moment:
    """A step in a warehouse's life: everything up to the end of a day has been delivered, and it is `as_of`."""

    delivered: date
    as_of: str


@lru_cache
def business(shop: str) -> Business:
    """One of the shops, from its first day to the last that any test looks at."""
    facts = SHOPS[shop]
    plan = Plan(
        START,
        END,
        orders_per_day=PER_DAY,
        seed=SEED,
        shop_id=shop,
        timezone=facts["timezone"],
        currency=facts["currency"],
    )
    return simulate(plan)


def world(moment: Moment) -> World:
    """The shops at a moment, as the ledger sees them."""
    return World(
        tuple(
            Seen(
                business(shop),
                business(shop).plan.after(moment.delivered),
                milliseconds(moment.as_of),
                KEY,
                SOURCE,
                facts["platform"],
            )
            for shop, facts in SHOPS.items()
        ),
        REPORTING,
    )


@dataclass
class Warehouse:
    """A lake of the shops' deliveries and a build database over it."""

    folder: Path
    runner: Runner
    lake: Lake = field(init=False)
    delivered: date | None = None

    def __post_init__(self) -> None:
        self.lake = lake(self.folder)

    @property
    def database(self) -> Path:
        return self.folder / "build" / NAME

    def deliver(self, until: date) -> None:
        """Land what changed since the last delivery, up to the end of a day."""
        if self.delivered is not None and until <= self.delivered:
            return
        tables = {
            entity: pa.concat_tables(self._changes(entity, until), promote_options="permissive")
            for entity in ENTITIES
        }
        self.lake.land({name: table for name, table in tables.items() if table.num_rows}, "", SOURCE)
        self.delivered = until

    def _changes(self, entity: str, until: date) -> list[pa.Table]:
        found = []
        for shop in SHOPS:
            plan = business(shop).plan
            after = FOREVER_AGO if self.delivered is None else plan.after(self.delivered)
            frame = delivered(business(shop), entity, plan.after(until), after)
            found.append(_as_landed(protected(frame, entity, KEY, plan.market.country), entity, shop))
        return found

    def build(self, moment: Moment, *arguments: str, **more: Any) -> Any:
        """Deliver and build, on top of what is there."""
        self.deliver(moment.delivered)
        return self.runner.build(self.lake, self.database, moment.as_of, *arguments, **more)


def lake(folder: Path) -> Lake:
    """An empty lake of a source of type demo that gives all that the simulator does."""
    shops = [{"shop_id": shop, "name": shop.title(), **facts} for shop, facts in SHOPS.items()]
    return Lake(folder, shops, {SOURCE: ("demo", ENTITIES)}, reporting_currency=REPORTING)


def runner(folder: Path) -> Runner:
    """dbt for such lakes."""
    folder.mkdir(parents=True, exist_ok=True)
    return Runner(folder, lake(folder).variables("2000-01-01 00:00:00"))


def _as_landed(table: pa.Table, entity: str, shop: str) -> pa.Table:
    """Columns of the contract, the shop, and `updated_at` as the version that it is."""
    contract = load_contracts()[entity].columns
    version = table["updated_at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    kept = {name: table[name] for name in table.column_names if name in contract}
    for name, column in kept.items():
        kind = contract[name].data_type
        if kind == "timestamp":
            kept[name] = column.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
        elif kind.startswith("decimal"):
            kept[name] = column.cast(pa.decimal128(38, 10 if kind.endswith("10)") else 4))
    if DELETED in table.column_names:
        kept[DELETED] = table[DELETED]
    else:
        kept[DELETED] = pa.array([False] * table.num_rows, pa.bool_())
    return pa.table({**kept, "shop_id": pa.array([shop] * table.num_rows, pa.string()), "version": version})


def day_after(day: date) -> date:
    return day + timedelta(days=1)
