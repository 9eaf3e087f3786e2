"""Faults in promotions and live sessions."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault

FAULTS = [
    Fault(
        "fct_order_promotions",
        "whoever pays, it is the seller",
        "coalesce(applied.funded_by, promotions.funded_by, 'seller')",
        "coalesce(applied.funded_by, 'seller')",
    ),
    Fault("int_paid_days", "what is not valid was sold", "where is_valid and paid_date", "where paid_date"),
    Fault(
        "int_promotion_uplift",
        "days of other promotions are ordinary days",
        "is_free or not bool_or(is_free) over (partition by promotion_key, weekday) as is_matched",
        "true as is_matched",
    ),
    Fault(
        "int_promotion_uplift",
        "what other promotions sold was not pulled forward",
        "(sold.phase = 'after' and sold.is_free)",
        "sold.phase = 'after'",
    ),
    Fault(
        "mart_promotions",
        "an order counts once for each of its lines",
        "(select distinct promotion_key, order_key, is_presale from applied)",
        "(select promotion_key, order_key, is_presale from applied)",
    ),
    Fault(
        "int_live_links",
        "orders of the replay are of the next day",
        "coalesce(sessions.started_at, sessions.ended_at, links.at)",
        "coalesce(links.at, sessions.started_at, sessions.ended_at)",
        number=0,
    ),
    Fault(
        "mart_live",
        "slot fees are forgotten",
        "contribution_margin - slot_fees - other_fees",
        "contribution_margin - other_fees",
    ),
    Fault(
        "mart_live",
        "what a creator sold without a session was shown in one",
        "sum(paid_amount) filter (where is_shown)",
        "sum(paid_amount)",
    ),
    Fault(
        "mart_today_ads",
        "a product is out of stock when one variant of it is",
        "of_product.variants_out_of_stock = of_product.variants",
        "of_product.variants_out_of_stock > 0",
    ),
    Fault(
        "mart_today_ads",
        "an article is out of stock where one place has none of it",
        "sum(days.on_hand) as on_hand",
        "min(days.on_hand) as on_hand",
    ),
]
