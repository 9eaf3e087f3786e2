"""mart_identity_restatements: sessions whose person was learned when they were over."""

from __future__ import annotations

import polars as pl

from tests.truth.registry import ledger
from tests.truth.session_people import session_people
from tests.truth.world import World


@ledger("int_session_people", "session_key")
def int_session_people(world: World) -> pl.DataFrame:
    """Which session was whose, and since when that is known."""
    return session_people(world)


@ledger("mart_identity_restatements", "shop_id", "session_date", "identified_date")
def mart_identity_restatements(world: World) -> pl.DataFrame:
    """By the shop's dates of the sessions and of what told whose they were."""
    parts = []
    for shop in world.shops:
        known = (
            pl.col("known_at").dt.replace_time_zone("UTC").dt.convert_time_zone(shop.business.plan.timezone)
        )
        parts.append(
            session_people(world)
            .filter((pl.col("shop_id") == shop.shop_id) & pl.col("is_identified_later"))
            .with_columns(identified_date=known.dt.date())
        )
    nobody = pl.col("customer_key_before").is_null()
    return (
        pl.concat(parts)
        .group_by("shop_id", "session_date", "identified_date")
        .agg(
            sessions=pl.len(),
            sessions_of_nobody_before=nobody.sum(),
            sessions_of_others_before=(~nobody).sum(),
            visitors=pl.col("visitor_id").n_unique(),
            customers=pl.col("customer_key").n_unique(),
        )
        .with_columns(days_later=(pl.col("identified_date") - pl.col("session_date")).dt.total_days())
    )
