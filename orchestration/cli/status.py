"""`opsmart status`: where things stand, without loading or building anything."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from orchestration.cli.console import ago, console, counted, number, print_json, short
from orchestration.cli.exits import plainly
from orchestration.cli.options import ConfigPath, Debug, Json, read_config

if TYPE_CHECKING:
    from rich.console import Console

    from ingestion.config import Config

SHOWN = 10


@plainly
def status(
    context: typer.Context,
    *,
    config: ConfigPath = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Show the current release, each source with its newest data, what is left out, and what the next run would do.

    Example: `opsmart status --json | jq '.quarantined | length'`
    """
    found = survey(read_config(context, config))
    if as_json:
        print_json(found)
    else:
        _show(console(), found)


def survey(config: Config) -> dict[str, Any]:
    """Everything that `status` tells, as plain JSON values. Reads only."""
    import duckdb

    from orchestration.cli.releases import release_dict
    from orchestration.lib.releases import current_release, read_pin

    current = current_release(config)
    pin = read_pin(config)
    found: dict[str, Any] = {
        "config": str(config.path),
        "warehouse": str(config.warehouse),
        "release": release_dict(current) if current else None,
        "pinned": pin.release if pin else None,
        "busy": None,
        "next_run": None,
        "verdict": None,
        "quarantined": [],
        "sources": [],
    }
    try:
        _survey_build(config, found)
    except duckdb.IOException:
        found["busy"] = "a run is under way: the build database is being written"
    return found


def _survey_build(config: Config, found: dict[str, Any]) -> None:
    from orchestration.lib.quarantine import quarantined
    from orchestration.lib.sources import source_states
    from orchestration.lib.standing import standing

    stand = standing(config)
    found["next_run"] = {"builds": stand.why is not None, "why": stand.why}
    if stand.verdict is not None:
        verdict = stand.verdict
        findings = [check.message or check.name for check in verdict.findings]
        found["verdict"] = {
            "status": verdict.status,
            "at": verdict.created_at.isoformat(),
            "findings": findings,
        }
    found["quarantined"] = [vars(one) for one in quarantined(config)]
    found["sources"] = [asdict(one) for one in source_states(config)]


def _show_source(out: Console, one: dict[str, Any]) -> None:
    from datetime import datetime

    parts = [f"{number(one['rows'])} rows accepted in {counted(one['deliveries'], 'delivery')}"]
    if one["newest_at"]:
        newest = datetime.fromisoformat(one["newest_at"])
        parts.append(f"newest data {newest:%Y-%m-%d %H:%M} UTC, {ago(newest)}")
    if one["reached_at"]:
        parts.append(f"reached {ago(datetime.fromisoformat(one['reached_at']))}")
    out.print(f"source     {one['source']} ({one['type']}, shop {one['shop']}): {'; '.join(parts)}")
    if one["stale"]:
        out.print(f"STALE      {one['source']}: {one['stale']}")
    mapped = (f"{name} → {', '.join(given)}" for name, given in one["entities"].items())
    out.print(f"           {'; '.join(mapped) or 'maps to nothing'}")


def _show(out: Console, found: dict[str, Any]) -> None:
    from datetime import datetime
    from pathlib import Path

    release = found["release"]
    if release is None:
        out.print(f"Nothing is published yet in {short(Path(found['warehouse']))}. Next: opsmart run")
    else:
        published = datetime.fromisoformat(release["published_at"])
        out.print(
            f"release    {release['id']}, published {ago(published)}"
            + (", pinned" if found["pinned"] else "")
        )
        out.print(
            f"as of      {datetime.fromisoformat(release['as_of']):%Y-%m-%d %H:%M} UTC"
            if release["as_of"]
            else ""
        )
        out.print(f"database   {short(Path(found['warehouse']) / 'current' / 'warehouse.duckdb')}")
    for one in found["sources"]:
        _show_source(out, one)
    for one in found["quarantined"][:SHOWN]:
        what = one["file"] or f"load {one['load_id']}"
        out.print(f"left out   {one['source']}/{one['input']} {what}: {one['reason']}")
    if len(found["quarantined"]) > SHOWN:
        out.print(f"left out   and {len(found['quarantined']) - SHOWN} more (--json lists all)")
    verdict = found["verdict"]
    if verdict is not None and verdict["status"] != "pass":
        for line in verdict["findings"][:SHOWN]:
            out.print(f"{'refused' if verdict['status'] == 'refuse' else 'warning':<10} {line}")
    if found["busy"]:
        out.print(f"busy       {found['busy']}")
    elif found["next_run"]:
        why = found["next_run"]["why"]
        out.print(
            f"next run   {f'builds, because {why}' if why else 'builds only if the sources have something new'}"
        )
