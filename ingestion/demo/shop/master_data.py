"""Rows of what changes slowly: accounts, articles, unit costs."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.assortment import words_of
from ingestion.demo.shop.business import Business
from ingestion.demo.shop.frames import instants, latest, money, numbers, words
from ingestion.demo.shop.identity import account_ids, contact, places
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
    updated = latest(until, catalogue.listed_at, catalogue.delisted_at, *catalogue.price_from.T)
    which = np.flatnonzero((catalogue.listed_at < until) & (updated >= after))
    price = catalogue.price_at(which, np.full(len(which), until - 1))
    names = words_of(business.plan.market.language).categories
    return pl.DataFrame(
        {
            "variant_id": words(catalogue.variant_id, which),
            "product_id": words(catalogue.product_id, which),
            "sku": words(catalogue.sku, which),
            "title": words(catalogue.title, which),
            "category": words(names, catalogue.category[which] % len(names)),
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


def unit_cost_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Unit costs booked in [after, until), some of them days after they began to hold."""
    catalogue = business.catalogue
    booked = catalogue.cost_booked
    known = (booked < until) & (booked >= after) & (catalogue.cost > 0)
    variant, revision = np.nonzero(known & (catalogue.cost_from < catalogue.delisted_at[:, None]))
    return pl.DataFrame(
        {
            "variant_id": words(catalogue.variant_id, variant),
            "valid_from": instants(catalogue.cost_from[variant, revision]),
            "unit_cost": money(catalogue.cost[variant, revision]),
            "updated_at": instants(booked[variant, revision]),
        }
    )
