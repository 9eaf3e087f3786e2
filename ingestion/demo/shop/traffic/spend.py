"""What the ad platforms report: spend, clicks, and conversions of which they claim more than they brought.

A day is reported on the next morning and corrected on the three after it: spend and conversions that come in late.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.frames import instants, money
from ingestion.demo.shop.memory import once
from ingestion.demo.shop.randomness import Floats, Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, local_days
from ingestion.demo.shop.traffic.build import Traffic, build_traffic
from ingestion.demo.shop.traffic.campaigns import campaigns_of, names_on, running
from ingestion.demo.shop.traffic.visits import BOT

REPORTS = 4
_SPENT = np.array([0.965, 0.988, 0.996, 1.0])
"""Share of a day's final spend in the first report and its corrections."""
_CLAIMED = np.array([0.70, 0.88, 0.96, 1.0])
_REPORTED_AT = 6 * HOUR_MS
_YUAN_PER_DOLLAR = 7.2


def spend_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Days × campaigns reported or corrected in [after, until), as last reported before `until`."""
    plan, ads = business.plan, campaigns_of(business.plan)
    final = daily(business)
    dawn = (
        np.array([plan.midnight(plan.start + timedelta(days=day + 1)) for day in range(plan.days)])
        + _REPORTED_AT
    )
    day, campaign = np.nonzero(final.reported)
    first = dawn[day] + plan.dice.integers(0, 50, "ads/report", day, campaign) * 60_000
    by_hand = np.array([ad.campaign_id is None for ad in ads])[campaign]
    report = np.clip((until - 1 - first) // DAY_MS, -1, REPORTS - 1)
    report = np.where(by_hand, np.minimum(report, 0), report)
    updated = first + np.maximum(report, 0) * DAY_MS
    which = np.flatnonzero((report >= 0) & (updated >= after))
    day, campaign, report, by_hand = day[which], campaign[which], report[which], by_hand[which]
    spent, claimed = np.where(by_hand, 1.0, _SPENT[report]), np.where(by_hand, 1.0, _CLAIMED[report])
    rate = exchange(business)[campaign]
    date = pl.Series(values=np.datetime64(plan.start, "D") + day, dtype=pl.Date)
    return pl.DataFrame(
        {
            "date": date,
            "platform": _words([ad.platform for ad in ads], campaign),
            "campaign_id": _words([ad.campaign_id for ad in ads], campaign),
            "campaign": pl.Series(values=names_on(plan, campaign, day), dtype=pl.String),
            "impressions": _counted(final.impressions[day, campaign], by_hand),
            "clicks": _counted(final.clicks[day, campaign], by_hand),
            "spend": money(np.round(final.spend[day, campaign] * spent / rate).astype(np.int64)),
            "currency": _words([ad.currency or plan.currency for ad in ads], campaign),
            "platform_conversions": _counted(np.floor(final.conversions[day, campaign] * claimed), by_hand),
            "platform_value": money(np.round(final.value[day, campaign] * claimed / rate).astype(np.int64)),
            "updated_at": instants(updated[which]),
        }
    )


class Daily:
    """The final figures of each day (rows, from the opening) and campaign (columns); money in the shop's cents."""

    def __init__(self, business: Business, traffic: Traffic) -> None:
        plan, ads, dice = business.plan, campaigns_of(business.plan), business.plan.dice
        days, count = (
            np.arange(plan.days, dtype=np.int64)[:, None],
            np.arange(len(ads), dtype=np.int64)[None, :],
        )
        self.visits = self._visits(business, traffic)
        noise: Floats = dice.between(0.85, 1.2, "ads/noise", days, count)
        # Some who click leave before the page tells the tracker; some clicks are no people.
        bought = np.array([ad.weight > 0 for ad in ads])
        stray = np.where(bought, dice.integers(0, 3, "ads/stray", days, count), 0)
        self.clicks: Ints = (
            np.ceil(self.visits * dice.between(1.04, 1.22, "ads/lost", days, count)).astype(np.int64) + stray
        )
        rate = np.array([max(ad.click_rate, 0.001) for ad in ads])
        self.impressions: Ints = ((self.clicks + bought) / rate * noise).astype(np.int64)
        cost = np.array([ad.cost for ad in ads]) * plan.market.price_level
        on = running(plan, np.arange(len(ads)), np.arange(plan.days))
        flat = np.where(bought, 0, 1)
        self.spend: Ints = np.where(on, (self.clicks + flat) * cost * noise, 0).astype(np.int64)
        self.conversions, self.value = self._claims(business, traffic)
        self.reported = on | (self.conversions > 0)
        self.impressions, self.clicks = np.where(on, self.impressions, 0), np.where(on, self.clicks, 0)

    def _visits(self, business: Business, traffic: Traffic) -> Ints:
        """Visits that each campaign really brought."""
        plan, visits = business.plan, traffic.visits
        day = local_days(plan, visits.at)
        which = np.flatnonzero((visits.campaign >= 0) & (visits.kind != BOT) & (day >= 0) & (day < plan.days))
        return self._grid(business, day[which], visits.campaign[which], np.ones(len(which)))

    def _claims(self, business: Business, traffic: Traffic) -> tuple[Ints, Ints]:
        """Each platform claims every order whose buyer came by it at any time before, and a share of the others."""
        plan, visits, total = business.plan, traffic.visits, business.money.total
        ads, own = campaigns_of(plan), np.flatnonzero(traffic.origin.own)
        led = np.flatnonzero((visits.campaign >= 0) & (visits.order >= 0))
        clicked = np.zeros((len(total), len(ads)), dtype=bool)
        clicked[visits.order[led], visits.campaign[led]] = True
        share = np.array([ad.viewed for ad in ads])[None, :]
        buys = business.purchases
        keys = buys.person[own][:, None], buys.nth[own][:, None], np.arange(len(ads), dtype=np.int64)[None, :]
        clicked[own] |= plan.dice.chance(share, "ads/viewed", *keys) & ~buys.brushed[own][:, None]
        order, campaign = np.nonzero(clicked)
        day = np.clip(local_days(plan, buys.created_at[order]), 0, plan.days - 1)
        claims = self._grid(business, day, campaign, np.ones(len(order)))
        return claims, self._grid(business, day, campaign, total[order].astype(np.float64))

    def _grid(self, business: Business, day: Ints, campaign: Ints, weight: Floats) -> Ints:
        days, count = business.plan.days, len(campaigns_of(business.plan))
        found = np.bincount(day * count + campaign, weights=weight, minlength=days * count)
        return np.asarray(found.reshape(days, count).astype(np.int64))


@once
def daily(business: Business) -> Daily:
    """The truth behind the reports (`visits`) and their final figures."""
    return Daily(business, build_traffic(business))


def exchange(business: Business) -> Floats:
    """Units of the shop's currency for one of each campaign's account."""
    plan = business.plan
    rates = {("USD", "CNY"): 1 / _YUAN_PER_DOLLAR, ("CNY", "USD"): _YUAN_PER_DOLLAR}
    return np.array([rates.get((plan.currency, ad.currency or ""), 1.0) for ad in campaigns_of(plan)])


def _words(names: list[str] | list[str | None], which: Ints) -> pl.Series:
    return pl.Series(values=list(names), dtype=pl.String).gather(which)


def _counted(values: Ints | Floats, unknown: np.ndarray) -> pl.Series:
    """Whole numbers; NULL where nobody counts."""
    series = pl.Series(values=values.astype(np.int64))
    return series.zip_with(pl.Series(values=~unknown), pl.Series([None], dtype=pl.Int64))
