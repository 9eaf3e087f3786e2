"""The simulated shops: same seed same bytes, a past that stays, a load a day like one load, rows that fit."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from ingestion.contracts import load_contracts
from ingestion.demo.protection import HASH_NAMES, PERSONAL
from ingestion.demo.shop.business import Business, simulate
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.repeats import delivered
from ingestion.demo.shop.tables import DELETED, ENTITIES, columns_of, rows
from tests.ingestion.demo_shops import HANGZHOU, LONDON, NEW_YORK, SHANGHAI, at_end, business_of, key_of

SOMETIMES = {"live_sessions", "experiment_exposures"}
"""Not in every shop, and not in every month."""
BOTH = pytest.mark.parametrize("plan", [LONDON, HANGZHOU], ids=["london", "hangzhou"])


def deliveries(business: Business, entity: str, every: int = 1) -> list[pl.DataFrame]:
    """What a load every `every` days brings, from the first day to the last."""
    plan = business.plan
    last = [
        plan.start + timedelta(days=offset) for offset in range(0, (plan.end - plan.start).days + 1, every)
    ]
    last = [*(day for day in last if day < plan.end), plan.end]
    ends = [plan.after(day) for day in last]
    return [
        delivered(business, entity, until, *after)
        for until, after in zip(ends, [(), *((end,) for end in ends[:-1])], strict=True)
    ]


def newest(frames: list[pl.DataFrame], entity: str) -> pl.DataFrame:
    """One row per business key, that with the highest version."""
    every = pl.concat(frames)
    key = key_of(entity, every)
    return every.sort("updated_at").unique(key, keep="last", maintain_order=True).sort(key)


@BOTH
def test_the_same_seed_gives_the_same_rows(plan: Plan) -> None:
    again, other = simulate(plan), simulate(replace(plan, seed=8))
    for entity in ENTITIES:
        assert at_end(again, entity).equals(at_end(business_of(plan), entity)), entity
    for entity in ("customers", "orders", "inventory_levels", "events"):
        assert not at_end(other, entity).equals(at_end(again, entity)), entity


@pytest.mark.parametrize("plan", [NEW_YORK, SHANGHAI], ids=["new_york", "shanghai"])
def test_a_longer_horizon_does_not_change_the_past(plan: Plan) -> None:
    for end in (date(2025, 3, 30), date(2025, 11, 2)):  # the days after a clock change, too
        short = simulate(plan.until(end))
        for entity in ENTITIES:
            assert at_end(short, entity).equals(rows(business_of(plan), entity, plan.after(end))), entity


@BOTH
@pytest.mark.parametrize("every", [1, 9])
def test_day_by_day_and_at_once_leave_the_same_newest_rows(every: int, plan: Plan) -> None:
    business = business_of(plan)
    for entity in ENTITIES:
        day_by_day = newest(deliveries(business, entity, every), entity)
        final = at_end(business, entity)
        assert day_by_day.equals(final.sort(key_of(entity, final))), entity


@BOTH
def test_each_key_stands_once_and_a_version_is_one_state(plan: Plan) -> None:
    business = business_of(plan)
    for entity in ENTITIES:
        final = at_end(business, entity)
        assert final.height == final.select(key_of(entity, final)).n_unique(), entity
        assert final.height > 0 or entity in SOMETIMES, entity
        every = pl.concat(deliveries(business, entity)).unique()
        assert every.height == every.select([*key_of(entity, final), "updated_at"]).n_unique(), entity


def test_a_day_brings_a_day_s_worth() -> None:
    business = business_of(LONDON)
    days = deliveries(business, "orders")[1:]
    assert max(day.height for day in days) < at_end(business, "orders").height / 4
    for number, day in enumerate(days, start=1):
        # Apart from the few rows that come again.
        first = LONDON.midnight(LONDON.start + timedelta(days=number)) * 1000
        assert day.filter(pl.col("updated_at").dt.timestamp("us") < first).height <= 3


def test_some_rows_come_twice_and_some_again() -> None:
    business = business_of(HANGZHOU)
    loads = deliveries(business, "inventory_levels")
    assert any(load.height > load.unique().height for load in loads)
    every = pl.concat([load.unique() for load in loads])
    assert 0 < every.height - every.unique().height < 0.03 * every.height


@pytest.mark.parametrize("plan", [NEW_YORK, SHANGHAI], ids=["new_york", "shanghai"])
def test_every_row_keeps_to_the_contract(plan: Plan) -> None:
    for entity in ENTITIES:
        contract, frame = load_contracts()[entity], at_end(business_of(plan), entity)
        personal = PERSONAL.get(entity, {})
        kept = [name for name in frame.columns if personal.get(name) != "drop" and name != DELETED]
        frame = frame.rename({name: HASH_NAMES[name] for name in kept if name in HASH_NAMES})
        assert {HASH_NAMES.get(name, name) for name in kept} - {"updated_at"} <= set(contract.columns), entity
        for name in contract.required:
            assert frame[name].null_count() == 0, (entity, name)
        for name, column in contract.columns.items():
            if column.accepted and name in frame.columns:
                assert set(frame[name].drop_nulls().unique()) <= set(column.accepted), (entity, name)
        assert columns_of(entity) == at_end(business_of(plan), entity).columns


def test_an_order_grows_up_over_days() -> None:
    every = pl.concat(deliveries(business_of(LONDON), "orders")).unique().sort("order_id", "updated_at")
    lives = every.group_by("order_id", maintain_order=True).agg("financial_status")
    seen = set(lives["financial_status"].map_elements(" ".join, return_dtype=pl.String))
    assert any(one.startswith("pending paid") for one in seen)
    assert any(one.endswith(("paid partially_refunded", "paid refunded")) for one in seen)


def test_a_year_is_simulated_in_no_time() -> None:
    plan = Plan(
        date(2025, 1, 1), date(2025, 12, 31), shop_id="shanghai", timezone="Asia/Shanghai", currency="CNY"
    )
    begun = time.process_time()
    business = simulate(plan)
    for entity in ENTITIES:
        at_end(business, entity)
    assert time.process_time() - begun < 12


def test_a_busy_shop_scales() -> None:
    plan = Plan(date(2025, 11, 1), date(2025, 12, 15), orders_per_day=3000.0)
    begun = time.process_time()
    assert len(simulate(plan).purchases.person) > 60_000
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(
    "given",
    [
        {"currency": "CNY"},  # in New York, with its clock changes
        {"currency": "JPY", "timezone": "Asia/Tokyo"},  # a currency without a market of its own
        {"orders_per_day": 0.05, "currency": "CNY", "timezone": "Asia/Shanghai"},
    ],
    ids=["chinese abroad", "elsewhere", "tiny"],
)
def test_odd_shops_are_shops_too(given: dict[str, Any]) -> None:
    for start, end in ((date(2025, 2, 1), date(2025, 2, 1)), (date(2025, 2, 25), date(2025, 3, 15))):
        plan = Plan(start, end, **{"orders_per_day": 8.0, **given})
        business = simulate(plan)
        for entity in ENTITIES:
            assert at_end(business, entity).columns == columns_of(entity)


def test_a_plan_says_what_is_wrong_with_it() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Plan(date(2025, 2, 1), date(2025, 1, 1))
    with pytest.raises(ValueError, match="orders_per_day"):
        Plan(date(2025, 1, 1), date(2025, 1, 1), orders_per_day=0)
