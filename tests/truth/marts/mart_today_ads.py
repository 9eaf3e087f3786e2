"""mart_today_ads: campaigns that run, and what is out of stock of what their visitors look at first."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import polars as pl

from tests.truth.ads import campaign_days
from tests.truth.browsing import events
from tests.truth.marts.dim_products import dim_products
from tests.truth.marts.fct_sessions import fct_sessions
from tests.truth.registry import ledger
from tests.truth.stock import stock
from tests.truth.world import World

DAY = timedelta(days=1)
Row = dict[str, Any]
Campaign = tuple[str, str, str]
"""Shop, advertising platform, id."""


@ledger("mart_today_ads", "shop_id", "ad_platform", "campaign_id", "product_id")
def mart_today_ads(world: World) -> pl.DataFrame:
    """One row per running campaign, and one for each product out of stock that it leads to."""
    shelves = _shelves(world)
    looks = _first_looks(world, shelves)
    platforms = {shop.shop_id: shop.platform for shop in world.shops}
    today = dict(world.today.iter_rows())
    rows = []
    for campaign, about in _running(world, today).items():
        seen = looks.get(campaign, [])
        landed = [look for look in seen if look is not None]
        known = [look for look in landed if look["is_out"] is not None]
        out: dict[str, int] = defaultdict(int)
        for look in known:
            out[look["product_id"]] += look["is_out"]
        out["all"] = sum(out.values())
        for product, sessions in out.items():
            if product != "all" and not sessions:
                continue
            share = sessions / len(known) if known else None
            rows.append(
                {
                    "shop_id": campaign[0], "platform": platforms[campaign[0]], "date": today[campaign[0]],
                    "ad_platform": campaign[1], "campaign_id": campaign[2], "product_id": product,
                    **about,
                    "sessions_7_days": len(seen),
                    "landed_sessions_7_days": len(landed),
                    "known_sessions_7_days": len(known),
                    "out_of_stock_sessions_7_days": sessions,
                    "out_of_stock_share": share,
                    "spend_out_of_stock": None if share is None else about["spend_last_day"] * share,
                    **_left(shelves.get((campaign[0], product))),
                }
            )  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def _running(world: World, today: dict[str, date]) -> dict[Campaign, Row]:
    days: dict[Campaign, dict[date, Row]] = defaultdict(dict)
    for row in campaign_days(world):
        if row["date"] > today[row["shop_id"]] - 7 * DAY:
            days[row["shop_id"], row["ad_platform"], row["campaign_id"]][row["date"]] = row
    found = {}
    for campaign, own in days.items():
        now = today[campaign[0]]
        reported = [
            day for other, those in days.items() if other[:2] == campaign[:2] for day in those if day < now
        ]
        last = max(reported, default=None)
        spent = own[last]["spend"] if last in own else 0
        is_new = now in own and own[now]["spend"] > 0
        if is_new or (spent and last is not None and last >= now - 3 * DAY):
            found[campaign] = {
                "campaign": own[max(own)]["campaign"],
                "last_reported_date": last,
                "spend_last_day": spent,
                "spend_7_days": sum(row["spend"] for row in own.values()),
            }
    return found


def _shelves(world: World) -> dict[tuple[str, str], list[Row]]:
    """The variants of each product, with what is left of them in all places; None where nobody knows."""
    left = (
        stock(world)
        .join(world.today.rename({"today": "date"}), on=["shop_id", "date"])
        .group_by("variant_key")
        .agg(pl.col("on_hand").sum())
    )
    variants = dim_products(world).join(left, on="variant_key", how="left").sort("variant_key")
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in variants.iter_rows(named=True):
        found[row["shop_id"], row["product_id"]].append(row)
    return found


def _left(variants: list[Row] | None) -> Row:
    names = ("title", "variants", "variants_out_of_stock", "on_hand")
    if variants is None:
        return dict.fromkeys(names)
    known = [row["on_hand"] for row in variants if row["on_hand"] is not None]
    titles = [row["title"] for row in variants if row["title"] is not None]
    values = (
        min(titles, default=None),
        len(known),
        sum(one <= 0 for one in known),
        sum(known) if known else None,
    )
    return dict(zip(names, values, strict=True))


def _first_looks(world: World, shelves: dict[tuple[str, str], list[Row]]) -> dict[Campaign, list[Row | None]]:
    """For each session of the last seven days what it looked at first; None if it did not look."""
    variants = {
        (shop, row["variant_id"]): (product, row["on_hand"])
        for (shop, product), rows in shelves.items()
        for row in rows
    }
    first = (
        events(world).filter(pl.col("event_type") == "product_view")
        .group_by("session_key", maintain_order=True)
        .agg(pl.col("variant_id", "product_id").first())
    )  # fmt: skip
    recent = (
        fct_sessions(world)
        .filter(pl.col("campaign_id").is_not_null())
        .join(world.today, on="shop_id")
        .filter(pl.col("session_date") > pl.col("today").dt.offset_by("-7d"))
        .select("session_key", "shop_id", "ad_platform", "campaign_id")
        .join(first.with_columns(has_looked=pl.lit(True)), on="session_key", how="left")
    )
    found: dict[Campaign, list[Row | None]] = defaultdict(list)
    for row in recent.iter_rows(named=True):
        shop, variant = row["shop_id"], row["variant_id"]
        look: Row | None = None
        if row["has_looked"]:
            product, left = variants.get((shop, variant), (variant, None))
            product = row["product_id"] or product
            if variant is not None:
                is_out = None if left is None else left <= 0
            else:
                known = [
                    one["on_hand"] for one in shelves.get((shop, product), []) if one["on_hand"] is not None
                ]
                is_out = all(one <= 0 for one in known) if known else None
            look = {"product_id": product, "is_out": is_out}
        found[shop, row["ad_platform"], row["campaign_id"]].append(look)
    return found
