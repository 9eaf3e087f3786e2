"""Names, e-mails, phones and addresses of people, in plain text and all of it invented.

E-mails end in domains that are kept for examples (RFC 2606), American phones lie in the block 555-0100 … 0199 that
is kept for fiction, and Chinese ones begin with 100, which no mobile number does.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.frames import nothing, numbers, words
from ingestion.demo.shop.names import FIRST_NAMES, GIVEN_NAMES, LAST_NAMES, ROADS, STREETS, SURNAMES
from ingestion.demo.shop.people import People
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Ints


def names(plan: Plan, who: Ints) -> tuple[pl.Series, pl.Series]:
    """First and last names."""
    if plan.is_chinese:
        given, surname = _chinese(who)
        return words([name for name, _ in GIVEN_NAMES], given), words([name for name, _ in SURNAMES], surname)
    first, last = who * 7 % len(FIRST_NAMES), (who // len(FIRST_NAMES) + who * 11) % len(LAST_NAMES)
    return words(FIRST_NAMES, first), words(LAST_NAMES, last)


def full_names(plan: Plan, who: Ints) -> pl.Series:
    """As written on a parcel: the surname first in China."""
    first, last = names(plan, who)
    return last + first if plan.is_chinese else first + " " + last


def emails(plan: Plan, people: People, who: Ints) -> pl.Series:
    """One address per person; the same in every shop for those who buy in several."""
    world = people.world[who]
    number = numbers(np.where(world >= 0, world, who), form="{}")
    given, surname = _chinese(np.where(world >= 0, world, who))
    spelt = (
        words([name for _, name in SURNAMES], surname) + "." + words([name for _, name in GIVEN_NAMES], given)
    )
    mine = spelt if plan.is_chinese else _spelt(plan, who)
    everywhere = spelt + ".w" + number + "@mail.example"
    here = mine + number + f"@mail-{_slug(plan)}.example"
    tests = numbers(who, form="test.{}") + f"@staff-{_slug(plan)}.example.com"
    real = here.zip_with(pl.Series(values=world < 0), everywhere)
    return tests.zip_with(pl.Series(values=people.is_test[who]), real)


def phones(plan: Plan, people: People, who: Ints) -> pl.Series:
    """A number for about half of the people; those who buy in several shops give none."""
    has = ~np.isin(who % 9, (1, 4, 6, 8)) & (people.world[who] < 0)
    if plan.is_chinese:
        digits = numbers(who, form="{}").str.zfill(8)
        return nothing(has, "+86 100 " + digits.str.slice(0, 4) + " " + digits.str.slice(4))
    # 70,000 numbers are free for fiction; whoever comes later has none.
    return nothing(
        has & (who < 70_000),
        numbers(201 + who // 100, form="+1 ({}) 555-01") + numbers(who % 100, form="{}").str.zfill(2),
    )


def addresses(plan: Plan, address: Ints) -> pl.Series:
    """The text of address numbers; equal numbers, and only those, give equal texts."""
    if plan.is_chinese:
        return words(ROADS, address % len(ROADS)) + numbers(address % 880 + 1, address, form="{}号{}室")
    return (
        numbers(address % 180 + 1, form="{} ")
        + words(STREETS, address % len(STREETS))
        + numbers(address, form=", unit {}")
    )


def marketplace_aliases(plan: Plan, who: Ints) -> pl.Series:
    """What the marketplace shows instead of the e-mail; always the same for one person in one shop."""
    code = (plan.dice.bits("person/alias", who) % np.uint64(10**10)).astype(np.int64)
    return numbers(code, who, form="buyer-{}x{}@relay.marketplace.example")


def _chinese(number: Ints) -> tuple[Ints, Ints]:
    return number * 7 % len(GIVEN_NAMES), (number // len(GIVEN_NAMES) + number * 11) % len(SURNAMES)


def _spelt(plan: Plan, who: Ints) -> pl.Series:
    first, last = names(plan, who)
    return (first + "." + last).str.to_lowercase()


def _slug(plan: Plan) -> str:
    return "".join(sign for sign in plan.shop_id.lower() if sign.isalnum()) or "shop"
