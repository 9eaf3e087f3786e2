"""The lines of all orders of a world: what is sold in them, at which cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from ingestion.demo.shop.baskets import LINE_TYPES
from ingestion.demo.shop.randomness import Bools, Floats, Ints
from ingestion.demo.shop.records import FIRST_ORDER
from tests.truth.world import MONEY, Seen, World


def sum_by_order(shop: Seen, values: Any) -> Ints:
    """Whole-number sums of something of the lines, by order."""
    lines, orders = shop.business.baskets.lines, len(shop.business.purchases.person)
    return np.bincount(lines.order, weights=values, minlength=orders).astype(np.int64)


def sold(shop: Seen) -> Bools:
    """Goods that are sold by themselves: a set counts by its own line, which has its price."""
    lines = shop.business.baskets.lines
    return np.asarray(lines.are_goods & ~lines.is_part)


def unit_costs(shop: Seen) -> Floats:
    """Cents that a unit of each line cost when it was sold, by the books; NaN where nobody knows.

    A set costs what its parts do, if that is known of all of them.
    """
    lines = shop.business.baskets.lines
    books = shop.rows("unit_costs").select(
        "variant_id",
        pl.col("valid_from").dt.timestamp("ms"),
        cost=(pl.col("unit_cost") * 100).cast(pl.Float64),
    )
    sales = pl.DataFrame(
        {
            "line": np.arange(len(lines.order)),
            "variant_id": pl.Series(values=shop.business.catalogue.variant_id, dtype=pl.String).gather(
                lines.variant
            ),
            "sold_at": shop.business.purchases.created_at[lines.order],
        }
    )
    found = sales.sort("sold_at").join_asof(
        books.sort("valid_from"),
        left_on="sold_at",
        right_on="valid_from",
        by="variant_id",
        check_sortedness=False,
    )
    cost = found.sort("line")["cost"].fill_null(float("nan")).to_numpy().copy()
    parts = np.bincount(lines.order, weights=np.where(lines.is_part, cost * lines.quantity, 0))
    sets = lines.is_set & np.isnan(cost)
    cost[sets] = parts[lines.order[sets]] / lines.quantity[sets]
    return cost


def line_figures(shop: Seen) -> dict[str, Ints]:
    """Sums of the lines by order: line_count, units, units_with_cost, gross_sales, discounts, cogs, gift_card_sales."""
    lines, bill = shop.business.baskets.lines, shop.business.money
    goods, cost = sold(shop), unit_costs(shop)
    value, known = lines.quantity * bill.unit_price, goods & ~np.isnan(cost)
    cents = {
        "gross_sales": np.where(goods, value, 0),
        "discounts": np.where(goods, bill.discount, 0),
        "cogs": np.where(known, lines.quantity * np.nan_to_num(cost), 0),
        "gift_card_sales": np.where(lines.is_gift_card, value, 0),
    }
    counts = {
        "line_count": np.ones_like(value),
        "units": np.where(goods, lines.quantity, 0),
        "units_with_cost": np.where(known, lines.quantity, 0),
    }
    return {
        **{name: sum_by_order(shop, values) for name, values in counts.items()},
        **{name: sum_by_order(shop, values) * MONEY for name, values in cents.items()},
    }


def lines(world: World) -> pl.DataFrame:
    """One row per line of all orders, placed yet or not: keys, `line` its number in the shop, what is sold.

    Money in ten-thousandths; `is_sale`: goods that are sold, should the order count.
    """
    if "lines" not in world.memory:
        world.memory["lines"] = pl.concat([_lines(shop) for shop in world.shops])
    return world.memory["lines"]


def _lines(shop: Seen) -> pl.DataFrame:
    lines, bill = shop.business.baskets.lines, shop.business.money
    cost = pl.Series(values=unit_costs(shop)).fill_nan(None)
    catalogue = shop.business.catalogue
    rows = pl.DataFrame(
        {
            "shop_id": [shop.shop_id] * len(lines.order),
            "line": np.arange(len(lines.order)),
            "order_id": pl.Series(values=lines.order + FIRST_ORDER).cast(pl.String),
            "order_line_id": pl.Series(values=lines.place).cast(pl.String),
            "variant_id": pl.Series(values=catalogue.variant_id, dtype=pl.String).gather(lines.variant),
            "product_id": pl.Series(values=catalogue.product_id, dtype=pl.String).gather(lines.variant),
            "line_type": pl.Series(values=LINE_TYPES, dtype=pl.String).gather(lines.kind),
            "is_gift_card": lines.is_gift_card,
            "is_giveaway": lines.is_giveaway,
            "is_sale": sold(shop),
            "quantity": lines.quantity,
            "unit_price": bill.unit_price * MONEY,
            "value": lines.quantity * bill.unit_price * MONEY,
            "discount": bill.discount * MONEY,
            "unit_cost": cost.cast(pl.Int64) * MONEY,
        }
    )
    return rows.with_columns(
        order_line_id=pl.col("order_id") + "-" + pl.col("order_line_id"),
        order_key=pl.col("shop_id") + ":" + pl.col("order_id"),
        variant_key=pl.col("shop_id") + ":" + pl.col("variant_id"),
    ).with_columns(order_line_key=pl.col("order_key") + ":" + pl.col("order_line_id"))
