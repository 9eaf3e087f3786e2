"""`opsmart run`: the whole way of the data, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.exits import Exit, plainly
from orchestration.cli.options import ConfigPath, Debug, Json, read_config

if TYPE_CHECKING:
    from orchestration.lib.recording import Record


@plainly
def run(
    context: typer.Context,
    *,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", "-s", metavar="NAME", help="Land only this source; may be repeated."),
    ] = None,
    as_of: Annotated[
        str,
        typer.Option(
            metavar="INSTANT",
            help="now, latest, or an instant with its offset.",
            show_default="as configured",
        ),
    ] = "",
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build every table anew from raw.")
    ] = False,
    reconcile: Annotated[
        bool,
        typer.Option(
            "--reconcile",
            help="Compare all that databases and APIs hold with what has landed: missed changes, deletions.",
        ),
    ] = False,
    allow_deletions: Annotated[
        bool,
        typer.Option("--allow-deletions", help="Believe --reconcile also where much is gone."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be landed and built.")
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit with 3 also if anything is left out or stale; what is good is still published.",
        ),
    ] = False,
    welcome: Annotated[
        bool, typer.Option("--welcome", help="End with three answers from the marts.")
    ] = False,
    config: ConfigPath = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Land what is new, look it over, build the marts, judge them, publish a release.

    Runs as a Dagster job in this process and is in the history that `opsmart dev` shows. Without anything new it
    builds and publishes nothing. A delivery that is refused is left out and named; a source that cannot be reached is
    named too; the others go on.

    Example: `opsmart run`

    Example: `opsmart run --source retail --as-of 2011-12-09T12:50:00Z --json`
    """
    from orchestration.lib.errors import UsageProblem

    settings = read_config(context, config)
    _instant(as_of)
    if allow_deletions and not reconcile:
        raise UsageProblem("--allow-deletions goes with --reconcile")
    if dry_run:
        from orchestration.cli.dry_run import rehearse

        rehearse(settings, source or [], as_json=as_json)
        return
    from orchestration.cli.display import display
    from orchestration.cli.summary import summarize
    from orchestration.lib.quarantine import quarantined
    from orchestration.lib.running import Options, run_here

    with display(quiet=as_json) as shown:
        options = Options(as_of, full_refresh, source or [], reconcile, allow_deletions)
        record = run_here(settings, options, shown)
    left_out = quarantined(settings)
    summarize(settings, record, left_out, as_json=as_json, debug=debug)
    if welcome and record.ending in ("published", "nothing_new"):
        from orchestration.cli.welcome import answers

        answers(settings)
    code = exit_code(record, is_strict=strict, left_out=len(left_out) + len(record.misses))
    if code is not Exit.DONE:
        raise typer.Exit(code)


def exit_code(record: Record, *, is_strict: bool, left_out: int) -> Exit:
    """0 done, 1 failed, 2 the configuration does not fit, 3 a gate refused (or, strictly, anything is left out)."""
    if record.failure is not None:
        return {"gate": Exit.REFUSED, "configuration": Exit.USAGE}.get(record.failure[0], Exit.FAILED)
    is_refused = (
        record.standing is not None
        and record.standing.verdict is not None
        and not record.standing.verdict.is_passing
    )
    return Exit.REFUSED if is_refused or (is_strict and left_out) else Exit.DONE


def _instant(text: str) -> None:
    """Say at once, not after minutes of loading, that an instant is none."""
    from ingestion.config import parse_as_of
    from orchestration.lib.errors import UsageProblem

    if text:
        try:
            parse_as_of(text)
        except ValueError as error:
            raise UsageProblem(f"--as-of: {error}") from error
