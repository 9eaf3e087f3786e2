"""What promotions take off orders, and the days on which they run, from the simulated shop's own tables and plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from ingestion.demo.shop.campaigns import Campaign
from ingestion.demo.shop.records import FIRST_ORDER
from ingestion.demo.shop.seasons import NEVER
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.world import Seen, World

MEASURES = ("orders", "gross_sales", "margin_before_returns")
_WEEKS = 4
Row = dict[str, Any]


class Dated(NamedTuple):
    """A promotion that has been announced, with its first and last day."""

    promotion_id: str
    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def runs(self, day: date) -> bool:
        return self.first <= day <= self.last


def taken_off(world: World) -> pl.DataFrame:
    """One row per discount of an order that has been placed, in ten-thousandths."""
    orders = fct_orders(world).select(
        "order_key", "customer_key", "platform", "created_date", "is_test", is_counted="is_valid"
    )
    found = pl.concat(
        shop.rows("order_promotions").with_columns(
            shop_id=pl.lit(shop.shop_id),
            order_key=shop.shop_id + ":" + pl.col("order_id"),
            promotion_key=shop.shop_id + ":" + pl.col("promotion_id"),
        )
        for shop in world.shops
    )
    deposits = pl.concat(_deposits(shop) for shop in world.shops)
    return (
        found.join(orders, on="order_key")
        .join(deposits, on="order_key", how="left")
        .with_columns(
            is_presale=pl.col("has_deposit").fill_null(False) & ~pl.col("is_test"),
            discount=pl.when("is_counted").then((pl.col("amount") * 10_000).cast(pl.Int64)).otherwise(0),
        )
    )


def _deposits(shop: Seen) -> pl.DataFrame:
    """Orders for which a deposit has been paid."""
    paid = np.flatnonzero(shop.happened(shop.business.payments.deposit_at))
    keys = [f"{shop.shop_id}:{order + FIRST_ORDER}" for order in paid.tolist()]
    return pl.DataFrame({"order_key": pl.Series(values=keys, dtype=pl.String)}).with_columns(
        has_deposit=pl.lit(True)
    )


def announced(shop: Seen) -> list[Campaign]:
    """The promotions that the shop has told of."""
    opened = shop.business.plan.midnight(shop.business.plan.start)
    return [one for one in shop.business.campaigns if max(one.announced, opened) < shop.until]


def days_of(shop: Seen, campaign: Campaign) -> tuple[date, date | None]:
    """The first and last day; no last day where there is no end."""
    ends = campaign.ends if campaign.ends < NEVER else campaign.starts
    first, last = shop.dates(np.array([campaign.starts, ends - 1000]))
    return first, last if campaign.ends < NEVER else None


def uplift(world: World) -> dict[str, Row]:
    """By promotion_key of the dated ones that have begun: days in it and after it beside matched days before it."""
    found = {}
    days = _paid_days(world)
    for shop in world.shops:
        sales = {row["date"]: row for row in days.filter(pl.col("shop_id") == shop.shop_id).to_dicts()}
        spans = [(one.promotion_id, *days_of(shop, one)) for one in announced(shop)]
        dated = [
            Dated(name, first, last)
            for name, first, last in spans
            if last is not None and (last - first).days < 7 * _WEEKS
        ]
        for one in dated:
            if one.first < shop.today:
                found[f"{shop.shop_id}:{one.promotion_id}"] = _moved(one, dated, sales, shop.today)
    return found


def _paid_days(world: World) -> pl.DataFrame:
    """What the shops sold by the date of payment."""
    paid = fct_orders(world).filter(pl.col("is_valid") & pl.col("paid_date").is_not_null())
    unknown = (pl.col("units") != 0) & pl.col("cogs").is_null()
    margin = (pl.col("gross_sales") - pl.col("discounts_seller") - pl.col("cogs").fill_null(0)).sum()
    return paid.group_by("shop_id", date="paid_date").agg(
        orders=pl.len(),
        gross_sales=pl.col("gross_sales").sum(),
        margin_before_returns=pl.when(unknown.sum() == 0).then(margin),
    )


def _moved(own: Dated, dated: Sequence[Dated], sales: dict[date, Row], today: date) -> Row:
    opened = min(sales)

    def measure(name: str, day: date) -> int | None:
        return sales[day][name] if day in sales else 0

    def busy(day: date) -> bool:
        return any(other.runs(day) for other in dated)

    matched = {}
    for weekday in range(7):
        past = [own.first - timedelta(days=back) for back in range(1, 7 * _WEEKS + 1)]
        same = [day for day in past if day.weekday() == weekday and day >= opened]
        matched[weekday] = [day for day in same if not busy(day)] or same
    after = own.last + timedelta(days=own.length)
    phases = {
        "during": _days(own.first, min(own.last, today - timedelta(days=1))),
        "after": [
            day
            for day in _days(own.last + timedelta(days=1), min(after, today - timedelta(days=1)))
            if not busy(day)
        ],
    }
    days = [day for weekday in matched.values() for day in weekday]
    row: Row = {
        "overlapping_promotions": sum(
            other.first <= own.last and own.first <= other.last for other in dated if other is not own
        ),
        "baseline_days": len(days),
        "is_baseline_promotion_free": not any(busy(day) for day in days) if days else None,
        "is_after_closed": after < today,
    }
    for phase, all_days in phases.items():
        compared = [day for day in all_days if matched[day.weekday()] and day >= opened]
        row[f"days_{phase}"] = len(compared)
        for name in MEASURES:
            here = [measure(name, day) for day in compared]
            means = [_mean([measure(name, one) for one in matched[day.weekday()]], name) for day in compared]
            known = bool(compared) and None not in here and None not in means
            row[f"{name}_{phase}"] = sum(here) if known else None  # type: ignore[arg-type]
            row[f"{name}_{phase}_baseline"] = sum(means) if known else None  # type: ignore[arg-type]
    return row


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _mean(values: list[int | None], name: str) -> float | None:
    """Of money in whole ten-thousandths."""
    if None in values:
        return None
    mean = Fraction(sum(values), len(values))  # type: ignore[arg-type]
    if name == "orders":
        return float(mean)
    return int(mean + Fraction(1, 2)) if mean >= 0 else -int(-mean + Fraction(1, 2))
