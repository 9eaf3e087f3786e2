"""dbt makes messages of each statement even where nobody listens: a sixth of the time of a small build."""

from __future__ import annotations

from typing import Any

_OF_STATEMENTS = ("ConnectionUsed", "SQLQuery", "SQLQueryStatus", "SQLCommit")


def hush() -> None:
    """Let this process's dbt say nothing of single statements. What fails is raised and reported as ever."""
    from dbt.adapters.sql import connections

    fire = connections.fire_event
    if getattr(fire, "is_hushed", False):
        return

    def heard(event: Any, *arguments: Any, **options: Any) -> None:
        if event is not None:
            fire(event, *arguments, **options)

    heard.is_hushed = True  # type: ignore[attr-defined]
    connections.fire_event = heard
    for name in _OF_STATEMENTS:
        setattr(connections, name, _nothing)


def _nothing(**_said: Any) -> None:
    return None
