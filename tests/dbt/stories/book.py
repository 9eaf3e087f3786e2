"""What happens to small shops, step by step: each story is a shop of its own, so that one build tells them all.

A story gives its deliveries for each step; what it gives no step for is quiet then.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.dbt.kit.rows import Row, line
from tests.dbt.kit.telling import Story

AS_OF = (
    "2024-01-31 20:00:00",
    "2024-02-01 20:00:00",  # a month later by one day
    "2024-02-05 12:00:00",  # a week has ended
    "2024-03-02 20:00:00",  # another month, and return windows have closed
    "2024-03-02 20:00:00",  # no time has passed: nothing happens, but all that counts is delivered once more
    "2025-02-20 20:00:00",  # the window of RFM has moved beyond everything
)
"""as_of of each step."""

STORIES: dict[str, Callable[[], Story]] = {}


def story(tell: Callable[[], Story]) -> Callable[[], Story]:
    """Put a story among those that are told."""
    STORIES[tell.__name__] = tell
    return tell


def sales(*orders: Row, **more: float) -> dict[tuple[str, str], list[Row]]:
    """Orders with one line each, in files named by the first of them."""
    file = str(orders[0]["order_id"])
    return {
        ("orders", file): list(orders),
        ("order_lines", file): [line(str(o["order_id"]), **more) for o in orders],
    }
