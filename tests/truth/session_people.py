"""Whose each session was: as it says itself, else as its visitor's next session does, else the last one."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from tests.truth.browsing import GAP, order_sessions, sessions
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.people import MAX_LINKS, Identity, people
from tests.truth.world import World

SCHEMA: dict[str, Any] = {
    "session_key": pl.String, "shop_id": pl.String, "visitor_id": pl.String, "session_date": pl.Date,
    "customer_key": pl.String, "identified_by": pl.String, "identified_at": pl.Datetime("us"),
    "known_at": pl.Datetime("us"), "is_identified_later": pl.Boolean, "customer_key_before": pl.String,
}  # fmt: skip


class Evidence(NamedTuple):
    """That a session was somebody's."""

    at: datetime
    by: str
    person: str
    known: datetime


def session_people(world: World) -> pl.DataFrame:
    """One row per session of a known person."""
    if "session_people" not in world.memory:
        world.memory["session_people"] = _session_people(world)
    known: pl.DataFrame = world.memory["session_people"]
    return known


def _session_people(world: World) -> pl.DataFrame:
    human = sessions(world).filter(~pl.col("is_bot")).sort("started_at", "session_key")
    told = _evidence(world, human)
    visitors: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for one in human.iter_rows(named=True):
        visitors[one["shop_id"], one["visitor_id"]].append(one)
    rows = []
    for theirs in visitors.values():
        own = [max(told[one["session_key"]], default=None) for one in theirs]
        persons = {each.person for one in theirs for each in told[one["session_key"]]}
        personal = len(persons) <= MAX_LINKS
        for place, one in enumerate(theirs):
            before = next((each for each in reversed(own[:place]) if each), None) if personal else None
            after = next((each for each in own[place + 1 :] if each), None) if personal else None
            said = own[place]
            whose = said or after or before
            if whose is None:
                continue
            # Already taken for theirs: heard of before.
            if said is None and before is not None and before.person == whose.person:
                whose = before
            over = one["ended_at"] + GAP
            then = before.person if before is not None and before.known <= over else None
            later = whose.known > over and then != whose.person
            rows.append(
                (
                    one["session_key"], one["shop_id"], one["visitor_id"], one["session_date"], whose.person,
                    whose.by if said else "visitor", whose.at, whose.known, later, then if later else None,
                )
            )  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _evidence(world: World, human: pl.DataFrame) -> dict[str, list[Evidence]]:
    """By session; an order says more than a log-in at its instant."""
    known, found = people(world), defaultdict(list)
    signed_in = human.filter(pl.col("customer_id").is_not_null())
    for key, shop, account, at, received in signed_in.select(
        "session_key", "shop_id", "customer_id", "signed_in_at", "signed_in_received_at"
    ).iter_rows():
        identity = Identity("account", f"{shop}:{account}")
        if identity not in known.shared:
            found[key].append(Evidence(at, "login", known.key([identity]) or "", received))
    buyers = fct_orders(world).filter(~pl.col("is_anonymous")).select("order_key", "customer_key")
    bought = order_sessions(world).filter(~pl.col("is_test")).join(buyers, on="order_key")
    for key, person, at in bought.select("session_key", "customer_key", "created_at").iter_rows():
        found[key].append(Evidence(at, "order", person, at))
    return found
