"""dim_campaigns: what the shops pay for."""

from __future__ import annotations

import polars as pl

from ingestion.demo.shop.traffic.campaigns import campaigns_of
from tests.truth.ads import campaign_days
from tests.truth.registry import ledger
from tests.truth.world import World

OF_PLATFORM = {"podcast": "audio", "metro_posters": "paid_other"}
"""Channels of what has no link."""


@ledger(
    "dim_campaigns",
    *("shop_id", "ad_platform", "campaign_id"),
)
def dim_campaigns(world: World) -> pl.DataFrame:
    """One row per campaign with reported spend, by the channel that its links say."""
    channels = {
        (shop.shop_id, ad.platform): OF_PLATFORM.get(ad.platform, ad.channel)
        for shop in world.shops
        for ad in campaigns_of(shop.business.plan)
    }
    rows = pl.DataFrame(
        [
            {name: one[name] for name in ("shop_id", "ad_platform", "campaign_id", "campaign", "date")}
            for one in campaign_days(world)
        ]
    )
    return (
        rows.sort("date")
        .group_by("shop_id", "ad_platform", "campaign_id")
        .agg(name=pl.col("campaign").last(), first_date=pl.col("date").min(), last_date=pl.col("date").max())
        .with_columns(
            channel=pl.struct("shop_id", "ad_platform").map_elements(
                lambda one: channels[one["shop_id"], one["ad_platform"]], return_dtype=pl.String
            )
        )
    )
