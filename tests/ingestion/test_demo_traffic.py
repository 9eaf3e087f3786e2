"""The traffic of the simulated shop: a past that stays, a believable funnel, orders that have their visits."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from ingestion.demo.protection import protected
from ingestion.demo.shop.business import Business, simulate
from ingestion.demo.shop.traffic.build import Traffic, build_traffic, landing
from ingestion.demo.shop.traffic.gives import GIVES
from ingestion.personal.key import Key
from tests.ingestion.demo_shops import NEW_YORK, SHANGHAI, business_of, left


@pytest.fixture(scope="module", params=[NEW_YORK, SHANGHAI], ids=lambda plan: plan.shop_id)
def business(request: pytest.FixtureRequest) -> Business:
    return business_of(request.param)


@pytest.fixture(scope="module")
def traffic(business: Business) -> Traffic:
    return build_traffic(business)


@pytest.fixture(scope="module")
def events(business: Business) -> pl.DataFrame:
    return left(business, "events").sort("event_id")


def people_only(events: pl.DataFrame, traffic: Traffic) -> pl.DataFrame:
    """Events of people, with the number of their visit: the first sixteen digits of the event's id."""
    bots = set(traffic.visits.key[traffic.is_bot].astype(">i8").tobytes().hex(" ", 8).split())
    visit = events.with_columns(pl.col("event_id").str.slice(0, 16).alias("visit"))
    return visit.filter(~pl.col("visit").is_in(bots))


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


def test_first_touches_come_days_before_and_by_other_channels(business: Business, traffic: Traffic) -> None:
    visits, origin = traffic.visits, traffic.origin
    way = np.flatnonzero((visits.order >= 0) & ~np.isin(np.arange(len(visits.order)), traffic.order_visit))
    order = visits.order[way]
    lead = business.purchases.created_at[order] - visits.at[way]
    assert lead.min() > 40 * 60_000
    assert lead.max() < 28.1 * 86_400_000
    first = pl.DataFrame({"order": order, "at": visits.at[way], "channel": visits.channel[way]})
    first = first.sort("at").unique("order", keep="first", maintain_order=True)
    assert (origin.channel[first["order"].to_numpy()] == first["channel"].to_numpy()).all()
    several = origin.touches > 0
    assert (origin.channel != origin.closing)[several & origin.own].mean() > 0.5
    assert (origin.channel == origin.closing)[~several].all()


def test_tables_agree_about_who_ordered_and_who_was_signed_in(
    business: Business, events: pl.DataFrame
) -> None:
    orders, customers = left(business, "orders"), left(business, "customers")
    bought = events.filter((pl.col("event_type") == "purchase") & ~pl.col("order_id").str.starts_with("CART"))
    both = bought.join(orders, on="order_id", suffix="_of_order")
    # A few orders are known days late, and a few are deleted later.
    assert both.height > 0.98 * bought.height > 1000
    assert (both["visitor_id"] == both["visitor_id_of_order"]).all()
    assert both["customer_id"].eq_missing(both["customer_id_of_order"]).all()
    known = events.filter(pl.col("customer_id").is_not_null()).join(customers, on="customer_id")
    assert known.height > 0.95 * events["customer_id"].count() > 1000
    assert (known["created_at"] <= known["event_at"]).all()
    assert 30 < events.height / orders.height < 70


def test_events_land_with_types_and_without_addresses(business: Business, events: pl.DataFrame) -> None:
    assert events["search_term"].str.contains("@").sum() > 0
    table = protected(events, "events", Key(b"of a test"))
    stamp = pa.timestamp("us", tz="UTC")
    assert [table.schema.field(name).type for name in ("event_at", "received_at", "updated_at")] == [
        stamp
    ] * 3
    assert {table.schema.field(name).type for name in ("search_results", "engaged_ms")} == {pa.int64()}
    assert table.column_names == [*GIVES["events"].split(), "updated_at"]
    assert not any("@" in term for term in table["search_term"].unique().drop_null().to_pylist())


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
