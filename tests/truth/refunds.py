"""The refunds of a world: what went back, of which line, and whether the money went through."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.claims import ALL_REASONS, CANCELLED, KINDS, STATUSES, SUCCESS
from ingestion.demo.shop.records import FIRST_ORDER
from tests.truth.lines import lines
from tests.truth.orders import orders
from tests.truth.world import MONEY, Seen, World, moments

_PENDING = STATUSES.index("pending")


def refunds(world: World) -> pl.DataFrame:
    """One row per refunded line (or postage) that has been entered and, where it was decided, decided by `as_of`.

    `goods` is the value of sold goods in it; `is_counted`: the money went back for an order that counts.
    """
    if "refunds" not in world.memory:
        found = pl.concat([_refunds(shop) for shop in world.shops])
        sold = lines(world).select("shop_id", "line", "order_line_key", "variant_key", "is_sale", "unit_cost")
        bought = orders(world).select(
            "order_key",
            "customer_key",
            "platform",
            "sales_channel",
            "is_valid",
            order_created_date="created_date",
        )
        # Money that goes back for an order that has not become known yet counts: it went out.
        known = pl.col("is_valid").is_not_null()
        platforms = pl.DataFrame(
            {"shop_id": [s.shop_id for s in world.shops], "own": [s.platform for s in world.shops]}
        )
        world.memory["refunds"] = (
            found.join(sold, on=["shop_id", "line"], how="left")
            .join(bought, on="order_key", how="left")
            .join(platforms, on="shop_id")
            .with_columns(
                pl.when(known).then(pl.col("order_line_key", "variant_key", "unit_cost")).name.keep(),
                is_sale=pl.when(known).then("is_sale").otherwise(pl.col("kind") != "shipping"),
                platform=pl.coalesce("platform", "own"),
                sales_channel=pl.col("sales_channel").fill_null("unknown"),
            )
            .with_columns(
                goods=pl.when(pl.col("is_sale")).then(pl.col("merchandise")).otherwise(0),
                is_counted=(pl.col("status") == "success") & pl.col("is_valid").fill_null(True),
            )
            .drop("own")
        )
    return world.memory["refunds"]


def _refunds(shop: Seen) -> pl.DataFrame:
    claims, rows = shop.business.refunds.claims, shop.business.refunds.rows
    decided = shop.told(claims.settled_at)
    dated = np.where(decided, claims.settled_at, claims.issued_at)
    which = np.flatnonzero(shop.happened(dated)[rows.claim])
    claim, line = rows.claim[which], rows.line[which]
    status = np.where(decided, claims.outcome, _PENDING)[claim]
    order = pl.Series(values=claims.order[claim] + FIRST_ORDER).cast(pl.String)
    number = pl.Series(values=claims.number[claim]).cast(pl.String)
    place = shop.business.baskets.lines.place[np.maximum(line, 0)]
    return pl.DataFrame(
        {
            "shop_id": [shop.shop_id] * len(which),
            "line": np.where(line >= 0, line, -1),
            "refund_id": "R" + order + "-" + number,
            "order_id": order,
            "place": place,
            "of_line": line >= 0,
            "kind": [KINDS[one] for one in claims.cause[claim].tolist()],
            "reason": [ALL_REASONS[one] for one in claims.reason[claim].tolist()],
            "status": [STATUSES[one] for one in status.tolist()],
            "is_restocked": rows.restocked[which],
            "is_before_shipment": claims.cause[claim] == CANCELLED,
            "quantity": rows.quantity[which],
            "merchandise": rows.merchandise[which] * MONEY,
            "shipping": rows.shipping[which] * MONEY,
            "tax": rows.tax[which] * MONEY,
            "requested_at": moments(claims.requested_at[claim]),
            "refunded_at": moments(dated[claim]),
            "refunded_date": shop.dates(dated[claim]),
        }
    ).with_columns(
        order_key=pl.col("shop_id") + ":" + pl.col("order_id"),
        amount=pl.col("merchandise") + pl.col("shipping") + pl.col("tax"),
    )


def went_back(world: World) -> pl.DataFrame:
    """Refunds whose money went back by `as_of`, whether their order counts or not."""
    return refunds(world).filter(pl.col("status") == STATUSES[SUCCESS])
