"""`opsmart run --dry-run`: what a run would do, without doing any of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from orchestration.cli.console import console, print_json
from orchestration.lib.standing import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.config import Config
    from ingestion.source import SourcePlan

SHOWN = 5


def rehearse(config: Config, sources: Sequence[str], *, as_json: bool) -> None:
    """Print what each source would land and whether anything would be built. Raises SourceError, ConfigError."""
    from ingestion.lake import plan

    names = [config.source(name).name for name in sources] or [source.name for source in config.sources]
    plans = [plan(config, name) for name in names]
    stand = standing(config)
    why = "there is something to land" if any(one.has_work for one in plans) else stand.why
    if as_json:
        print_json({"sources": [asdict(one) for one in plans], "builds": why is not None, "why": why})
        return
    out = console()
    for one in plans:
        out.print(f"{one.source}: {_counts(one)}")
        for line in one.problems:
            out.print(f"  ! {line}")
    out.print(
        f"Would build and publish, because {why}."
        if why
        else "Nothing is new: would build and publish nothing."
    )


def _counts(one: SourcePlan) -> str:
    fresh = [name for each in one.inputs for name in (*each.new, *each.changed)]
    if not fresh:
        return f"nothing new ({one.unchanged:,} unchanged)"
    names = ", ".join(fresh[:SHOWN]) + (f" and {len(fresh) - SHOWN:,} more" if len(fresh) > SHOWN else "")
    return f"would land {len(fresh):,}: {names}"
