"""Who we are, and no faster than the API likes it: wrapped around dlt's way of proving who we are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from requests import PreparedRequest, Response
from requests.auth import AuthBase

_LONGEST_PAUSE = 120.0
_REMAINING = ("X-RateLimit-Remaining", "RateLimit-Remaining", "X-Rate-Limit-Remaining")
_RESET = ("X-RateLimit-Reset", "RateLimit-Reset", "X-Rate-Limit-Reset")


class Paced(AuthBase):
    """Spaces requests, and pauses where the server says that its allowance is used up."""

    def __init__(self, auth: Callable[[], AuthBase | None], per_second: float | None) -> None:
        """`auth` makes what proves who we are, with the first request: dlt takes seconds to import."""
        self._make, self._space = auth, 1 / per_second if per_second else 0.0
        self._auth: AuthBase | None = None
        self._made = False
        self._next = 0.0
        self._lock = threading.Lock()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        with self._lock:
            if not self._made:
                self._auth, self._made = self._make(), True
            now = time.monotonic()
            at = max(now, self._next)
            self._next = at + self._space
        if at > now:
            time.sleep(at - now)
        request.register_hook("response", self._listen)
        return self._auth(request) if self._auth is not None else request

    def _listen(self, response: Response, *_: Any, **__: Any) -> None:
        pause = pause_asked(response)
        if pause:
            with self._lock:
                self._next = max(self._next, time.monotonic() + pause)


def pause_asked(response: Response) -> float:
    """Seconds until the allowance is renewed, if this answer used up the last of it. Resets are told as seconds to
    wait or as an instant in seconds since 1970."""
    left = next((response.headers[name] for name in _REMAINING if name in response.headers), None)
    reset = next((response.headers[name] for name in _RESET if name in response.headers), None)
    try:
        if left is None or reset is None or float(left) > 0:
            return 0.0
        seconds = float(reset)
    except ValueError:
        return 0.0
    if seconds > 1e9:
        seconds -= datetime.now(UTC).timestamp()
    return min(max(0.0, seconds), _LONGEST_PAUSE)
