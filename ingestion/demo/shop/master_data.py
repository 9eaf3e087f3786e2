"""Rows of what changes slowly: accounts, articles, unit costs."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.assortment import words_of
from ingestion.demo.shop.business import Business
from ingestion.demo.shop.catalogue import SPECIALS
from ingestion.demo.shop.frames import instants, latest, money, numbers, words
from ingestion.demo.shop.identity import account_ids, contact, places
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.seasons import DAY_MS, NEVER


def customer_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Accounts opened, or whose consent to marketing changed, in [after, until)."""
    dice, people = business.plan.dice, business.people
    registered = business.registered_at
    leaves = (dice.exponential(220.0, "customer/leaves", people.index) * DAY_MS).astype(np.int64)
    changed = np.where(dice.chance(0.15, "customer/changes", people.index), registered + leaves, NEVER)
    changed = np.where(registered < NEVER, changed, NEVER)
    updated = latest(until, registered, changed)
    who = np.flatnonzero((registered < until) & (updated >= after))
    who = who[np.argsort(registered[who], kind="stable")]
    accepts = dice.chance(0.56, "customer/marketing", who) ^ (changed[who] < until)
    return pl.DataFrame(
        {
            "customer_id": numbers(account_ids(business)[who], form="C{}"),
            **contact(business, who),
            "created_at": instants(registered[who]),
            **places(business, who, "country", "region", "city"),
            "accepts_marketing": accepts,
            "is_test": people.is_test[who],
            "updated_at": instants(updated[who]),
        }
    )


def product_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Variants listed, priced anew or taken off sale in [after, until)."""
    catalogue = business.catalogue
    sorted_at = _sorted_at(business)
    updated = latest(until, catalogue.listed_at, catalogue.delisted_at, sorted_at, *catalogue.price_from.T)
    which = np.flatnonzero((catalogue.listed_at < until) & (updated >= after))
    price = catalogue.price_at(which, np.full(len(which), until - 1))
    names = words_of(business.plan.market.language).categories
    slip = (sorted_at[which] < NEVER) & (sorted_at[which] >= until)
    category = np.where(slip, (catalogue.category[which] + 1) % (len(names) - 1), catalogue.category[which])
    return pl.DataFrame(
        {
            "variant_id": words(catalogue.variant_id, which),
            "product_id": words(catalogue.product_id, which),
            "sku": words(catalogue.sku, which),
            "title": words(catalogue.title, which),
            "category": words(names, category % len(names)),
            "subcategory": words(catalogue.subcategory, which),
            "brand": words(catalogue.brand, which),
            "supplier_id": words(catalogue.supplier_id, which),
            "status": words(("active", "delisted"), (catalogue.delisted_at[which] < until).astype(np.int64)),
            "listed_at": instants(catalogue.listed_at[which]),
            "delisted_at": instants(catalogue.delisted_at[which], until),
            "list_price": money(price),
            "updated_at": instants(updated[which]),
        }
    )


def _sorted_at(business: Business) -> Ints:
    """When a variant that was listed in the wrong category is put into the right one; NEVER for most."""
    catalogue, dice = business.catalogue, business.plan.dice
    variant = np.arange(len(catalogue.variant_id))
    wrong = dice.chance(0.06, "product/misplaced", variant) & (catalogue.category >= 0)
    later = (dice.between(1, 9, "product/sorted", variant) * DAY_MS).astype(np.int64)
    return np.where(wrong & (variant >= len(SPECIALS)), catalogue.listed_at + later, NEVER)


def unit_cost_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Unit costs booked or corrected in [after, until), some of them days after they began to hold."""
    catalogue, dice = business.catalogue, business.plan.dice
    variants, step = (
        np.arange(len(catalogue.variant_id))[:, None],
        np.arange(catalogue.cost.shape[1])[None, :],
    )
    slip = dice.chance(0.03, "cost/slip", variants, step) & (catalogue.cost_booked < NEVER)
    later = (dice.between(2, 20, "cost/corrected", variants, step) * DAY_MS).astype(np.int64)
    booked = catalogue.cost_booked
    corrected = np.where(slip, np.where(slip, booked, 0) + later, booked)
    right = corrected < until
    updated = np.where(right, corrected, booked)
    known = (booked < until) & (updated >= after) & (catalogue.cost > 0)
    variant, revision = np.nonzero(known & (catalogue.cost_from < catalogue.delisted_at[:, None]))
    # The slip: a tenth too much.
    cost = np.where(right, catalogue.cost, catalogue.cost * 11 // 10)
    return pl.DataFrame(
        {
            "variant_id": words(catalogue.variant_id, variant),
            "valid_from": instants(catalogue.cost_from[variant, revision]),
            "unit_cost": money(cost[variant, revision]),
            "updated_at": instants(updated[variant, revision]),
        }
    )
