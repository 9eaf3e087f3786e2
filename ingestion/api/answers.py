"""What answers of servers say when something is wrong, and how long they ask to wait."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from requests import Response
from tenacity import RetryCallState


def graphql_error(errors: Any) -> str:
    """The first of GraphQL's errors, with its code and where it is."""
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return "its answer has no data"
    code = (first.get("extensions") or {}).get("code")
    path = ".".join(str(one) for one in first.get("path") or ())
    return f"{first.get('message')}" + (f" [{code}]" if code else "") + (f" at {path}" if path else "")


def is_passing(response: Response) -> bool:
    """May the same request be answered in a moment?"""
    return response.status_code == 429 or response.status_code >= 500


def last_of(state: RetryCallState) -> Any:
    """What the last attempt gave."""
    assert state.outcome is not None
    return state.outcome.result()


def retry_after(state: RetryCallState) -> float | None:
    """Seconds that the server asks to wait."""
    if state.outcome is None or state.outcome.failed:
        return None
    told = str(state.outcome.result().headers.get("Retry-After", "")).strip()
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        return max(0.0, float((parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()))
    except (ValueError, TypeError):
        return None


def said_in(response: Response) -> str:
    """What an API's own error says, if it says it in one of the usual places."""
    try:
        answer = response.json()
    except ValueError:
        return ""
    for name in ("message", "error_description", "error", "errors", "detail"):
        said = answer.get(name) if isinstance(answer, dict) else None
        if isinstance(said, str):
            return said[:200]
        if isinstance(said, list):
            return graphql_error(said)[:200]
    return ""


def first_line(error: Exception) -> str:
    """What an error says first."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
