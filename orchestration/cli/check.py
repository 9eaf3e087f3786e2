"""`opsmart check`: is the configuration right, and what would be read?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from orchestration.cli.console import console, counted, print_json, short
from orchestration.cli.exits import Exit, plainly
from orchestration.cli.options import ConfigPath, Debug, Json, read_config

if TYPE_CHECKING:
    from rich.console import Console

    from ingestion.config import Config
    from ingestion.mapping import EntitySelect
    from ingestion.source import SourcePlan


@plainly
def check(
    context: typer.Context,
    *,
    config: ConfigPath = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Look the configuration over and reach each source, without loading anything.

    Says what would be read, what maps to what, what has landed and how new it is, and what is missing. Exit code 2 if
    something is.

    Example: `opsmart check --config shops/berlin.yml`
    """
    from ingestion.mapping import entity_selects

    settings = read_config(context, config)
    selects = entity_selects(settings)
    plans = [_plan(settings, source.name) for source in settings.sources]
    states = _states(settings)
    is_fine = not any(plan.get("error") or plan["problems"] for plan in plans)
    if as_json:
        mapped = [
            {"source": s.source, "input": s.input, "entity": s.entity, "columns": s.columns} for s in selects
        ]
        warnings = [str(one) for one in settings.warnings]
        print_json(
            {
                "ok": is_fine,
                "config": str(settings.path),
                "warnings": warnings,
                "sources": [{**plan, "landed": states.get(plan["source"])} for plan in plans],
                "entities": mapped,
            }
        )
    else:
        out = console()
        out.print(
            f"{short(settings.path)}: {counted(len(settings.shops), 'shop')}, warehouse {short(settings.warehouse)}"
        )
        for warning in settings.warnings:
            out.print(f"  note: {warning}")
        for plan in plans:
            _show(
                out,
                plan,
                states.get(plan["source"]),
                [one for one in selects if one.source == plan["source"]],
            )
        out.print(
            "All is well. Next: opsmart run" if is_fine else "Something is missing: see the lines marked !"
        )
    if not is_fine:
        raise typer.Exit(Exit.USAGE)


def _plan(config: Config, source: str) -> dict[str, Any]:
    """What a source would give; one that cannot be reached says so, and the others are still looked at."""
    from ingestion.config_errors import ConfigError
    from ingestion.lake import plan
    from ingestion.source import SourceError

    try:
        found: SourcePlan = plan(config, source)
    except (ConfigError, SourceError) as error:
        return {"source": source, "inputs": [], "problems": [], "error": str(error)}
    return {**asdict(found), "problems": found.problems, "error": None}


def _states(config: Config) -> dict[str, dict[str, Any]]:
    """What has landed of each source; nothing while a run is under way."""
    import duckdb

    from orchestration.lib.sources import source_states

    try:
        return {one.source: asdict(one) for one in source_states(config)}
    except duckdb.IOException:
        return {}


def _show(
    out: Console, plan: dict[str, Any], state: dict[str, Any] | None, selects: list[EntitySelect]
) -> None:
    out.print(f"\n{plan['source']}" + (f"  ({plan['note']})" if plan.get("note") else ""))
    if plan["error"]:
        out.print(f"  ! {plan['error']}")
    if state is not None and state["deliveries"]:
        newest = (
            f", newest data {state['newest_at'][:16].replace('T', ' ')} UTC" if state["newest_at"] else ""
        )
        lag = f" ({state['lag_hours']:,.1f} hours ago)" if state["lag_hours"] is not None else ""
        out.print(f"  landed so far: {state['rows']:,} rows{newest}{lag}")
    for one in plan["inputs"]:
        parts = [f"{len(one[kind]):,} {kind}" for kind in ("new", "changed", "vanished") if one[kind]]
        parts += [f"{one['unchanged']:,} unchanged"] if one["unchanged"] else []
        out.print(f"  {one['input']}: {', '.join(parts) or 'nothing there'}")
        if one["columns"]:
            out.print(f"    columns: {', '.join(one['columns'])}")
        for problem in one["problems"]:
            out.print(f"    ! {problem}")
    for select in selects:
        how = " (derived)" if select.derived else ""
        out.print(f"  {select.input} → {select.entity}{how}: {', '.join(select.columns)}")
