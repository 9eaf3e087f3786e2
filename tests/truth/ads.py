"""What shops spend on advertising by day, in their own currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl

from tests.truth.rates import rates
from tests.truth.world import World

_DIGITS = Decimal("0.0000000001")


def day_rates(world: World) -> dict[tuple[str, object], Decimal]:
    """By currency and day: what it is worth in the reporting currency. Of that itself it is 1 on any day."""
    return {(currency, day): Decimal(rate) for currency, day, rate in rates(world).iter_rows()}


def campaign_days(world: World) -> list[dict[str, Any]]:
    """What each campaign spent and claims on each day up to the shop's today; money in ten-thousandths.

    One row per shop, day, platform and campaign, which reports name by id or else by name.
    """
    known, own = day_rates(world), world.reporting_currency
    found = []
    for shop in world.shops:
        currency = shop.business.plan.currency
        for row in shop.rows("ad_spend").filter(pl.col("date") <= shop.today).iter_rows(named=True):
            day, account = row["date"], row["currency"]
            worth = Decimal(1) if currency == own else known[currency, day]
            other = Decimal(1) if account == own else known[account, day]
            rate = (other / worth).quantize(_DIGITS, ROUND_HALF_UP)
            spend, value = rounded(row["spend"], rate), rounded(row["platform_value"], rate)
            found.append(
                {
                    "shop_id": shop.shop_id,
                    "platform": shop.platform,
                    "date": day,
                    "ad_platform": row["platform"],
                    "campaign_id": row["campaign_id"] or row["campaign"],
                    "campaign": row["campaign"],
                    "is_complete_period": day < shop.today,
                    "account_currency": account,
                    "account_spend": rounded(row["spend"], Decimal(1)),
                    "spend": spend,
                    "spend_reporting": rounded(Decimal(spend) / 10_000, worth),
                    "reporting_rate": float(worth),
                    "impressions": row["impressions"],
                    "clicks": row["clicks"],
                    "claimed_conversions": rounded(row["platform_conversions"], Decimal(1)),
                    "claimed_value": value,
                    "claimed_value_reporting": rounded(Decimal(value) / 10_000, worth),
                    "rows_without_rate": 0,
                }
            )
    return found


def rounded(amount: Decimal | int | None, rate: Decimal) -> Any:
    """Ten-thousandths of an amount at a rate; NULL stays NULL."""
    if amount is None:
        return None
    return int((Decimal(amount) * rate * 10_000).quantize(Decimal(1), ROUND_HALF_UP))


def ad_spend(world: World) -> pl.DataFrame:
    """shop_id, date, platform, ad_spend, reporting_rate; days up to the shop's today."""
    found: dict[tuple[str, object], list[Any]] = {}
    for one in campaign_days(world):
        named = [one[name] for name in ("shop_id", "date", "platform")]
        row = found.setdefault((one["shop_id"], one["date"]), [*named, 0, one["reporting_rate"]])
        row[3] += one["spend"]
    columns = {
        "shop_id": pl.String, "date": pl.Date, "platform": pl.String, "ad_spend": pl.Int64, "reporting_rate": pl.Float64
    }  # fmt: skip
    return pl.DataFrame(list(found.values()), schema=columns, orient="row")


def with_rates(rows: pl.DataFrame, world: World, day: str) -> pl.DataFrame:
    """With the rate of the shop's currency on a day where `reporting_rate` is not known from an order."""
    known, own = day_rates(world), world.reporting_currency
    currency = {shop.shop_id: shop.business.plan.currency for shop in world.shops}
    found = [
        rate
        if rate is not None
        else 1.0
        if currency[shop] == own
        else _float(known.get((currency[shop], at)))
        for shop, at, rate in rows.select("shop_id", day, "reporting_rate").iter_rows()
    ]
    return rows.with_columns(reporting_rate=pl.Series(values=found, dtype=pl.Float64))


def _float(rate: Decimal | None) -> float | None:
    return None if rate is None else float(rate)
