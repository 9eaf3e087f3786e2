"""Rates into the reporting currency: that of the day, or the last one of the five days before."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from tests.truth.world import World

OLDEST = 5
"""Days that a rate may serve after its own."""


def rates(world: World) -> pl.DataFrame:
    """currency, created_date, reporting_rate (decimal text) for every day of every shop's currency that has one.

    Shops publish the same rates; while a slip is not corrected everywhere, the first shop by name counts.
    """
    given: dict[tuple[str, date], str] = {}
    today = max(shop.today for shop in world.shops)
    for shop in sorted(world.shops, key=lambda shop: shop.shop_id, reverse=True):
        table = shop.rows("fx_rates").filter(pl.col("to_currency") == world.reporting_currency)
        for currency, day, rate in table.select("from_currency", "date", "rate").iter_rows():
            if day <= today:
                given[currency, day] = str(rate)
    found: dict[tuple[str, date], str] = {}
    for currency, day in sorted(given):
        for age in range(OLDEST + 1):
            if age == 0 or (currency, day + timedelta(days=age)) not in given:
                found[currency, day + timedelta(days=age)] = given[currency, day]
    days = {day for shop in world.shops for day in shop.dates(shop.business.purchases.created_at).to_list()}
    found |= {(world.reporting_currency, day): "1" for day in days}
    return pl.DataFrame(
        [(currency, day, rate) for (currency, day), rate in found.items()],
        schema={"currency": pl.String, "created_date": pl.Date, "reporting_rate": pl.String},
        orient="row",
    )


def reporting(name: str) -> pl.Expr:
    """An amount in the reporting currency, rounded to ten-thousandths; NULL without a rate."""

    def converted(row: dict[str, object]) -> int | None:
        if not row["is_valid"]:
            return 0
        if row["reporting_rate"] is None or row[name] is None:
            return None
        exact = Decimal(str(row[name])) * Decimal(str(row["reporting_rate"]))
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))

    return pl.struct(name, "reporting_rate", "is_valid").map_elements(converted, return_dtype=pl.Int64)
