"""What the buyers' orders take from the shelves, and what that earns, from the simulated shop's own baskets."""

from __future__ import annotations

import polars as pl

from tests.truth.lines import lines
from tests.truth.marts.fct_order_lines import fct_order_lines
from tests.truth.stock import stock
from tests.truth.world import World


def taken(world: World) -> pl.DataFrame:
    """One row per line that takes something and warehouse: `place`, NULL if no parcel says; units, sales and margin."""
    if "taken" not in world.memory:
        world.memory["taken"] = _taken(world)
    return world.memory["taken"]


def _taken(world: World) -> pl.DataFrame:
    facts = fct_order_lines(world)
    numbered = lines(world).select("order_line_key", "line", "shop_id")
    kinds = []
    for shop in world.shops:
        of = shop.business.baskets.lines
        kinds.append(
            numbered.filter(pl.col("shop_id") == shop.shop_id).with_columns(
                is_part=pl.Series(values=of.is_part),
                is_set=pl.Series(values=of.is_set),
            )
        )
    marked = facts.join(pl.concat(kinds).drop("shop_id", "line"), on="order_line_key")
    # The parts of a set count if the order does: the set has the price.
    valid = facts.group_by("order_key").agg(goes=pl.col("is_counted").any())
    found = (
        marked.join(valid, on="order_key")
        .filter((pl.col("is_counted") & ~pl.col("is_set")) | (pl.col("is_part") & pl.col("goes")))
        .with_columns(
            sales=pl.col("gross_sales") - pl.col("discounts_seller"),
            margin=pl.col("net_sales") - pl.col("cogs") + pl.col("restocked_cogs"),
        )
        .select(
            "order_line_key",
            "variant_key",
            "shop_id",
            "created_date",
            "quantity",
            "returned_units",
            "sales",
            "margin",
        )
    )
    sent = pl.concat(
        shop.rows("shipment_lines")
        .join(shop.rows("shipments").select("shipment_id", "location_id", "order_id"), on="shipment_id")
        .select(
            "location_id",
            "quantity",
            order_line_key=shop.shop_id + ":" + pl.col("order_id") + ":" + pl.col("order_line_id"),
        )
        for shop in world.shops
    )
    left = sent.group_by("order_line_key", "location_id").agg(pl.col("quantity").sum())
    rows = []
    by_line: dict[str, list[tuple[str, int]]] = {}
    for row in left.sort("location_id").iter_rows(named=True):
        by_line.setdefault(row["order_line_key"], []).append((row["location_id"], row["quantity"]))
    for row in found.iter_rows(named=True):
        rest, shares = row["quantity"], []
        for place, quantity in by_line.get(row["order_line_key"], []):
            here = min(quantity, rest)
            rest -= here
            shares.append((here, place))
        shares = [share for share in [*shares, (rest, "")] if share[0]]
        for share in shares:
            most = share == max(shares)
            rows.append(
                {
                    "variant_key": row["variant_key"],
                    "shop_id": row["shop_id"],
                    "date": row["created_date"],
                    "place": share[1] or None,
                    "units": share[0],
                    "back": row["returned_units"] if most else 0,
                    "sales": row["sales"] if most else 0,
                    "margin": row["margin"] if most else (None if row["margin"] is None else 0),
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def by_shelf(world: World) -> pl.DataFrame:
    """Units and margin by variant, warehouse and day; what no parcel has taken comes from where most of it was."""
    shelves = stock(world).select("variant_key", "location_id", "date", "opening_on_hand", "on_hand")
    first = (
        shelves.with_columns(there=pl.coalesce("opening_on_hand", "on_hand"))
        .sort("there", "location_id", descending=[True, False])
        .group_by("variant_key", "date", maintain_order=True)
        .agg(first=pl.col("location_id").first())
    )
    known = shelves.select("variant_key", "date", place="location_id", here="location_id")
    return (
        taken(world)
        .join(known, on=["variant_key", "date", "place"], how="left")
        .join(first, on=["variant_key", "date"], how="left")
        .with_columns(location_id=pl.coalesce("here", "first"))
        .drop_nulls("location_id")
        .group_by("variant_key", "location_id", "date")
        .agg(
            pl.col("units", "back").sum(),
            margin=pl.when(pl.col("margin").is_not_null().any()).then(pl.col("margin").sum()),
        )
    )
