"""The orders of a world: who placed them, whether they count, and what they come to."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.baskets import MERCHANDISE
from ingestion.demo.shop.people import CHANNELS
from ingestion.demo.shop.records import FIRST_ORDER
from tests.truth.lines import line_figures, sum_by_order
from tests.truth.payments import taken
from tests.truth.people import of_orders, people
from tests.truth.world import MONEY, Seen, World, moments, where


def orders(world: World) -> pl.DataFrame:
    """One row per order that has been placed: `of` its number in the shop, keys, people, clocks, flags, figures.

    The figures are those of the order whether it counts (`is_valid`) or not; money in ten-thousandths.
    """
    if "orders" not in world.memory:
        world.memory["orders"] = pl.concat([_orders(world, shop) for shop in world.shops])
    return world.memory["orders"]


def _orders(world: World, shop: Seen) -> pl.DataFrame:
    business, pay = shop.business, shop.business.payments
    created = business.purchases.created_at
    of = np.flatnonzero(shop.known_orders() & (created <= shop.as_of))
    order_id = pl.Series(values=[str(number + FIRST_ORDER) for number in of.tolist()], dtype=pl.String)
    keys = [people(world).key(record) for record in of_orders(shop, of)]
    paid = shop.happened(pay.paid_at[of])
    cancelled_at = np.minimum(pay.cancelled_at, business.refunds.cancelled_at)[of]
    cancelled = shop.happened(cancelled_at)
    lines = business.baskets.lines
    has_goods = sum_by_order(shop, lines.kind == MERCHANDISE)[of] > 0
    total = business.money.total[of]
    voided = shop.told(pay.voided_at[of])
    is_test = pay.is_test[of]
    before = cancelled & (cancelled_at < np.where(paid, pay.paid_at[of], created[of]))
    valid = paid & ~is_test & ~voided & ~before & has_goods & (total > 0)
    return pl.DataFrame(
        {
            "shop_id": [shop.shop_id] * len(of),
            "of": of,
            "order_id": order_id,
            "order_key": shop.shop_id + ":" + order_id,
            "platform": [shop.platform] * len(of),
            "sales_channel": [CHANNELS[one] for one in business.purchases.channel[of].tolist()],
            "customer_key": [
                key or f"anonymous:{shop.shop_id}:{one}" for key, one in zip(keys, order_id, strict=True)
            ],
            "is_anonymous": [key is None for key in keys],
            "is_test": is_test,
            "is_voided": voided,
            "is_paid": paid,
            "is_valid": valid,
            "created_at": moments(created[of]),
            "paid_at": moments(pay.paid_at[of], paid),
            "cancelled_at": moments(cancelled_at, cancelled),
            "cancelled_date": where(cancelled, shop.dates(np.where(cancelled, cancelled_at, 0))),
            "created_date": shop.dates(created[of]),
            "paid_date": where(paid, shop.dates(np.where(paid, pay.paid_at[of], 0))),
            **{name: values[of] for name, values in line_figures(shop).items()},
            "shipping": business.money.shipping[of] * MONEY,
            "tax": business.money.tax_total[of] * MONEY,
            "total": total * MONEY,
            "taken": taken(shop)[of] * MONEY,
        }
    ).with_columns(cogs=pl.when(pl.col("units_with_cost") > 0).then(pl.col("cogs")))


def numbered(world: World) -> pl.DataFrame:
    """Valid orders of known people: which of theirs each is (from 1), and when and where the first was.

    Within the shop by the instant; `…_anywhere` over all shops by the local date, then the instant.
    """
    known = orders(world).filter(pl.col("is_valid") & ~pl.col("is_anonymous"))
    within, over_all = ["shop_id", "customer_key"], ["customer_key"]
    place = pl.int_range(1, pl.len() + 1)
    return (
        known.sort("created_at", "order_id")
        .with_columns(
            customer_order_number=place.over(within),
            first_order_date=pl.col("created_date").min().over(within),
            first_channel=pl.col("sales_channel").first().over(within),
            is_new_buyer_365d=_long_ago(within),
        )
        .sort("created_date", "created_at", "order_key")
        .select(
            "order_key", "customer_order_number", "first_order_date", "first_channel", "is_new_buyer_365d",
            is_new_buyer_365d_anywhere=_long_ago(over_all),
            order_number_anywhere=place.over(over_all),
            first_order_date_anywhere=pl.col("created_date").min().over(over_all),
            first_channel_anywhere=pl.col("sales_channel").first().over(over_all),
        )
    )  # fmt: skip


def _long_ago(whose: list[str]) -> pl.Expr:
    """No order of the same buyer in the 365 days before; of rows in the order of time."""
    before = pl.col("created_date").shift(1).over(whose)
    return ((pl.col("created_date") - before).dt.total_days() > 365).fill_null(True)
