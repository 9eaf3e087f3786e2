"""mart_marketing_roi: what was spent, who came, and what was ordered, by the models of attribution."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from tests.truth.ads import campaign_days, rounded
from tests.truth.attribution import MODELS, MONEY, WINDOW, paybacks, shares_of_orders
from tests.truth.marts.dim_campaigns import dim_campaigns
from tests.truth.marts.fct_sessions import fct_sessions
from tests.truth.registry import ledger
from tests.truth.world import World

KEY = ("shop_id", "date", "attribution_model", "channel", "ad_platform", "campaign_id")
_COUNTED = ("impressions", "clicks", "claimed_conversions", "claimed_value")
_SUMS = (
    "spend", "spend_reporting", "sessions", "orders", "new_customers", "revenue", "revenue_reporting",
    "revenue_after_refunds", "revenue_with_margin", "revenue_by_touch_date",
)  # fmt: skip
Row = dict[str, Any]


@ledger("mart_marketing_roi", *KEY)
def mart_marketing_roi(world: World) -> pl.DataFrame:
    """Every day, channel and campaign on which anything was spent, visited or ordered."""
    campaigns = {
        (one["shop_id"], one["ad_platform"], one["campaign_id"]): one
        for one in dim_campaigns(world).iter_rows(named=True)
    }
    cells: dict[tuple[Any, ...], Row] = defaultdict(lambda: dict.fromkeys(_SUMS, 0))

    def cell(one: Row, day: Any, model: str) -> Row:
        campaign = (one["shop_id"], one["ad_platform"] or "none", one["campaign_id"] or "none")
        channel = campaigns[campaign]["channel"] if campaign in campaigns else one["channel"]
        return cells[campaign[0], day, model, channel, *campaign[1:]]

    _spend(world, cell)
    for one in fct_sessions(world).iter_rows(named=True):
        for model in MODELS:
            cell(one, one["session_date"], model)["sessions"] += 1
    for one in shares_of_orders(world):
        _credit(cell(one, one["order_date"], one["attribution_model"]), one)
        led = cell(one, one["touch_date"] or one["order_date"], one["attribution_model"])
        led["revenue_by_touch_date"] += one["revenue"]
    spent = {key[:2] + key[4:]: found["spend"] for key, found in cells.items()}
    paid_back = paybacks(world, spent)
    about = {shop.shop_id: shop for shop in world.shops}
    rows = []
    for key, found in cells.items():
        shop, row = about[key[0]], dict(zip(KEY, key, strict=True))
        known = campaigns.get((key[0], *key[4:]))
        rows.append(
            {
                **row,
                **dict.fromkeys(_COUNTED),
                **found,
                "platform": shop.platform,
                "currency": shop.business.plan.currency,
                "campaign": known["name"] if known else None,
                "is_complete_period": row["date"] < shop.today,
                "is_conversion_window_closed": row["date"] + timedelta(days=WINDOW.days) < shop.today,
                "gross_margin": found.get("gross_margin", None if found["orders"] else 0),
                "margin": found.get("contribution_margin", None if found["orders"] else 0),
                "orders": float(found["orders"]),
                "new_customers": float(found["new_customers"]),
                "payback_days": paid_back.get(key[:3] + key[4:]),
            }
        )
    return _rates(pl.DataFrame(rows, infer_schema_length=None).drop("contribution_margin"))


def _spend(world: World, cell: Any) -> None:
    for one in campaign_days(world):
        for model in MODELS:
            found = cell(one | {"channel": None}, one["date"], model)
            for name in ("spend", "spend_reporting"):
                found[name] += one[name]
            for name in _COUNTED:
                if one[name] is not None:
                    found[name] = found.get(name, 0) + one[name]


def _credit(found: Row, one: Row) -> None:
    found["orders"] += one["credit"]
    found["new_customers"] += one["new_customers"]
    for name in ("revenue", "revenue_after_refunds"):
        found[name] += one[name]
    rate = Decimal(repr(one["reporting_rate"]))
    found["revenue_reporting"] += rounded(Decimal(one["revenue"]) / 10_000, rate)
    for name in MONEY[2:]:
        if one[name] is not None:
            found[name] = found.get(name, 0) + one[name]
    if one["contribution_margin"] is not None:
        found["revenue_with_margin"] += one["revenue"]


def _rates(rows: pl.DataFrame) -> pl.DataFrame:
    """Quotients, NULL over zero; of money by a count in ten-thousandths."""
    quotients = {
        "roas": ("revenue", "spend"),
        "roas_after_refunds": ("revenue_after_refunds", "spend"),
        "roas_by_touch_date": ("revenue_by_touch_date", "spend"),
        "claimed_roas": ("claimed_value", "spend"),
        "ctr": ("clicks", "impressions"),
        "cpc": ("spend", "clicks"),
        "cpa": ("spend", "orders"),
        "ad_cac": ("spend", "new_customers"),
    }
    return rows.with_columns(
        **{
            name: pl.when(pl.col(bottom) != 0).then(pl.col(top) / pl.col(bottom))
            for name, (top, bottom) in quotients.items()
        },
        roi=pl.when(pl.col("spend") != 0).then((pl.col("margin") - pl.col("spend")) / pl.col("spend")),
        break_even_roas=pl.when(pl.col("margin") > 0).then(pl.col("revenue_with_margin") / pl.col("margin")),
    )
