"""Who an order and an account say they are: ids, and personal columns in plain text (all of it invented)."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.contacts import (
    addresses,
    emails,
    full_names,
    marketplace_aliases,
    names,
    phones,
)
from ingestion.demo.shop.frames import nothing, numbers, words
from ingestion.demo.shop.people import MARKETPLACE
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import NEVER

FIRST_ACCOUNT = 10_001
GUEST_CHECKOUT = 0.07
"""Share of the orders of people with an account that are placed without signing in."""
PHONE_ONLY = 0.3
"""Share of the guests who give a phone that give no e-mail address."""
NAMELESS = 0.06
"""Share of the marketplace's orders that come without any identity."""


def account_ids(business: Business) -> Ints:
    """Number of each person's account, in the order of registration; meaningless where there is none."""
    registered = business.registered_at
    rank = np.empty(len(registered), dtype=np.int64)
    rank[np.argsort(registered, kind="stable")] = np.arange(len(registered))
    return rank + FIRST_ACCOUNT


def customer_ids(business: Business, who: Ints) -> pl.Series:
    """`customer_id` of people's accounts."""
    return numbers(account_ids(business)[who], form="C{}")


def contact(business: Business, who: Ints) -> dict[str, pl.Series]:
    """Personal columns of the accounts of these people."""
    plan, people = business.plan, business.people
    first, last = names(plan, who)
    return {
        "email": emails(plan, people, who),
        "phone": phones(plan, people, who),
        "first_name": first,
        "last_name": last,
        "address": addresses(plan, who * 2),
    }


def signed_in(business: Business, orders: Ints) -> Ints:
    """1 where these orders are placed from an account, 0 for guests, the marketplace, and before the registration."""
    buys = business.purchases
    who = buys.person[orders]
    registered = business.registered_at[who]
    inside = (registered <= buys.created_at[orders]) & (registered < NEVER)
    inside &= buys.channel[orders] != MARKETPLACE
    guest = business.plan.dice.chance(GUEST_CHECKOUT, "order/guest", who, buys.nth[orders])
    return np.asarray(inside & ~guest, dtype=np.int64)


def order_accounts(business: Business, orders: Ints) -> pl.Series:
    """`customer_id` of these orders; NULL where nobody has signed in."""
    ids = customer_ids(business, business.purchases.person[orders])
    return nothing(signed_in(business, orders) > 0, ids)


def order_contacts(business: Business, orders: Ints) -> dict[str, pl.Series]:
    """Personal columns of these orders. The marketplace shows an alias, or nothing; hands type in every way."""
    plan, people, buys = business.plan, business.people, business.purchases
    who, nth = buys.person[orders], buys.nth[orders]
    own = buys.channel[orders] != MARKETPLACE
    hidden = ~own & plan.dice.chance(NAMELESS, "order/nameless", who, nth)
    loud = own & plan.dice.chance(0.03, "order/loud", who, nth)
    phone = nothing(own & plan.dice.chance(0.4, "order/phone", who, nth), phones(plan, people, who))
    # A guest who gives a phone may leave it at that.
    short = phone.is_not_null().to_numpy() & (signed_in(business, orders) == 0)
    short &= plan.dice.chance(PHONE_ONLY, "order/short", who, nth)
    email = emails(plan, people, who)
    email = (" " + email.str.to_uppercase() + " ").zip_with(pl.Series(values=loud), email)
    email = email.zip_with(pl.Series(values=own), marketplace_aliases(plan, who))
    return {
        "email": nothing(~hidden & ~short, email),
        "phone": phone,
        "recipient_name": nothing(own, full_names(plan, who)),
        "shipping_address": addresses(plan, buys.address[orders]),
        "device_id": nothing(
            buys.device[orders] >= 0, numbers(buys.device[orders], form=f"{plan.shop_id}-device-{{}}")
        ),
    }


def places(business: Business, who: Ints, *columns: str) -> dict[str, pl.Series]:
    """Where these people live: the named fields of their places."""
    known = business.plan.market.places
    return {
        name: words([getattr(place, name) for place in known], business.people.place[who]) for name in columns
    }


def sent_to(business: Business, who: Ints, still_wrong: Bools, ever_wrong: Bools) -> dict[str, pl.Series]:
    """Country and region of delivery; of the next place in the list where somebody has slipped."""
    known = business.plan.market.places
    wrong = still_wrong & ever_wrong
    place = (business.people.place[who] + wrong) % len(known)
    return {name: words([getattr(one, name) for one in known], place) for name in ("country", "region")}
