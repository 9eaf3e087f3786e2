"""Sessions by the canonical events, worked out in Python, against what the models say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.dbt.kit.compare import Difference

GAP = timedelta(minutes=30)
STEPS = ("product_view", "add_to_cart", "begin_checkout", "purchase")
COLUMNS = (
    "events", "started_at", "ended_at", "utm_source", "customer_id", "engaged_ms", "is_declared",
    "product_view_at", "cart_at", "checkout_at", "purchase_event_at", "visitor_type",
)  # fmt: skip


def miscounted(database: Path, as_of: str) -> list[Difference]:
    """Sessions that are not what the visitors' events make."""
    with duckdb.connect(str(database), read_only=True) as connection:
        events = connection.execute(
            "select shop_id, visitor_id, event_at, event_id, event_type, utm_source, customer_id, engaged_ms,"
            " user_agent_class from canonical.int_events where event_at <= ?::timestamp",
            [as_of],
        ).fetchall()
        rows = connection.execute(
            "select sessions.session_key, sessions.events, sessions.started_at, sessions.ended_at, utm_source,"
            " customer_id, sessions.engaged_ms, coalesce(bot_reason = 'declared', false), sessions.product_view_at,"
            " sessions.cart_at, sessions.checkout_at, purchase_event_at, visitor_type"
            " from canonical.int_sessions as sessions left join main.fct_sessions using (session_key)"
        ).fetchall()
    expected = dict(_sessions(events))
    built: dict[str, tuple[Any, ...]] = {row[0]: row[1:] for row in rows}
    return [
        Difference(
            "canonical.int_sessions", "session", key.split(":")[0],
            {"key": key, **{name: pair for name, *pair in zip(COLUMNS, built[key], expected[key], strict=True)
                            if pair[0] != pair[1]}}
            if key in built and key in expected
            else {"key": key, "built": str(built.get(key)), "expected": str(expected.get(key))},
        )
        for key in sorted(built.keys() | expected.keys())
        if built.get(key) != expected.get(key)
    ]  # fmt: skip


def _sessions(events: list[tuple[Any, ...]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Key and values of each session, in the order of COLUMNS."""
    visits: dict[tuple[str, str], list[list[tuple[Any, ...]]]] = defaultdict(list)
    for event in sorted(events, key=lambda one: one[:4]):
        mine = visits[event[:2]]
        if not mine or event[2] > mine[-1][-1][2] + GAP:
            mine.append([])
        mine[-1].append(event)
    for (shop, _), sessions in visits.items():
        is_new = True
        for session in sessions:
            is_bot = any(one[8] == "bot" for one in session)
            accounts = [one[6] for one in session if one[6] is not None]
            engaged = [one[7] for one in session if one[7] is not None]
            yield (
                f"{shop}:{session[0][3]}",
                (
                    len(session), session[0][2], session[-1][2], session[0][5], accounts[-1] if accounts else None,
                    sum(engaged) if engaged else None, is_bot, *_steps(session),
                    None if is_bot else "new" if is_new else "returning",
                ),
            )  # fmt: skip
            is_new &= is_bot


def _steps(session: list[tuple[Any, ...]]) -> list[datetime | None]:
    """When each step was taken after the one before."""
    taken: list[datetime | None] = []
    for event in session:
        if len(taken) < len(STEPS) and event[4] == STEPS[len(taken)]:
            taken.append(event[2])
    return taken + [None] * (len(STEPS) - len(taken))
