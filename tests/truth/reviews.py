"""The reviews of a world: their stars as they are told by now, and what their texts speak of."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.feedback_texts import BAD, GOOD, MIXED, TOPICS
from ingestion.demo.shop.records import FIRST_ORDER
from ingestion.demo.shop.reviews import BRUSHED, SPAMMED, reviews
from tests.truth.world import MONEY, Seen, World, moments, where

MENTIONED = (*TOPICS, "size", "service")
_NO_WORD = {("en", GOOD, "delivery")}
"""Texts that speak of a topic in words that no list would have."""
_ALSO = {
    ("en", MIXED, "looks"): "size",
    ("zh", MIXED, "looks"): "size",
    ("zh", BAD, "delivery"): "service",
}
_SPAM = {("en", 1): "price", ("zh", 2): "price"}
_BRUSHED = {2: "delivery"}
_CONTACT = {("en", 1): "looks"}


def told_reviews(world: World) -> pl.DataFrame:
    """One row per review written by `as_of` and not removed: stars in ten-thousandths, instants, dates, topics."""
    if "reviews" not in world.memory:
        world.memory["reviews"] = pl.concat([_reviews(shop) for shop in world.shops])
    return world.memory["reviews"]


def _reviews(shop: Seen) -> pl.DataFrame:
    made, catalogue = reviews(shop.business), shop.business.catalogue
    of = np.flatnonzero(shop.happened(made.created_at) & ~shop.told(made.deleted_at))
    stars = np.where(shop.told(made.changed_at), made.rating, made.first_rating)[of]
    replied = shop.happened(made.replied_at[of])
    spam = made.author[of] == SPAMMED
    own = shop.business.plan.market.language
    other = {"en": "zh", "zh": "en"}[own]
    language = [other if foreign else own for foreign in made.foreign[of].tolist()]
    words = [_mentions(shop, one, lang) for one, lang in zip(of.tolist(), language, strict=True)]
    ids = [
        f"RVX{number}" if is_spam else f"RV{number + FIRST_ORDER}"
        for number, is_spam in zip(made.number[of].tolist(), spam.tolist(), strict=True)
    ]
    order = pl.Series(values=np.maximum(made.order[of], 0) + FIRST_ORDER).cast(pl.String)
    hours = np.where(replied, made.replied_at[of] - made.created_at[of], 0) / 3_600_000
    return pl.DataFrame(
        {
            "shop_id": [shop.shop_id] * len(of),
            "review_id": ids,
            "product_id": [catalogue.product_id[v] for v in made.variant[of].tolist()],
            "variant_id": [catalogue.variant_id[v] for v in made.variant[of].tolist()],
            "order_id": where(~spam, order),
            "language": language,
            "rating": stars * 100 * MONEY,
            "is_negative": stars <= 2,
            "is_verified": ~spam,
            "has_text": made.is_empty[of] == 0,
            "is_replied": replied,
            **{f"mentions_{topic}": [topic in one for one in words] for topic in MENTIONED},
            "created_at": moments(made.created_at[of]),
            "created_date": shop.dates(made.created_at[of]),
            "replied_at": moments(made.replied_at[of], replied),
            "reply_hours": where(replied, pl.Series(values=hours)),
        }
    )


def _mentions(shop: Seen, one: int, language: str) -> set[str]:
    """The topics of one review's text."""
    made = reviews(shop.business)
    author, topic = made.author[one], int(made.topic[one])
    if made.is_empty[one]:
        return set()
    if author == SPAMMED:
        return {_SPAM[language, topic]} if (language, topic) in _SPAM else set()
    if author == BRUSHED:
        return {_BRUSHED[topic % 3]} if topic % 3 in _BRUSHED else set()
    text = (language, int(made.mood[one]), TOPICS[topic])
    found = set() if text in _NO_WORD else {TOPICS[topic]}
    found |= {_ALSO[text]} if text in _ALSO else set()
    contact = (language, int(made.contact[one]))
    return found | ({_CONTACT[contact]} if contact in _CONTACT else set())
