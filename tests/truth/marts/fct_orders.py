"""fct_orders: what is no valid order sold nothing; only `order_total` says what was placed."""

from __future__ import annotations

import polars as pl

from tests.truth.costs import KINDS, by_order
from tests.truth.lines import lines
from tests.truth.orders import numbered, orders
from tests.truth.payers import payers
from tests.truth.rates import rates, reporting
from tests.truth.refunds import went_back
from tests.truth.registry import ledger
from tests.truth.world import World

FIGURES = (
    "units", "units_with_cost", "returned_units", "gross_sales", "discounts", "discounts_seller", "discounts_platform",
    "discounts_creator", "returns", "shipping", "tax", "paid_amount", "refunded_amount", "gift_card_sales",
    "restocked_cogs", *KINDS,
)  # fmt: skip
AS_TOLD = ("currency", "financial_status", "fulfillment_status", "country", "region")


@ledger("fct_orders", "order_key")
def fct_orders(world: World) -> pl.DataFrame:
    """Orders placed by `as_of`, with what came back of them by then."""
    if "fct_orders" in world.memory:
        return world.memory["fct_orders"]
    back = went_back(world).group_by("order_key").agg(
        returns=pl.col("goods").sum(),
        returned_units=pl.col("quantity").filter(pl.col("is_sale")).sum(),
        refunded_amount=pl.col("amount").sum(),
        restocked_cogs=(pl.col("quantity") * pl.col("unit_cost"))
        .filter(pl.col("is_sale") & pl.col("is_restocked"))
        .sum(),
    )  # fmt: skip
    found = (
        orders(world)
        .join(back, on="order_key", how="left")
        .join(numbered(world), on="order_key", how="left")
        .join(_as_told(world), on="order_key")
        .join(by_order(world), on="order_key", how="left")
        .join(_paid_by_others(world), on="order_key", how="left")
        .join(rates(world), on=["currency", "created_date"], how="left")
        .join(_sent(world), on="order_key", how="left")
        .with_columns(
            pl.col("returns", "returned_units", "refunded_amount", "restocked_cogs", *KINDS).fill_null(0),
            pl.col("discounts_platform", "discounts_creator").fill_null(0),
            paid_amount="taken",
        )
        .with_columns(
            discounts_seller=pl.col("discounts") - pl.col("discounts_platform") - pl.col("discounts_creator")
        )
        .with_columns(
            pl.when("is_valid").then(pl.col(*FIGURES)).otherwise(0).name.keep(),
            cogs=pl.when("is_valid").then("cogs"),
            order_total="total",
            placed_gross_sales="gross_sales",
            placed_discounts="discounts",
        )
        .with_columns(
            pl.col("is_new_buyer_365d", "is_new_buyer_365d_anywhere").fill_null(False),
            net_sales=pl.col("gross_sales") - pl.col("discounts_seller") - pl.col("returns"),
            is_first_order=(pl.col("customer_order_number") == 1).fill_null(False),
            deal_date=_deal(),
            created_month=pl.col("created_date").dt.truncate("1mo"),
            cohort_month=pl.col("first_order_date").dt.truncate("1mo"),
        )
        .with_columns(
            # Nothing sold cost nothing; at a cost that nobody knows there is no margin.
            gross_margin=pl.col("net_sales")
            - pl.when(pl.col("units") == 0).then(0).otherwise("cogs")
            + pl.col("restocked_cogs")
        )
        .with_columns(contribution_margin=pl.col("gross_margin") - pl.sum_horizontal(*KINDS))
        .with_columns(
            *(
                reporting(name).alias(f"{name}_reporting")
                for name in ("gross_sales", "net_sales", "gross_margin", "contribution_margin")
            ),
            reporting_rate=pl.col("reporting_rate").cast(pl.Float64),
        )
        .drop("of", "total", "taken", "cancelled_date")
    )
    world.memory["fct_orders"] = found
    return found


def _sent(world: World) -> pl.DataFrame:
    """When the first and the last parcel of each order left, and the date of the latter; by `as_of`."""
    parts = []
    for shop in world.shops:
        left = pl.col("shipped_at").cast(pl.Datetime("us", "UTC")).dt.replace_time_zone(None)
        at = pl.lit(shop.as_of * 1000).cast(pl.Datetime("us"))
        sent = (
            shop.rows("shipments")
            .with_columns(left.alias("shipped_at"), order_key=shop.shop_id + ":" + pl.col("order_id"))
            .filter(pl.col("shipped_at") <= at)
            .group_by("order_key")
            .agg(first_shipped_at=pl.col("shipped_at").min(), fulfilled_at=pl.col("shipped_at").max())
        )
        dates = shop.dates(sent["fulfilled_at"].dt.timestamp("ms").to_numpy())
        parts.append(sent.with_columns(fulfilled_date=dates))
    return pl.concat(parts)


def _deal() -> pl.Expr:
    """The date of a deal: of the payment, or of an order that left unpaid; none if cancelled that day."""
    on_account = (pl.col("paid_at") > pl.col("first_shipped_at")).fill_null(False)
    date = pl.when(on_account).then("created_date").otherwise("paid_date")
    return pl.when(pl.col("is_valid") & (pl.col("cancelled_date") != date).fill_null(True)).then(date)


def _paid_by_others(world: World) -> pl.DataFrame:
    """What the platform and the creator pay of the discounts of each order's sold lines."""
    sold = lines(world).filter("is_sale").select("shop_id", "line", "order_key")
    found = sold.join(payers(world), on=["shop_id", "line"])
    return found.group_by("order_key").agg(pl.col("discounts_platform", "discounts_creator").sum())


def _as_told(world: World) -> pl.DataFrame:
    return pl.concat(
        shop.rows("orders").select(
            *AS_TOLD,
            order_key=shop.shop_id + ":" + pl.col("order_id"),
            order_currency="currency",
            source_name=pl.lit(shop.source),
        )
        for shop in world.shops
    )
