"""Who is who in a world: what a chain of accounts, e-mail addresses and phones joins is one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from ingestion.demo.shop.identity import order_accounts, order_contacts
from ingestion.demo.shop.randomness import Ints
from tests.truth.world import Seen, World, md5

MAX_LINKS = 50
"""Others that an account, address or phone may come with before it joins nobody: the default."""
_KINDS = ("email", "phone", "account")


class Identity(NamedTuple):
    """An account, an e-mail address or a phone number, as the warehouse writes it."""

    kind: str
    text: str

    @property
    def lone_key(self) -> str:
        """Key of a person of whom nothing else is known."""
        return md5(f"{self.kind}:{self.text}")


Identities = Sequence[Identity]
"""What one order or account has: its account, e-mail address and phone, in this order, those that it has."""


class People:
    """The persons of a world."""

    def __init__(self, records: Iterable[Identities], max_links: int = MAX_LINKS) -> None:
        links: dict[Identity, set[Identity]] = defaultdict(set)
        for record in records:
            for one in record:
                links[one] |= set(record) - {one}
        self.shared = {one for one, others in links.items() if len(others) > max_links}
        """What too many have."""
        self.links = links
        self._key: dict[Identity, str] = {}
        for one in links:
            if one not in self._key:
                person = self._all_of(one)
                first = min(person, key=lambda known: (_KINDS.index(known.kind), known.text))
                self._key |= dict.fromkeys(person, first.lone_key)

    def _all_of(self, start: Identity) -> set[Identity]:
        """Everything that a chain of links leads to."""
        found, ahead = {start}, [start]
        while ahead:
            one = ahead.pop()
            for other in self.links[one] if one not in self.shared else ():
                if other not in found and other not in self.shared:
                    found.add(other)
                    ahead.append(other)
        return found

    def key(self, record: Identities) -> str | None:
        """The person behind an order or account; None where nothing is known of them."""
        own = [one for one in record if one not in self.shared]
        if own:
            return self._key.get(own[0], own[0].lone_key)
        first = min(record, key=lambda one: _KINDS.index(one.kind), default=None)
        return first and first.lone_key


def people(world: World) -> People:
    """From the accounts that have been opened and the orders that have been placed; test orders say nothing."""
    if "people" not in world.memory:
        records: list[Identities] = []
        for shop in world.shops:
            rows = shop.rows("customers")
            opened = rows["created_at"].dt.timestamp("ms").to_numpy() <= shop.as_of
            records += accounts(shop, rows.filter(pl.Series(opened)))
            business = shop.business
            placed = shop.known_orders() & (business.purchases.created_at <= shop.as_of)
            records += of_orders(shop, np.flatnonzero(placed & ~business.payments.is_test))
        world.memory["people"] = People(records)
    return world.memory["people"]


def accounts(shop: Seen, rows: pl.DataFrame) -> list[Identities]:
    """What these accounts have."""
    return [_record(shop, *row) for row in rows.select("customer_id", "email", "phone").iter_rows()]


def of_orders(shop: Seen, which: Ints) -> list[Identities]:
    """What these orders have."""
    contacts = order_contacts(shop.business, which)
    account = order_accounts(shop.business, which)
    return [_record(shop, *row) for row in zip(account, contacts["email"], contacts["phone"], strict=True)]


def _record(shop: Seen, account: str | None, email: str | None, phone: str | None) -> Identities:
    found = []
    if account is not None:
        found.append(Identity("account", f"{shop.shop_id}:{account}"))
    if email is not None:
        found.append(Identity("email", shop.key.hash(email.strip().lower())))
    if phone is not None:
        number = "+" + "".join(sign for sign in phone if sign.isdigit())
        found.append(Identity("phone", shop.key.hash(number)))
    return found
