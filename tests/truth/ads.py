"""What shops spend on advertising by day, in their own currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from tests.truth.rates import rates
from tests.truth.world import World

_DIGITS = Decimal("0.0000000001")


def day_rates(world: World) -> dict[tuple[str, object], Decimal]:
    """By currency and day: what it is worth in the reporting currency. Of that itself it is 1 on any day."""
    return {(currency, day): Decimal(rate) for currency, day, rate in rates(world).iter_rows()}


def ad_spend(world: World) -> pl.DataFrame:
    """shop_id, date, platform, ad_spend, reporting_rate; days up to the shop's today."""
    known, own = day_rates(world), world.reporting_currency
    found: dict[tuple[str, object], list[object]] = {}
    for shop in world.shops:
        currency = shop.business.plan.currency
        spent = shop.rows("ad_spend").filter(pl.col("date") <= shop.today).select("date", "currency", "spend")
        for day, account, spend in spent.iter_rows():
            worth = Decimal(1) if currency == own else known[currency, day]
            other = Decimal(1) if account == own else known[account, day]
            rate = (other / worth).quantize(_DIGITS, ROUND_HALF_UP)
            amount = int((Decimal(spend) * rate * 10_000).quantize(Decimal(1), ROUND_HALF_UP))
            row = found.setdefault((shop.shop_id, day), [shop.shop_id, day, shop.platform, 0, float(worth)])
            row[3] += amount  # type: ignore[operator]
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
