"""mart_search: what people search for in a week, and what comes of it in the same session."""

from __future__ import annotations

import polars as pl

from tests.truth.marts.fct_sessions import fct_sessions
from tests.truth.periods import ratio
from tests.truth.registry import ledger
from tests.truth.seen import acts
from tests.truth.world import World

WEEK = ["shop_id", "week_start"]
MARK = "‹email›"
"""What an e-mail address in the search field became before it landed."""
SEARCHED = pl.col("event_type") == "search"


@ledger("mart_search", *WEEK, "term")
def mart_search(world: World) -> pl.DataFrame:
    """One row per week and term, and one for all of them."""
    each = _searches(world)
    every = each.with_columns(term=pl.lit("all"))
    of_sessions = (
        pl.concat([each, every])
        .group_by(*WEEK, "term", "session_key", "visitor_id")
        .agg(
            searches=pl.len(),
            known=pl.col("results").is_not_null().sum(),
            nothing=(pl.col("results") == 0).sum(),
            viewed=pl.col("is_viewed").sum(),
            carted=pl.col("is_carted").sum(),
            orders=pl.col("orders").filter(pl.col("is_before_order")).first(),
        )
    )
    platforms = {shop.shop_id: shop.platform for shop in world.shops}
    return (
        of_sessions.group_by(*WEEK, "term")
        .agg(
            searches=pl.col("searches").sum(),
            sessions=pl.len(),
            visitors=pl.col("visitor_id").n_unique(),
            searches_with_known_results=pl.col("known").sum(),
            zero_result_searches=pl.col("nothing").sum(),
            viewed_searches=pl.col("viewed").sum(),
            carted_searches=pl.col("carted").sum(),
            orders=pl.col("orders").sum(),
            order_sessions=pl.col("orders").is_not_null().sum(),
        )
        .join(world.today, on="shop_id")
        .with_columns(
            platform=pl.col("shop_id").replace_strict(platforms),
            is_complete_period=pl.col("week_start").dt.offset_by("6d") < pl.col("today"),
            zero_result_rate=ratio(pl.col("zero_result_searches"), pl.col("searches_with_known_results")),
            view_rate=ratio(pl.col("viewed_searches"), pl.col("searches")),
            cart_rate=ratio(pl.col("carted_searches"), pl.col("searches")),
            conversion_rate=ratio(pl.col("order_sessions"), pl.col("sessions")),
        )
        .drop("today")
    )


def _searches(world: World) -> pl.DataFrame:
    """One row per search of a person, with what was done before the next one of the session."""
    done = (
        acts(world).with_columns(number=SEARCHED.cum_sum().over("session_key")).filter(pl.col("number") > 0)
    )
    first = ("search_term", "search_results", "event_at", "shop_id", "visitor_id", "session_date")
    found = done.group_by("session_key", "number").agg(
        pl.col(*first).filter(SEARCHED).first(),
        is_viewed=pl.col("event_type").is_in(["click", "product_view"]).any(),
        is_carted=(pl.col("event_type") == "add_to_cart").any(),
    )
    words = pl.col("search_term").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    bought = fct_sessions(world).filter(pl.col("orders") > 0).select("session_key", "orders", "purchase_at")
    in_time = (pl.col("event_at") <= pl.col("purchase_at")) | pl.col("purchase_at").is_null()
    return found.join(bought, on="session_key", how="left").select(
        "shop_id", "session_key", "visitor_id", "is_viewed", "is_carted", "orders",
        week_start=pl.col("session_date").dt.truncate("1w"),
        term=pl.when(words.str.contains("@")).then(pl.lit(MARK)).when(words != "").then(words).fill_null("unknown"),
        results="search_results",
        is_before_order=pl.col("orders").is_not_null() & in_time,
    )  # fmt: skip
