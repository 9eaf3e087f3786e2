"""Who an order and an account say they are: ids, and personal columns in plain text (all of it invented)."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.frames import numbers, words
from ingestion.demo.shop.geography import market
from ingestion.demo.shop.people import MARKETPLACE
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.seasons import NEVER

FIRST_ACCOUNT = 10_001
GUEST_CHECKOUT = 0.07
"""Share of the orders of people with an account that are placed without signing in."""
NAMELESS = 0.06
"""Share of the marketplace's orders that come without any identity."""
_STREETS = (
    "Maple Street",
    "Station Road",
    "Mill Lane",
    "Harbour View",
    "Church Street",
    "Park Avenue",
    "Elm Close",
)


def account_ids(business: Business) -> Ints:
    """Number of each person's account, in the order of registration; meaningless where there is none."""
    registered = business.registered_at
    rank = np.empty(len(registered), dtype=np.int64)
    rank[np.argsort(registered, kind="stable")] = np.arange(len(registered))
    return rank + FIRST_ACCOUNT


def contact(business: Business, who: Ints) -> dict[str, pl.Series]:
    """Personal columns of the accounts of these people."""
    people = business.people
    names = [people.name(person) for person in who.tolist()]
    return {
        "email": pl.Series(values=[people.email(person) for person in who.tolist()], dtype=pl.String),
        "phone": pl.Series(values=[people.phone(person) for person in who.tolist()], dtype=pl.String),
        "first_name": pl.Series(values=[first for first, _ in names], dtype=pl.String),
        "last_name": pl.Series(values=[last for _, last in names], dtype=pl.String),
        "address": _addresses(who),
    }


def _addresses(who: Ints) -> pl.Series:
    streets = pl.Series(values=list(_STREETS), dtype=pl.String).gather(who % len(_STREETS))
    return numbers(who % 180 + 1, form="{} ") + streets


def order_accounts(business: Business, orders: Ints) -> pl.Series:
    """`customer_id` of these orders; NULL for guests, for the marketplace, and before the registration."""
    buys = business.purchases
    who = buys.person[orders]
    registered = business.registered_at[who]
    signed_in = (
        (registered <= buys.created_at[orders]) & (registered < NEVER) & (buys.channel[orders] != MARKETPLACE)
    )
    signed_in &= ~business.plan.dice.chance(GUEST_CHECKOUT, "order/guest", who, buys.nth[orders])
    ids = numbers(account_ids(business)[who], form="C{}")
    return ids.zip_with(pl.Series(values=signed_in), pl.Series([None], dtype=pl.String))


def order_contacts(business: Business, orders: Ints) -> dict[str, pl.Series]:
    """Personal columns of these orders. The marketplace shows an alias, or nothing; hands type in every way."""
    dice, people, buys = business.plan.dice, business.people, business.purchases
    who, nth = buys.person[orders], buys.nth[orders]
    own = buys.channel[orders] != MARKETPLACE
    hidden = ~own & dice.chance(NAMELESS, "order/nameless", who, nth)
    loud = own & dice.chance(0.03, "order/loud", who, nth)
    gives_phone = own & dice.chance(0.4, "order/phone", who, nth)
    emails: list[str | None] = []
    for person, mine, unseen, shout in zip(
        who.tolist(), own.tolist(), hidden.tolist(), loud.tolist(), strict=True
    ):
        address = people.email(person) if mine else people.marketplace_alias(person)
        emails.append(None if unseen else f" {address.upper()} " if shout else address)
    phones = [
        people.phone(p) if gives else None
        for p, gives in zip(who.tolist(), gives_phone.tolist(), strict=True)
    ]
    names = [
        " ".join(people.name(person)) if mine else None
        for person, mine in zip(who.tolist(), own.tolist(), strict=True)
    ]
    return {
        "email": pl.Series(values=emails, dtype=pl.String),
        "phone": pl.Series(values=phones, dtype=pl.String),
        "recipient_name": pl.Series(values=names, dtype=pl.String),
        "shipping_address": _addresses(who).zip_with(
            pl.Series(values=own), pl.Series([None], dtype=pl.String)
        ),
    }


def places(business: Business, who: Ints, *columns: str) -> dict[str, pl.Series]:
    """Where these people live: the named fields of their places."""
    known = market(business.plan.currency).places
    return {
        name: words([getattr(place, name) for place in known], business.people.place[who]) for name in columns
    }
