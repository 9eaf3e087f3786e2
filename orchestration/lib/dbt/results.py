"""How a dbt build ended, told apart: everything well, data that does not pass its tests, or models that failed."""

from __future__ import annotations

import json
from pathlib import Path

from orchestration.lib.errors import RunFailed

WELL = ("success", "pass", "warn", "skipped", "no-op", "partial success")


def tests_failed(run_results: Path, said: list[str]) -> list[str]:
    """Names of the data tests that failed or could not be run; none if all is well.

    Raises RunFailed if a model, a seed or a hook failed, or if dbt did not come to build at all; `said` is what
    dbt logged as errors, for the message.
    """
    try:
        results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, KeyError):
        raise RunFailed(
            "dbt did not come to build: " + (_plain(said[-1]) if said else "see its log")
        ) from None
    bad = [one for one in results if one["status"] not in WELL]
    broken = [one for one in bad if not one["unique_id"].startswith("test.")]
    if broken:
        first = broken[0]
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise RunFailed(
            f"{first['unique_id'].split('.')[-1]} failed{more}: {_plain(first.get('message') or '')}"
        )
    return [one["unique_id"].split(".")[2] for one in bad]


def _plain(text: str) -> str:
    """The lines of an error of dbt's that say something, in one."""
    lines = [line.strip() for line in text.splitlines()]
    return " ".join(line for line in lines if line and not line.startswith("compiled code at"))[:1000]
