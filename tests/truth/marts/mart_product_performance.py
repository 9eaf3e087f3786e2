"""mart_product_performance: what each product sold by the date of the order, its later returns included."""

from __future__ import annotations

import polars as pl

from tests.truth.lines import lines
from tests.truth.marts.fct_order_lines import fct_order_lines
from tests.truth.periods import in_periods, is_complete, ratio
from tests.truth.registry import ledger
from tests.truth.world import World

PERIOD = ["shop_id", "period_type", "period_start"]


@ledger("mart_product_performance", "shop_id", "product_id", "period_type", "period_start")
def mart_product_performance(world: World) -> pl.DataFrame:
    """One row per product that was sold in a period."""
    closed = (pl.col("today") - pl.col("day")).dt.total_days() > world.return_window_days
    sold = (
        fct_order_lines(world)
        .filter("is_counted")
        .join(lines(world).select("order_line_key", "product_id"), on="order_line_key")
        .join(world.today, on="shop_id")
        .with_columns(day="created_date")
        .with_columns(closed=pl.when(closed).then("units").otherwise(0), back=pl.col("restocked_cogs"))
        .drop("today")
    )
    known = pl.col("cogs").is_not_null().sum() > 0
    summed = (
        in_periods(world, sold, ("day", "week", "month"))
        .rename({"date": "period_start"})
        .group_by(*PERIOD, "product_id")
        .agg(
            pl.col(
                "units",
                "units_with_cost",
                "returned_units",
                "gross_sales",
                "discounts",
                "returns",
                "net_sales",
                "closed",
            ).sum(),
            orders=pl.col("order_key").n_unique(),
            cogs=pl.when(known).then((pl.col("cogs") - pl.col("back")).sum()),
        )
    )
    return is_complete(world, _classes(summed), "period_start").with_columns(
        gross_margin=pl.col("net_sales") - pl.col("cogs"),
        discount_share=ratio(pl.col("discounts"), pl.col("gross_sales")),
        return_rate=ratio(pl.col("returned_units"), pl.col("units")),
        return_window_closed_share=ratio(pl.col("closed"), pl.col("units")),
    ).drop("closed")  # fmt: skip


def _classes(summed: pl.DataFrame) -> pl.DataFrame:
    """A until 80 % of the period's net sales stand before a product, B until 95 %; nothing sold is a C.

    Products with equal sales stand beside each other, so that none of them counts as before another.
    """
    counts = pl.col("net_sales").clip(lower_bound=0)
    equal = (
        summed.group_by(*PERIOD, "net_sales")
        .agg(together=counts.sum())
        .sort(*PERIOD, "net_sales", descending=[False, False, False, True])
        .with_columns(
            before=pl.col("together").cum_sum().over(PERIOD) - pl.col("together"),
            whole=pl.col("together").sum().over(PERIOD),
        )
    )
    letter = (
        pl.when(pl.col("net_sales") <= 0).then(pl.lit("C"))
        .when(pl.col("before") * 100 < pl.col("whole") * 80).then(pl.lit("A"))
        .when(pl.col("before") * 100 < pl.col("whole") * 95).then(pl.lit("B"))
        .otherwise(pl.lit("C"))
    )  # fmt: skip
    ranked = summed.join(equal, on=[*PERIOD, "net_sales"])
    return ranked.with_columns(abc_class=letter).drop("together", "before", "whole")
