"""Shopify's budget of query costs: waits before a query that would be refused, not only after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

_UNKNOWN_WAIT = 2.0
"""Seconds to wait after a refusal that does not say how full the bucket is."""


class Throttle:
    """What is left of the budget, as of the last answer, and what each query asked for when it was last sent."""

    def __init__(
        self, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sleep, self._clock = sleep, clock
        self._costs: dict[str, float] = {}
        self._left, self._most, self._rate, self._at = 0.0, 0.0, 0.0, 0.0

    def before(self, query: str) -> float:
        """Wait until the bucket holds what the query will ask for. Gives the seconds waited."""
        return self._until(self._costs.get(query, 0.0))

    def refused(self, query: str) -> float:
        """Wait after a refusal until the query may pass. Gives the seconds waited."""
        return self._until(self._costs.get(query, 0.0)) or self._wait(_UNKNOWN_WAIT)

    def after(self, query: str, answer: Mapping[str, Any]) -> None:
        """Take what an answer says of its cost."""
        cost = (answer.get("extensions") or {}).get("cost") or {}
        status = cost.get("throttleStatus")
        if "requestedQueryCost" in cost:
            self._costs[query] = float(cost["requestedQueryCost"])
        if status:
            self._left, self._most = float(status["currentlyAvailable"]), float(status["maximumAvailable"])
            self._rate, self._at = float(status["restoreRate"]), self._clock()

    def _until(self, cost: float) -> float:
        if not self._rate:
            return 0.0
        filled = min(self._most, self._left + (self._clock() - self._at) * self._rate)
        missing = min(cost, self._most) - filled
        return self._wait(missing / self._rate) if missing > 0 else 0.0

    def _wait(self, seconds: float) -> float:
        self._sleep(seconds)
        return seconds
