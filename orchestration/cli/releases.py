"""`opsmart releases`: what was published and is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from orchestration.cli.console import console, number, print_json, size
from orchestration.cli.exits import plainly
from orchestration.cli.options import ConfigPath, Debug, Json, read_config

if TYPE_CHECKING:
    from orchestration.lib.releases import Release


@plainly
def releases(
    context: typer.Context,
    *,
    config: ConfigPath = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List the releases that are kept, newest first.

    Example: `opsmart releases --json | jq -r '.[0].database'`
    """
    from orchestration.lib.releases import list_releases

    known = list_releases(read_config(context, config))
    if as_json:
        print_json([release_dict(one) for one in known])
        return
    if not known:
        console().print("Nothing is published yet. Next: opsmart run")
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("", "release", "published", "as of", "verdict", "tables", "rows", "size"):
        table.add_column(
            column, justify="right" if column in ("tables", "rows", "size") else "left", no_wrap=True
        )
    for one in known:
        table.add_row(*_row(one))
    console().print(table)
    console().print("Times are in UTC.")


def release_dict(one: Release) -> dict[str, Any]:
    """A release for a script."""
    return {
        "id": one.id,
        "published_at": one.published_at.isoformat(),
        "as_of": one.verdict.as_of.isoformat() if one.verdict else None,
        "status": one.verdict.status if one.verdict else None,
        "is_current": one.is_current,
        "is_pinned": one.is_pinned,
        "database": str(one.database),
        "tables": one.tables,
        "bytes": one.bytes,
    }


def _row(one: Release) -> list[str]:
    marks = ("current" if one.is_current else "") + (", pinned" if one.is_pinned else "")
    return [
        marks.removeprefix(", "),
        one.id,
        f"{one.published_at:%Y-%m-%d %H:%M}",
        f"{one.verdict.as_of:%Y-%m-%d %H:%M}" if one.verdict else "?",
        one.verdict.status if one.verdict else "unreadable",
        str(len(one.tables)) if one.tables else "?",
        number(sum(one.tables.values())) if one.tables else "?",
        size(one.bytes),
    ]
