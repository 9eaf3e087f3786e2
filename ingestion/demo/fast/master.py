"""What is not made day by day: articles, their costs, stock, and ad spend."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ingestion.demo.fast.catalogue import Catalogue
from ingestion.demo.fast.marks import CAMPAIGNS
from ingestion.demo.fast.scale import DAYS, Scale
from ingestion.demo.fast.tables import complete
from ingestion.demo.shop.assortment import BRANDS, CATEGORIES
from ingestion.demo.shop.frames import instants, money, words
from ingestion.demo.shop.randomness import Ints

_DAY = 86_400_000
_CLICKS_PER_EVENT = 0.35


def variant_ids(catalogue: Catalogue) -> pl.Series:
    """Ids of the variants, and NULL after them."""
    ids = [f"V{number + 1:06d}" for number in range(len(catalogue.price))]
    return pl.Series(values=[*ids, None], dtype=pl.String)


def product_table(scale: Scale, catalogue: Catalogue) -> pl.DataFrame:
    """All variants, listed before the first day."""
    number = np.arange(len(catalogue.price), dtype=np.int64)
    product, listed = catalogue.product, scale.midnights[0] - 30 * _DAY - number % 300 * _DAY
    text = pl.DataFrame({"product": product, "variant": number % 3})
    names = text.select(
        product_id=pl.format("P{}", pl.col("product") + 1),
        sku=pl.format("SKU-{}-{}", pl.col("product") + 1, pl.col("variant") + 1),
        title=pl.format("Article {}, kind {}", pl.col("product") + 1, pl.col("variant") + 1),
    )
    return complete(
        "products",
        {
            "variant_id": variant_ids(catalogue).head(len(number)),
            **{name: names[name] for name in names.columns},
            "category": words([one.name for one in CATEGORIES], catalogue.category),
            "brand": words(BRANDS, catalogue.brand),
            "supplier_id": words([f"S{one + 1:02d}" for one in range(20)], catalogue.supplier),
            "status": words(("active",), np.zeros_like(number)),
            "listed_at": instants(listed),
            "list_price": money(catalogue.price),
            "updated_at": instants(listed),
        },
    )


def cost_table(scale: Scale, catalogue: Catalogue) -> pl.DataFrame:
    """Two unit costs for each variant: one from the listing on, one from the middle of the year."""
    count = len(catalogue.price)
    ids = variant_ids(catalogue).head(count)
    listed = scale.midnights[0] - 400 * _DAY
    since = np.repeat([listed, scale.midnights[DAYS // 2]], count)
    return complete(
        "unit_costs",
        {
            "variant_id": pl.concat([ids, ids]),
            "valid_from": instants(since),
            "unit_cost": money(np.concatenate([catalogue.cost, catalogue.cost * 104 // 100])),
            "updated_at": instants(since),
        },
    )


def stock_on(scale: Scale, catalogue: Catalogue, day: int) -> Ints:
    """Units on hand at the end of a day: deliveries every few weeks, sales between them, and sometimes nothing left."""
    number = np.arange(len(catalogue.price), dtype=np.int64)
    since = (day + number * 7) % catalogue.cycle
    return np.asarray(np.maximum(catalogue.stock - (catalogue.daily * since + 999) // 1000, 0))


def stock_tables(scale: Scale, catalogue: Catalogue, days: Ints) -> Iterator[pl.DataFrame]:
    """Snapshots of each day, at its end."""
    ids = variant_ids(catalogue).head(len(catalogue.price))
    for day in days.tolist():
        on_hand = stock_on(scale, catalogue, day)
        at = np.full(len(on_hand), scale.midnights[day + 1] - 1000)
        yield complete(
            "inventory_levels",
            {
                "variant_id": ids,
                "location_id": words(("main",), np.zeros_like(on_hand)),
                "snapshot_at": instants(at),
                "on_hand": pl.Series(values=on_hand),
                "reserved": pl.Series(values=np.minimum(on_hand, 2)),
                "incoming": pl.Series(values=np.zeros_like(on_hand)),
                "updated_at": instants(at),
            },
        )


def spend_table(scale: Scale) -> pl.DataFrame:
    """Ad spend by day and campaign."""
    draw = scale.generator(8, 0)
    day = np.repeat(np.arange(DAYS), len(CAMPAIGNS))
    campaign = np.tile(np.arange(len(CAMPAIGNS)), DAYS)
    weight = np.array([one.weight for one in CAMPAIGNS])
    clicks = (
        scale.events_on[day] * _CLICKS_PER_EVENT * (weight / 100)[campaign] * draw.uniform(0.8, 1.2, len(day))
    )
    clicks = clicks.astype(np.int64)
    conversions = (clicks * draw.uniform(0.03, 0.09, len(day))).astype(np.int64)
    reported = scale.midnights[day + 1] + 6 * 3_600_000
    return complete(
        "ad_spend",
        {
            "date": pl.Series(values=np.datetime64(scale.first, "D") + day, dtype=pl.Date),
            "platform": words([one.platform for one in CAMPAIGNS], campaign),
            "campaign_id": words([one.campaign for one in CAMPAIGNS], campaign),
            "campaign": words([f"Campaign {one.campaign}" for one in CAMPAIGNS], campaign),
            "impressions": pl.Series(values=clicks * 60),
            "clicks": pl.Series(values=clicks),
            "spend": money(clicks * np.array([one.cost for one in CAMPAIGNS])[campaign]),
            "currency": words((scale.currency,), np.zeros_like(day)),
            "platform_conversions": pl.Series(values=conversions),
            "platform_value": money(conversions * 7_100),
            "updated_at": instants(reported),
        },
    )
