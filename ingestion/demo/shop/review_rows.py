"""Rows of reviews, with their texts (in which people leave e-mails and phone numbers now and then)."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.feedback_texts import BRUSHED as BRUSHED_TEXTS
from ingestion.demo.shop.feedback_texts import CONTACTS, REVIEWS, SPAM
from ingestion.demo.shop.frames import instants, latest, nothing, numbers, words
from ingestion.demo.shop.identity import order_accounts
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.records import FIRST_ORDER
from ingestion.demo.shop.reviews import BRUSHED, SPAMMED, Reviews, reviews
from ingestion.demo.shop.seasons import NEVER

_LANGUAGES = ("en", "zh")


def review_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Reviews written, answered, changed or removed in [after, until)."""
    made, catalogue = reviews(business), business.catalogue
    updated = latest(until, made.created_at, made.replied_at, made.changed_at, made.deleted_at)
    which = np.flatnonzero((made.created_at < until) & (updated >= after))
    which = which[np.lexsort((made.number[which], made.author[which], made.created_at[which]))]
    spam, order = made.author[which] == SPAMMED, np.maximum(made.order[which], 0)
    names = numbers(made.number[which] + FIRST_ORDER, form="RV{}").zip_with(
        pl.Series(values=~spam, dtype=pl.Boolean), numbers(made.number[which], form="RVX{}")
    )
    rating = np.where(made.changed_at < until, made.rating, made.first_rating)[which]
    language = _language(business, made, which)
    return pl.DataFrame(
        {
            "review_id": names,
            "product_id": words(catalogue.product_id, made.variant[which]),
            "variant_id": words(catalogue.variant_id, made.variant[which]),
            "order_id": nothing(~spam, numbers(order + FIRST_ORDER, form="{}")),
            "customer_id": nothing(~spam, order_accounts(business, order)),
            "rating": rating,
            "body": _bodies(made, which, language),
            "language": words(_LANGUAGES, language),
            "created_at": instants(made.created_at[which]),
            "replied_at": instants(np.where(made.replied_at < until, made.replied_at, NEVER)[which]),
            "is_verified": ~spam,
            "updated_at": instants(updated[which]),
            "_deleted": made.deleted_at[which] < until,
        }
    )


def _language(business: Business, made: Reviews, which: Ints) -> Ints:
    own = _LANGUAGES.index(business.plan.market.language)
    return np.where(made.foreign[which] > 0, 1 - own, own)


def _bodies(made: Reviews, which: Ints, language: Ints) -> pl.Series:
    """Texts by language, mood and topic; NULL for stars alone."""
    plain = [text for name in _LANGUAGES for mood in REVIEWS[name] for text in mood]
    spam = [text for name in _LANGUAGES for text in SPAM[name]]
    moods, topics = len(REVIEWS["en"]), len(REVIEWS["en"][0])
    topic, author = made.topic[which], made.author[which]
    ordinary = (language * moods + made.mood[which]) * topics + topic
    index = np.select(
        [author == SPAMMED, author == BRUSHED],
        [
            len(plain) + language * len(SPAM["en"]) + topic,
            len(plain) + len(spam) + topic % len(BRUSHED_TEXTS),
        ],
        ordinary,
    )
    bodies = words([*plain, *spam, *BRUSHED_TEXTS], index)
    contacts = [text for name in _LANGUAGES for text in CONTACTS[name]]
    contact = made.contact[which]
    more = words(["", *contacts], np.where(contact >= 0, 1 + language * len(CONTACTS["en"]) + contact, 0))
    return nothing(made.is_empty[which] == 0, bodies + more)
