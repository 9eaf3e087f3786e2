"""What a run ends with: what was built, what was left out, where the release lies, what to type next."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from orchestration.cli.console import console, counted, number, print_json, seconds, short
from orchestration.cli.plain import landed_text
from orchestration.cli.releases import release_dict

if TYPE_CHECKING:
    from rich.console import Console

    from ingestion.config import Config
    from orchestration.lib.quarantine import Refused
    from orchestration.lib.recording import Record

SHOWN = 10
TITLES = {
    "published": "Published {release} in {took}.",
    "nothing_new": "Nothing is new: nothing was built or published ({took}).",
    "pinned": "Built, but not published ({took}).",
    "refused": "Not published: a gate refuses ({took}). Readers still have what they had.",
    "failed": "The run failed after {took}. Readers still have what they had.",
}


def summarize(
    config: Config, record: Record, left_out: Sequence[Refused], *, as_json: bool, debug: bool
) -> None:
    """Print the summary of a run on stdout, and the reason of a failure on stderr."""
    if record.failure is not None:
        sys.stderr.write(f"opsmart: {record.failure[1]}\n")
        if debug:
            sys.stderr.write((config.state / "run.log").read_text(encoding="utf-8"))
    if as_json:
        print_json(as_dict(record, left_out))
    else:
        _show(console(), config, record, left_out)


def as_dict(record: Record, left_out: Sequence[Refused]) -> dict[str, Any]:
    """The summary for a script."""
    return {
        "ending": record.ending,
        "seconds": record.seconds,
        "error": record.failure[1] if record.failure else None,
        "release": release_dict(record.release) if record.release else None,
        "verdict": {"status": record.verdict.status, **record.verdict.summary.model_dump()}
        if record.verdict
        else None,
        "landed": [
            {"source": one.source, "rows": one.rows, "deliveries": len(one.files), "vanished": one.vanished}
            for one in record.landings
        ],
        "stale": [{"source": name, "reason": why} for name, why in record.misses.items()],
        "models": len(record.models),
        "tests": record.tests,
        "full_refresh": record.full_refresh,
        "quarantined": [asdict(one) for one in left_out],
    }


def _show(out: Console, config: Config, record: Record, left_out: Sequence[Refused]) -> None:
    release = record.release
    out.print(
        TITLES[record.ending].format(release=release.id if release else "", took=seconds(record.seconds))
    )
    for landing in record.landings:
        out.print(f"  landed    {landed_text(landing)}")
        for name in landing.vanished[:SHOWN]:
            out.print(f"            {name} is not there any more; its rows stay")
    for name, why in record.misses.items():
        out.print(f"  STALE     {name}: nothing new could be had, its data is as it was ({why})")
    _show_left_out(out, left_out)
    if record.models:
        out.print(f"  built     {counted(len(record.models), 'model')}, {counted(record.tests, 'data test')}")
    if record.pinned:
        out.print(f"  pinned    {record.pinned}")
    _show_standing(out, record)
    if release is not None:
        out.print(
            f"  tables    {number(sum(release.tables.values()))} rows in {counted(len(release.tables), 'table')}"
        )
        for name, rows in sorted(release.tables.items()):
            out.print(f"            {rows:>12,}  {name}")
        out.print(f"  release   {short(release.database)}\n            {short(config.current)} points to it")
    if record.ending == "failed":
        out.print(
            f"Next: mend the cause and run again; what the tools said is in {short(config.state / 'run.log')}"
        )
    elif record.ending == "refused":
        out.print("Next: opsmart status (every finding), then mend the data or the model and run again")
    else:
        out.print('Next: opsmart sql "show tables", opsmart status, opsmart dev')


def _show_left_out(out: Console, left_out: Sequence[Refused]) -> None:
    if left_out:
        out.print(f"  LEFT OUT  {counted(len(left_out), 'delivery')}, refused by the landing gate:")
    for one in left_out[:SHOWN]:
        out.print(f"            {one}")
    if len(left_out) > SHOWN:
        out.print(f"            and {len(left_out) - SHOWN:,} more (opsmart status --json)")


def _show_standing(out: Console, record: Record) -> None:
    """Nothing new is not always good news."""
    verdict = record.standing.verdict if record.standing else None
    if verdict is not None and not verdict.is_passing:
        out.print("  refused   the newest build is still not fit to publish:")
        for check in verdict.findings[:SHOWN]:
            out.print(f"            {check.message or check.name}")
