"""What selling costs: booked, charged by carriers for parcels, kept by payment providers; the same money once."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from tests.truth.world import Seen, World

KINDS = (
    "payment_fees", "commission", "creator_fees", "freight", "return_freight", "insurance", "other_costs"
)  # fmt: skip
_NAMES = {"creator": "creator_fees", "slot": "creator_fees", "packaging": "other_costs"}


def selling_costs(world: World) -> pl.DataFrame:
    """One row per cost incurred by `as_of`: cost_key, order_key, cost_kind, kind, told_by, amount …

    Money in ten-thousandths. A parcel's cost counts where no freight has been booked for its order.
    """
    if "selling_costs" not in world.memory:
        world.memory["selling_costs"] = pl.concat([_of_shop(shop) for shop in world.shops])
    return world.memory["selling_costs"]


def by_order(world: World) -> pl.DataFrame:
    """order_key and a column for each kind: what the order's costs come to."""
    costs = selling_costs(world).filter(pl.col("order_key").is_not_null())
    sums = {kind: pl.col("amount").filter(pl.col("cost_kind") == kind).sum() for kind in KINDS}
    return costs.group_by("order_key").agg(**sums)


def _of_shop(shop: Seen) -> pl.DataFrame:
    booked = shop.rows("order_costs").select(
        "order_id", "kind", "amount", "live_id", "creator_id",
        incurred_at=_plain("incurred_at"),
        told_by=pl.lit("order_costs"),
        cost_kind=pl.col("kind").replace(_NAMES),
        key=pl.concat_str(
            "order_cost_id", "order_id", "kind", _plain("incurred_at").map_elements(_said, pl.String),
            separator=":", ignore_nulls=True,
        ),
    )  # fmt: skip
    parcels = shop.rows("shipments").filter(pl.col("cost") > 0).select(
        "order_id", kind=pl.lit("freight"), amount="cost", incurred_at=_plain("shipped_at"),
        told_by=pl.lit("shipments"), cost_kind=pl.lit("freight"), key="shipment_id",
    )  # fmt: skip
    fees = shop.rows("payments").filter((pl.col("fee") != 0) & (pl.col("status") == "success")).select(
        "order_id", "kind", amount="fee", incurred_at=_plain("processed_at"),
        told_by=pl.lit("payments"), cost_kind=pl.lit("payment_fees"), key="payment_id",
    )  # fmt: skip
    freight = booked.filter(pl.col("cost_kind") == "freight")
    parcels = parcels.join(freight, on="order_id", how="anti")
    said = {"order_costs": "order_cost", "shipments": "shipment", "payments": "payment"}
    as_money = pl.col("amount").cast(pl.Decimal(38, 4))
    found = pl.concat([one.with_columns(amount=as_money) for one in (booked, parcels, fees)], how="diagonal")
    at = pl.lit(shop.as_of * 1000).cast(pl.Datetime("us"))
    return found.filter(pl.col("incurred_at") <= at).select(
        "order_id", "cost_kind", "kind", "told_by", "live_id", "creator_id", "incurred_at",
        shop_id=pl.lit(shop.shop_id),
        cost_key=pl.col("told_by").replace(said) + f":{shop.shop_id}:" + pl.col("key"),
        order_key=f"{shop.shop_id}:" + pl.col("order_id"),
        amount=(pl.col("amount") * 10_000).cast(pl.Int64),
    )  # fmt: skip


def _plain(name: str) -> pl.Expr:
    """A UTC instant without its zone."""
    return pl.col(name).cast(pl.Datetime("us", "UTC")).dt.replace_time_zone(None)


def _said(at: datetime) -> str:
    """An instant as a key has it: no digits after the last that says something."""
    return f"{at:%Y-%m-%d %H:%M:%S}" + f".{at:%f}".rstrip("0").rstrip(".")
