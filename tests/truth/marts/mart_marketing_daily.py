"""mart_marketing_daily: what winning customers costs a shop as a whole, and what it sells."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from tests.truth.ads import campaign_days, rounded
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.periods import TYPES, in_periods, ratio
from tests.truth.registry import ledger
from tests.truth.sales_periods import sales_periods
from tests.truth.world import Seen, World

PERIOD = ["shop_id", "period_type", "date"]
_COUNTED = ("impressions", "clicks", "claimed_conversions", "claimed_value")


@ledger("mart_marketing_daily", *PERIOD)
def mart_marketing_daily(world: World) -> pl.DataFrame:
    """The whole shop's sales beside claims (NULL where nobody counts) and the coupons of new customers."""
    every = pl.concat(
        [world.today, pl.DataFrame({"shop_id": ["all"], "today": [world.today["today"].max()]})]
    )
    beside = in_periods(
        world, pl.concat([_claims(world), _coupons(world)], how="diagonal"), TYPES, today=every
    )
    known = {name: pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()) for name in _COUNTED}
    sums = beside.group_by(PERIOD).agg(**known, new_customer_coupons=pl.col("coupons").sum())
    spent = pl.col("spend") + pl.col("creator_fees") + pl.col("new_customer_coupons")
    return (
        sales_periods(world)
        .filter((pl.col("platform") == "all") & (pl.col("sales_channel") == "all"))
        .select(
            *PERIOD, "currency", "is_complete_period", "orders", "paid_amount", "creator_fees",
            spend="ad_spend", new_customers="new_buyers",
            revenue=pl.col("gross_sales") - pl.col("discounts_seller"),
        )
        .join(sums, on=PERIOD, how="left")
        .with_columns(pl.col("new_customer_coupons").fill_null(0))
        .with_columns(acquisition_cost=spent)
        .with_columns(
            mer=ratio(pl.col("revenue"), pl.col("spend")),
            ad_cost_ratio=ratio(pl.col("spend"), pl.col("paid_amount")),
            blended_cac=ratio(pl.col("acquisition_cost"), pl.col("new_customers")),
        )
    )  # fmt: skip


def _claims(world: World) -> pl.DataFrame:
    rows = []
    for one in campaign_days(world):
        counted = {name: one[name] for name in _COUNTED}
        rows.append({"shop_id": one["shop_id"], "day": one["date"], **counted})
        counted["claimed_value"] = one["claimed_value_reporting"]
        rows.append({"shop_id": "all", "day": one["date"], **counted})
    return pl.DataFrame(rows, infer_schema_length=None)


def _coupons(world: World) -> pl.DataFrame:
    """What the shop's own coupons took off the first orders of persons; money in ten-thousandths."""
    orders = fct_orders(world).join(pl.concat([_redeemed(shop) for shop in world.shops]), on="order_key")
    rows = []
    for one in orders.iter_rows(named=True):
        amount = min(one["redeemed"], one["discounts_seller"])
        row = {"day": one["created_date"]}
        if one["is_first_order"]:
            rows.append({**row, "shop_id": one["shop_id"], "coupons": amount})
        if one["order_number_anywhere"] == 1:
            worth = rounded(Decimal(amount) / 10_000, Decimal(repr(one["reporting_rate"])))
            rows.append({**row, "shop_id": "all", "coupons": worth})
    return pl.DataFrame(rows, schema={"day": pl.Date, "shop_id": pl.String, "coupons": pl.Int64})


def _redeemed(shop: Seen) -> pl.DataFrame:
    offers = shop.rows("promotions").filter(pl.col("kind") == "coupon").select("promotion_id")
    return (
        shop.rows("order_promotions")
        .filter(pl.col("funded_by") == "seller")
        .join(offers, on="promotion_id")
        .group_by(order_key=f"{shop.shop_id}:" + pl.col("order_id"))
        .agg(redeemed=(pl.col("amount").cast(pl.Decimal(38, 4)) * 10_000).cast(pl.Int64).sum())
    )
