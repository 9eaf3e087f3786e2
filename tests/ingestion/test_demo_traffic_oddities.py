"""What is odd in the simulated traffic on purpose, because real trackers and ad consoles are: known shares of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.tables import rows
from ingestion.demo.shop.traffic.build import Traffic, build_traffic
from ingestion.demo.shop.traffic.campaigns import campaigns_of
from ingestion.demo.shop.traffic.marks import MISSING, MISWRITTEN
from ingestion.demo.shop.traffic.spend import daily, exchange
from ingestion.demo.shop.traffic.steps import GHOST_ORDER, PURCHASE
from tests.ingestion.demo_shops import SHANGHAI, at_end, business_of

PLAN = SHANGHAI
HOUR = 3_600_000


@pytest.fixture(scope="module")
def business() -> Business:
    return business_of(PLAN)


@pytest.fixture(scope="module")
def traffic(business: Business) -> Traffic:
    return build_traffic(business)


@pytest.fixture(scope="module")
def events(business: Business) -> pl.DataFrame:
    return at_end(business, "events")


def test_some_events_arrive_a_day_late_and_some_twice(traffic: Traffic) -> None:
    events = traffic.events
    late = (events.received_at - events.at) > HOUR
    assert 0.005 < late.mean() < 0.03
    assert ((events.received_at - events.at) > 24 * HOUR).sum() > 50
    assert 0.004 < (events.resent_at < 2**60).mean() < 0.012
    assert (events.received_at > events.at).all()
    assert (events.resent_at > events.received_at).all()


def test_pauses_of_exactly_half_an_hour_and_a_millisecond_more(traffic: Traffic) -> None:
    events = traffic.events
    pause, same = np.diff(events.at), np.diff(events.visit) == 0
    assert ((pause == 30 * 60_000) & same).sum() > 30
    assert ((pause == 30 * 60_000 + 1) & same).sum() > 3
    assert ((pause == 0) & same).mean() > 0.02
    assert (pause[same] >= 0).all()


def test_a_late_event_bridges_two_sessions(traffic: Traffic) -> None:
    events = traffic.events
    middle = (
        np.flatnonzero((np.diff(events.at)[:-1] == 20 * 60_000) & (np.diff(events.at)[1:] == 20 * 60_000)) + 1
    )
    late = (events.received_at - events.at)[middle] > 23 * HOUR
    assert (late & (events.visit[middle - 1] == events.visit[middle + 1])).sum() > 20


def test_visits_run_over_local_midnight(events: pl.DataFrame) -> None:
    local = events.with_columns(
        pl.col("event_at").dt.convert_time_zone(PLAN.timezone).dt.date().alias("day"),
        pl.col("event_id").str.slice(0, 16).alias("visit"),
    )
    assert local.group_by("visit").agg(pl.col("day").n_unique()).filter(pl.col("day") > 1).height > 20


def test_bots_are_few_visits_and_inhumanly_fast(traffic: Traffic, events: pl.DataFrame) -> None:
    share = traffic.is_bot[traffic.events.visit].mean()
    assert 0.02 < share < 0.08
    told = (events["user_agent_class"] == "bot").mean()
    assert 0.4 * share < told < 0.9 * share  # type: ignore[operator]
    robots = traffic.is_bot[traffic.events.visit][:-1] & (np.diff(traffic.events.visit) == 0)
    assert np.diff(traffic.events.at)[robots].max() < 1000


def test_purchases_without_an_order_and_orders_without_a_purchase(traffic: Traffic) -> None:
    events, origin = traffic.events, traffic.origin
    bought = events.type == PURCHASE
    real = events.order[bought & (events.order >= 0)]
    seen = np.unique(real)
    assert 0.01 < 1 - len(seen) / origin.tracked.sum() < 0.06
    assert 0.005 < len(real) / len(seen) - 1 < 0.05
    assert (events.order[bought] == GHOST_ORDER).sum() > 5
    assert origin.tracked[seen].all()


def test_customers_are_who_signed_in_and_nobody_else(business: Business, traffic: Traffic) -> None:
    known = traffic.behaviour.signed_in_from < 2**60
    person = traffic.visits.person[known]
    assert (person >= 0).all()
    assert (business.registered_at[person] <= traffic.visits.at[known] + 3000).all()


def test_people_have_several_visitors_and_some_visitors_are_two_people(traffic: Traffic) -> None:
    visits = traffic.visits
    pairs = (
        pl.DataFrame({"visitor": visits.visitor, "person": visits.person})
        .filter(pl.col("person") >= 0)
        .unique()
    )
    assert pairs.group_by("person").len()["len"].mean() > 1.5  # type: ignore[operator]
    assert pairs.group_by("visitor").len().filter(pl.col("len") > 1).height > 5
    strangers = set(visits.visitor[(visits.person < 0)].tolist())
    assert strangers.isdisjoint(pairs["visitor"].to_list())


def test_addresses_are_mostly_right(traffic: Traffic) -> None:
    marks = traffic.marks
    tagged = marks.source.is_not_null().to_numpy() | (marks.care == MISSING)
    assert 0.03 < (marks.care == MISSING)[tagged].mean() < 0.09
    assert 0.02 < (marks.care == MISWRITTEN)[tagged].mean() < 0.06
    known = {ad.source for ad in campaigns_of(PLAN)}
    paid = traffic.visits.campaign >= 0
    right = marks.source.filter(pl.Series(paid & (marks.care == 0)))
    assert set(right.unique()) <= known
    campaign = marks.campaign.filter(pl.Series(paid & (marks.care == 0)))
    assert set(campaign.unique()) <= {ad.campaign_id for ad in campaigns_of(PLAN)}


def test_only_the_landing_page_says_where_a_visitor_came_from(events: pl.DataFrame) -> None:
    marked = events.filter(pl.col("utm_source").is_not_null())
    assert marked["event_id"].str.ends_with("-00000").all()


def test_ad_platforms_claim_more_than_they_brought(business: Business, traffic: Traffic) -> None:
    spend, ads = at_end(business, "ad_spend"), campaigns_of(PLAN)
    brought = traffic.origin.campaign[
        traffic.origin.tracked & (business.purchases.created_at < PLAN.after(PLAN.end))
    ]
    assert spend["platform_conversions"].sum() > 1.5 * (brought >= 0).sum()
    assert spend.filter((pl.col("platform_conversions") == 0) & (pl.col("spend") > 0)).height > 100
    assert spend.filter(pl.col("campaign_id").is_null() & (pl.col("spend") > 0)).height > 20
    assert spend.filter(pl.col("clicks") > 0).height > 0.8 * spend.height
    names = spend.drop_nulls("campaign_id").group_by("campaign_id").agg(pl.col("campaign").n_unique())
    assert names.filter(pl.col("campaign") == 2).height == sum(ad.renamed is not None for ad in ads) > 0
    assert set(spend["currency"]) == {"CNY", "USD"}
    assert exchange(business).max() > 5
    visits = daily(business).visits.sum(axis=0)
    clicks = spend.group_by("campaign_id").agg(pl.col("clicks").sum())
    for ad, came in zip(ads, visits.tolist(), strict=True):
        if ad.weight:
            assert clicks.filter(pl.col("campaign_id") == ad.campaign_id)["clicks"].item() > 0.8 * came * 0.85


def test_spend_is_corrected_for_three_days(business: Business) -> None:
    day, reports = date(2025, 11, 10), []
    for after in range(1, 7):
        found = rows(business, "ad_spend", PLAN.after(date(2025, 11, 10 + after)))
        reports.append(found.filter(pl.col("date") == day).sort("platform", "campaign_id"))
    spent = [float(report["spend"].sum()) for report in reports]
    assert spent[0] < spent[1] < spent[2] < spent[3] == spent[4] == spent[5]
    assert spent[0] > 0.9 * spent[3]
    assert reports[0]["platform_conversions"].sum() < reports[3]["platform_conversions"].sum()


def test_sold_out_articles_are_looked_at_but_not_put_into_the_cart(
    business: Business, traffic: Traffic
) -> None:
    events, variant = traffic.events, traffic.events.variant
    known = (variant >= 0) & (traffic.visits.order[events.visit] < 0) & ~traffic.is_bot[events.visit]
    out = np.zeros(len(variant), dtype=bool)
    out[known] = business.stock.out_of_stock(variant[known], traffic.visits.at[events.visit][known])
    assert (events.type[out] == 1).sum() > 50
    assert (events.type[out] == 3).sum() == 0


def test_who_wanted_what_was_gone_has_been_there_and_left(business: Business, traffic: Traffic) -> None:
    visits = traffic.visits
    there = np.flatnonzero(visits.wish >= 0)
    assert len(there) > 5
    assert business.lost.orders[visits.wish[there]].all()
    assert (visits.person[there] == business.wanted.purchases.person[visits.wish[there]]).all()
    steps = traffic.events.type[np.isin(traffic.events.visit, there)]
    assert (steps == 1).sum() >= len(there)
    assert not np.isin(steps, (3, 5, 6)).any()


def test_totals_of_the_marketplace_are_those_of_its_orders(business: Business) -> None:
    totals = at_end(business, "traffic_daily")
    assert set(totals["scope"]) == {"shop", "product", "source"}
    shop = totals.filter(pl.col("scope") == "shop")
    until = PLAN.midnight(PLAN.end)
    paid = (business.purchases.channel == 2) & (business.payments.paid_at < until)
    assert float(shop["paid_amount"].sum()) == pytest.approx(business.money.total[paid].sum() / 100)
    sources = totals.filter(pl.col("scope") == "source")
    assert sources["paid_amount"].sum() == shop["paid_amount"].sum()
    assert 0.01 < shop["paying_buyers"].sum() / shop["uv"].sum() < 0.08
    assert totals.filter(pl.col("paying_buyers") > pl.col("uv")).is_empty()
    assert totals.filter(pl.col("cart_uv") > pl.col("uv")).is_empty()


def test_live_rooms_state_what_their_orders_paid(business: Business) -> None:
    rooms = at_end(business, "live_sessions")
    assert rooms["creator_id"].null_count() > rooms.height / 2 > 0
    assert (rooms["viewers"] < rooms["impressions"]).all()
    sold = (business.purchases.room >= 0) & (business.purchases.created_at < PLAN.midnight(PLAN.end))
    stated = float(rooms["paid_amount"].sum())
    assert 0.6 < stated / (business.money.total[sold].sum() / 100) < 1.1
