"""mart_promotions: whom each promotion reached, what it cost, and what the shop sold more for it."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.campaigns import Campaign
from ingestion.demo.shop.seasons import NEVER
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.promotions import MEASURES, Row, announced, days_of, taken_off, uplift
from tests.truth.registry import ledger
from tests.truth.world import Seen, World, moments

SUMS = (
    "units", "units_with_cost", "gross_sales", "net_sales", "paid_amount", "refunded_amount", "gross_margin",
    "contribution_margin",
)  # fmt: skip
PAYERS = ("seller", "platform", "creator")


@ledger("mart_promotions", "promotion_key")
def mart_promotions(world: World) -> pl.DataFrame:
    """One row per promotion that has been announced; every discount of the simulated shops is of one."""
    off, orders = taken_off(world), fct_orders(world)
    moved = uplift(world)
    rows = []
    for shop in world.shops:
        for campaign in announced(shop):
            key = f"{shop.shop_id}:{campaign.promotion_id}"
            own = off.filter(pl.col("promotion_key") == key)
            reduced = orders.join(own.select("order_key", "is_presale").unique(), on="order_key")
            rows.append(
                {"promotion_key": key}
                | _about(shop, campaign)
                | _sold(reduced, campaign)
                | {
                    f"discount_{one}": own.filter(pl.col("funded_by") == one)["discount"].sum()
                    for one in PAYERS
                }
                | _moved(moved.get(key))
            )
    found = pl.DataFrame(rows, infer_schema_length=None)
    top, base = pl.col("gross_sales_during"), pl.col("gross_sales_during_baseline")
    later, base_later = pl.col("gross_sales_after"), pl.col("gross_sales_after_baseline")
    return found.with_columns(
        discount=pl.sum_horizontal(f"discount_{one}" for one in PAYERS),
        seller_discount_share=_ratio("discount_seller", "gross_sales"),
        new_buyer_share=_ratio("new_buyers", "known_buyers"),
        coupon_redemption_rate=_ratio("orders", "coupons_issued"),
        presale_conversion_rate=_ratio("presale_paid_orders", "presale_orders"),
        gross_sales_uplift_rate=pl.when(base != 0).then(top / base - 1),
        gross_sales_pulled_forward_rate=pl.when(base_later != 0).then(1 - later / base_later),
    )


def _ratio(top: str, bottom: str) -> pl.Expr:
    return pl.when(pl.col(bottom) != 0).then(pl.col(top).cast(pl.Float64) / pl.col(bottom))


def _about(shop: Seen, one: Campaign) -> Row:
    first, last = days_of(shop, one)
    ended, begun = one.ends <= shop.as_of, one.starts <= shop.as_of
    starts, ends = moments(np.array([one.starts, one.ends]), np.array([True, one.ends < NEVER]))
    return {
        "shop_id": shop.shop_id, "platform": shop.platform, "currency": shop.business.plan.currency,
        "promotion_id": one.promotion_id, "name": one.name, "kind": one.kind, "funded_by": one.funded_by,
        "starts_at": starts, "ends_at": ends, "first_date": first, "last_date": last,
        "status": "ended" if ended else "running" if begun else "planned",
        "is_complete_period": ended,
        "coupons_issued": one.coupons,
    }  # fmt: skip


def _sold(reduced: pl.DataFrame, one: Campaign) -> Row:
    valid = reduced.filter("is_valid")
    presold = reduced.filter("is_presale")
    open_yet = presold.filter(~pl.col("is_paid") & ~pl.col("is_voided") & pl.col("cancelled_at").is_null())
    unknown = len(valid) > 0 and valid["gross_margin"].null_count() == len(valid)
    is_coupon = one.kind == "coupon" or one.coupons is not None
    return {
        "orders": len(valid),
        "buyers": valid["customer_key"].n_unique(),
        "known_buyers": valid.filter(~pl.col("is_anonymous"))["customer_key"].n_unique(),
        "new_buyers": valid.filter("is_first_order")["customer_key"].n_unique(),
        **{name: None if unknown and "margin" in name else valid[name].sum() for name in SUMS},
        "coupons_redeemed": len(valid) if is_coupon else None,
        "presale_orders": len(presold),
        "presale_paid_orders": len(presold.filter("is_valid")),
        "presale_waiting_orders": len(open_yet),
    }


def _moved(row: Row | None) -> Row:
    phases = ("during", "after")
    names = [f"{name}_{phase}{end}" for phase in phases for name in MEASURES for end in ("", "_baseline")]
    blank = ("overlapping_promotions", "baseline_days", "is_baseline_promotion_free", "is_after_closed")
    found = dict.fromkeys([*blank, *(f"days_{phase}" for phase in phases), *names]) | (row or {})
    for name in MEASURES:
        during, usual = found[f"{name}_during"], found[f"{name}_during_baseline"]
        after, later = found[f"{name}_after"], found[f"{name}_after_baseline"]
        found[f"{name}_uplift"] = None if during is None or usual is None else during - usual
        found[f"{name}_pulled_forward"] = None if after is None or later is None else later - after
    return found
