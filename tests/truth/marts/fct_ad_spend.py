"""fct_ad_spend: what each campaign spent on each day, with the rates that follow."""

from __future__ import annotations

import polars as pl

from tests.truth.ads import campaign_days
from tests.truth.registry import ledger
from tests.truth.world import World


@ledger("fct_ad_spend", "shop_id", "date", "ad_platform", "campaign_id")
def fct_ad_spend(world: World) -> pl.DataFrame:
    """Money in ten-thousandths; what is divided by nothing has no rate."""
    return pl.DataFrame(campaign_days(world), infer_schema_length=None).with_columns(
        ctr=over("clicks", "impressions"),
        cpc=over("spend", "clicks"),
        cpm=over("spend", "impressions") * 1000,
        claimed_cpa=over("spend", "claimed_conversions") * 10_000,
        claimed_roas=over("claimed_value", "spend"),
    )


def over(top: str, bottom: str) -> pl.Expr:
    """A quotient, NULL over zero."""
    return pl.when(pl.col(bottom) != 0).then(pl.col(top) / pl.col(bottom))
