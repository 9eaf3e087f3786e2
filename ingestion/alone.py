"""Landing a source by hand, without an orchestrator: what `python -m ingestion.<type>` does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.config_errors import ConfigError

if TYPE_CHECKING:
    from ingestion.config import Config

ConfigPath = Annotated[
    Path | None,
    typer.Option(help="The configuration file; ./opsmart.yml, then $OPSMART_CONFIG, if not given."),
]
SourceNames = Annotated[
    list[str] | None, typer.Option(help="A source's name; may be repeated. All of this type if not given.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would land; write nothing.")]
Reconcile = Annotated[
    bool, typer.Option("--reconcile", help="Compare all rows with what has landed (databases and APIs).")
]
AllowDeletions = Annotated[
    bool, typer.Option("--allow-deletions", help="Believe --reconcile also where much is gone.")
]
FAILED, MISUSED = 1, 2
_SHOWN = 10


def main(source_type: str) -> None:
    """Run the command for sources of one type. Exit codes: 0 done, 1 failed, 2 the configuration is wrong."""

    def command(
        config: ConfigPath = None,
        source: SourceNames = None,
        *,
        dry_run: DryRun = False,
        reconcile: Reconcile = False,
        allow_deletions: AllowDeletions = False,
    ) -> None:
        land = partial(_land, reconcile=reconcile, allow_deletions=allow_deletions)
        try:
            _run(source_type, config, source or [], _show_plan if dry_run else land)
        except ConfigError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(MISUSED) from None

    command.__doc__ = (
        f"Land what is new in the sources of type {source_type} into raw/, and nothing else.\n\n"
        f"Example: python -m ingestion.{source_type} --config opsmart.yml --dry-run"
    )
    # Without typer's own tracebacks: they show the values of variables.
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(command)
    app(prog_name=f"python -m ingestion.{source_type}")


def _run(source_type: str, path: Path | None, names: list[str], do: Callable[[Config, str], None]) -> None:
    from ingestion.config import load_config
    from ingestion.lake import LandError, LockedError, SourceError

    config = load_config(path)
    chosen = [config.source(name).name for name in names] or [
        one.name for one in config.sources if one.type == source_type
    ]
    if not chosen:
        typer.echo(f"{config.path.name} has no source of type {source_type}", err=True)
        raise typer.Exit(MISUSED)
    try:
        for name in chosen:
            do(config, name)
    except (LandError, LockedError, SourceError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None


def _land(config: Config, name: str, *, reconcile: bool, allow_deletions: bool) -> None:
    from ingestion.lake import land

    shown = _progress if sys.stderr.isatty() else None
    result = land(config, name, shown, reconcile=reconcile, allow_deletions=allow_deletions)
    if result.load_id is None:
        typer.echo(f"{name}: nothing new ({result.unchanged} unchanged)")
    else:
        landed = sum(one.status == "landed" for one in result.files)
        typer.echo(
            f"{name}: {result.rows:,} rows of {landed} files landed as load {result.load_id}"
            f" ({result.unchanged} unchanged)"
        )
    unreadable = [f"{one.input}: {one.file}: {one.reason}" for one in result.files if one.status != "landed"]
    _lines("unreadable", unreadable)
    _lines(
        "left out by ignore",
        [f"{one.input}: {one.file}: {one.ignored:,} rows" for one in result.files if one.ignored],
    )
    _lines("no longer there, its rows stay", result.vanished)
    _lines("note", result.problems)


def _show_plan(config: Config, name: str) -> None:
    from ingestion.lake import plan

    found = plan(config, name)
    for one in found.inputs:
        typer.echo(
            f"{name}.{one.input}: {len(one.new)} new, {len(one.changed)} changed, {one.unchanged} unchanged,"
            f" {len(one.vanished)} no longer there; columns: {', '.join(one.columns) or 'none seen'}"
        )
        _lines("new", one.new)
        _lines("changed", one.changed)
        _lines("note", one.problems)


def _lines(what: str, lines: list[str]) -> None:
    for line in lines[:_SHOWN]:
        typer.echo(f"  {what}: {line}")
    if len(lines) > _SHOWN:
        typer.echo(f"  … and {len(lines) - _SHOWN:,} more")


def _progress(what: str, done: int, total: int) -> None:
    end = "\n" if done == total else ""
    typer.echo(f"\r\033[K{done}/{total} {what}{end}", nl=False, err=True)
