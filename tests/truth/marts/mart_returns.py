"""mart_returns: what came back of the sales of each week, why, and after how many days."""

from __future__ import annotations

from itertools import product

import polars as pl

from tests.truth.marts.fct_order_lines import fct_order_lines
from tests.truth.performance import catalogue
from tests.truth.periods import ratio
from tests.truth.refunds import refunds
from tests.truth.registry import ledger
from tests.truth.world import World

WINDOWS = (7, 14, 30, 60, 90)
WEEK = ["shop_id", "cohort_week", "product_id"]


@ledger("mart_returns", *WEEK, "reason")
def mart_returns(world: World) -> pl.DataFrame:
    """One row per product and week with sales, and one for each reason why any of them came back.

    The simulated shops name the line of what goes back, all but postage.
    """
    lines = (
        fct_order_lines(world)
        .filter("is_counted")
        .join(catalogue(world).select("variant_key", "product_id"), on="variant_key")
        .with_columns(
            cohort_week=pl.col("created_date").dt.truncate("1w"),
            sales=pl.col("gross_sales") - pl.col("discounts"),
        )
    )
    back = (
        refunds(world)
        .filter("of_line", "is_counted", "is_sale")
        .join(lines.select(*WEEK[1:], "order_line_key", "created_date"), on="order_line_key")
        .with_columns(days=(pl.col("refunded_date") - pl.col("created_date")).dt.total_days())
    )
    sold = _rolled(lines, ["product_id"]).group_by(WEEK).agg(pl.col("units", "sales").sum())
    came = _rolled(back, ["product_id", "reason"]).group_by(*WEEK, "reason").agg(**_figures())
    cells = pl.concat(
        [sold.select(WEEK).with_columns(reason=pl.lit("all")), came.select(*WEEK, "reason")]
    ).unique()
    rows = cells.join(sold, on=WEEK).join(came, on=[*WEEK, "reason"], how="left")
    return _derived(world, rows.rename({"units": "units_sold"}))


def _rolled(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The rows once as they are and once for each way of saying `all`."""
    return pl.concat(
        rows.with_columns(
            pl.lit("all").alias(name) for name, whole in zip(columns, whether, strict=True) if whole
        )
        for whether in product((False, True), repeat=len(columns))
    )


def _figures() -> dict[str, pl.Expr]:
    units = pl.col("quantity")
    return {
        "refunds": pl.col("refund_id").n_unique(),
        "returned_units": units.sum(),
        "returned_units_before_shipment": units.filter("is_before_shipment").sum(),
        "restocked_units": units.filter("is_restocked").sum(),
        "returns": pl.col("goods").sum(),
        **{f"returned_units_{window}d": units.filter(pl.col("days") <= window).sum() for window in WINDOWS},
    }


def _derived(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    platforms = {shop.shop_id: shop.platform for shop in world.shops}
    last = pl.col("cohort_week").dt.offset_by("6d")
    return (
        rows.join(world.today, on="shop_id")
        .with_columns(pl.col(*_figures()).fill_null(0))
        .with_columns(
            platform=pl.col("shop_id").replace_strict(platforms),
            is_complete_period=last < pl.col("today"),
            return_rate=ratio(pl.col("returned_units"), pl.col("units_sold")),
            return_value_rate=ratio(pl.col("returns"), pl.col("sales")),
            restocked_share=ratio(pl.col("restocked_units"), pl.col("returned_units")),
            **{
                f"return_rate_{one}d": ratio(pl.col(f"returned_units_{one}d"), pl.col("units_sold"))
                for one in WINDOWS
            },
            **{f"is_window_closed_{one}d": last.dt.offset_by(f"{one}d") < pl.col("today") for one in WINDOWS},
        )
        .drop("today")
    )
