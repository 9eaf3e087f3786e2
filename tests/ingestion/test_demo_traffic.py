"""The traffic of the simulated shop: a past that stays, a believable funnel, orders that have their visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from ingestion.contracts import load_contracts
from ingestion.demo.shop.business import Business, simulate
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.traffic.build import Traffic, build_traffic, landing
from ingestion.demo.shop.traffic.gives import GIVES
from ingestion.demo.shop.traffic.tables import TABLES

FOREVER = -(2**62)
NEW_YORK = Plan(date(2025, 9, 1), date(2026, 3, 10), 7, 20.0, "new_york")
SHANGHAI = Plan(date(2025, 9, 1), date(2026, 3, 10), 7, 20.0, "shanghai", "Asia/Shanghai", "CNY")
CHANGES = {one.entity: one for one in load_contracts().values()}


@pytest.fixture(scope="module", params=[NEW_YORK, SHANGHAI], ids=lambda plan: plan.shop_id)
def business(request: pytest.FixtureRequest) -> Business:
    return simulate(request.param)


@pytest.fixture(scope="module")
def traffic(business: Business) -> Traffic:
    return build_traffic(business)


@pytest.fixture(scope="module")
def events(business: Business) -> pl.DataFrame:
    return at_end(business, "events").sort("event_id")


def at_end(business: Business, entity: str) -> pl.DataFrame:
    return TABLES[entity](business, business.plan.after(business.plan.end), FOREVER)


def people_only(events: pl.DataFrame, traffic: Traffic) -> pl.DataFrame:
    """Events of people, with the number of their visit: the first sixteen digits of the event's id."""
    bots = set(traffic.visits.key[traffic.is_bot].astype(">i8").tobytes().hex(" ", 8).split())
    visit = events.with_columns(pl.col("event_id").str.slice(0, 16).alias("visit"))
    return visit.filter(~pl.col("visit").is_in(bots))


@pytest.mark.parametrize("entity", TABLES)
def test_the_same_seed_gives_the_same_rows(entity: str, business: Business) -> None:
    short = business.plan.until(business.plan.start + timedelta(days=40))
    once, again, other = (at_end(simulate(plan), entity) for plan in (short, short, replace(short, seed=8)))
    assert once.equals(again)
    assert entity == "live_sessions" or not once.equals(other)


@pytest.mark.parametrize("entity", TABLES)
def test_a_longer_horizon_does_not_change_the_past(entity: str, business: Business) -> None:
    for end in (date(2025, 11, 2), date(2026, 1, 17)):
        short = simulate(business.plan.until(end))
        key = list(CHANGES[entity].key)
        key = [name for name in key if name in GIVES[entity].split()]
        then = TABLES[entity](business, short.plan.after(end), FOREVER)
        assert at_end(short, entity).sort(key).equals(then.sort(key))


@pytest.mark.parametrize("entity", TABLES)
def test_a_load_a_day_leaves_the_same_newest_rows(entity: str, business: Business) -> None:
    plan = business.plan
    key = [name for name in CHANGES[entity].key if name in GIVES[entity].split()]
    last = [plan.end - timedelta(days=back) for back in (60, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)]
    frames, after = [], FOREVER
    for day in last:
        frames.append(TABLES[entity](business, plan.after(day), after))
        after = plan.after(day)
    newest = pl.concat(frames).sort("updated_at").unique(key, keep="last", maintain_order=True)
    assert newest.sort(key).equals(at_end(business, entity).sort(key))
    assert pl.concat(frames).select(*key, "updated_at").is_unique().all()
    for frame, begin in zip(frames[1:], last[:-1], strict=True):
        stamps = frame["updated_at"].dt.timestamp("ms")
        assert frame.is_empty() or stamps.min() >= plan.after(begin)  # type: ignore[operator]


@pytest.mark.parametrize("entity", TABLES)
def test_every_row_keeps_to_the_contract(entity: str, business: Business) -> None:
    contract, frame = CHANGES[entity], at_end(business, entity)
    assert frame.columns == [*GIVES[entity].split(), "updated_at"]
    assert set(GIVES[entity].split()) <= set(contract.columns)
    assert frame.height == frame.select(n for n in contract.key if n in frame.columns).unique().height
    assert (frame.height > 0) == (entity != "live_sessions" or business.plan.is_chinese)
    for name in contract.required:
        assert frame[name].null_count() == 0, name
    for name, column in contract.columns.items():
        if column.accepted and name in frame.columns:
            assert set(frame[name].unique()) <= set(column.accepted)


def test_the_funnel_narrows_step_by_step(traffic: Traffic, events: pl.DataFrame) -> None:
    people = people_only(events, traffic)
    visits = people["visit"].n_unique()

    def share(kind: str) -> float:
        return people.filter(pl.col("event_type") == kind)["visit"].n_unique() / visits

    steps = ("product_view", "add_to_cart", "begin_checkout", "purchase")
    shares = [share(step) for step in steps]
    assert shares == sorted(shares, reverse=True)
    for value, (low, high) in zip(
        shares, ((0.35, 0.70), (0.06, 0.16), (0.04, 0.10), (0.025, 0.07)), strict=True
    ):
        assert low < value < high
    furthest = people.group_by("visit").agg(
        pl.col("event_id").str.slice(17).cast(pl.Int64).max().alias("rank")
    )
    assert 0.35 < (furthest["rank"] <= 2).mean() < 0.65  # type: ignore[operator]
    nothing = people.filter(pl.col("event_type") == "search")["search_results"] == 0
    assert 0.08 < nothing.mean() < 0.35  # type: ignore[operator]
    buys_or_gives_up = share("begin_checkout") > 1.1 * share("purchase")
    assert buys_or_gives_up


def test_channels_differ_in_how_well_they_sell(traffic: Traffic) -> None:
    visits = traffic.visits
    sold = visits.order >= 0

    def rate(*names: str) -> float:
        mine = np.isin(visits.channel, [traffic.channels.index(name) for name in names])
        return float((sold & mine).sum() / mine.sum())

    assert rate("direct") > 2 * rate("organic") > 0
    assert rate("private") > 3 * rate("paid_social")
    assert rate("paid_search") > rate("short_video")


def test_every_tracked_order_has_its_visit(
    business: Business, traffic: Traffic, events: pl.DataFrame
) -> None:
    origin, buys = traffic.origin, business.purchases
    until = business.plan.after(business.plan.end)
    tracked = np.flatnonzero(origin.tracked & (buys.created_at < until))
    visit = traffic.order_visit[tracked]
    assert (visit >= 0).all()
    assert (traffic.visits.person[visit] == buys.person[tracked]).all()
    assert (traffic.order_visit[~origin.tracked] == -1).all()
    assert 0.80 < origin.tracked[origin.own & ~buys.brushed].mean() < 0.95
    assert not origin.tracked[~origin.own].any()
    landed = pl.DataFrame(landing(business, tracked))
    assert landed["visitor_id"].null_count() == 0
    came = events.filter(pl.col("event_type") == "begin_checkout")["visitor_id"].unique()
    # Some are still under way at the horizon.
    assert landed["visitor_id"].is_in(came.to_list()).mean() > 0.97  # type: ignore[operator]
    nobody = pl.DataFrame(landing(business, np.flatnonzero(~origin.tracked)))
    assert nobody.null_count().row(0) == (nobody.height,) * 6


def test_first_touches_come_days_before_and_by_other_channels(traffic: Traffic) -> None:
    visits, origin = traffic.visits, traffic.origin
    way = np.flatnonzero((visits.order >= 0) & ~np.isin(np.arange(len(visits.order)), traffic.order_visit))
    order = visits.order[way]
    lead = traffic.business.purchases.created_at[order] - visits.at[way]
    assert lead.min() > 40 * 60_000
    assert lead.max() < 28.1 * 86_400_000
    first = pl.DataFrame({"order": order, "at": visits.at[way], "channel": visits.channel[way]})
    first = first.sort("at").unique("order", keep="first", maintain_order=True)
    assert (origin.channel[first["order"].to_numpy()] == first["channel"].to_numpy()).all()
    several = origin.touches > 0
    assert (origin.channel != origin.closing)[several & origin.own].mean() > 0.5
    assert (origin.channel == origin.closing)[~several].all()


def test_brushed_orders_have_no_browsing(business: Business, traffic: Traffic) -> None:
    brushed = np.flatnonzero(business.purchases.brushed)
    assert (len(brushed) > 0) == business.plan.is_chinese
    if len(brushed):
        visit = traffic.order_visit[brushed]
        steps = np.isin(traffic.events.visit, visit[visit >= 0])
        looked = traffic.events.type[steps] == 1
        assert not (looked & ~traffic.events.lands[steps] & (traffic.events.rank[steps] > 10)).any()
        assert 0.3 < (visit >= 0).mean() < 0.7


def test_simulating_traffic_changes_nothing_in_the_business() -> None:
    short = NEW_YORK.until(date(2025, 9, 20))
    before, after = simulate(short), simulate(short)
    build_traffic(after)
    for part in ("purchases", "people", "money", "payments", "catalogue"):
        one, other = vars(getattr(before, part)), vars(getattr(after, part))
        columns = [name for name, values in one.items() if isinstance(values, np.ndarray)]
        assert len(columns) > 3
        assert all(np.array_equal(one[name], other[name]) for name in columns)
