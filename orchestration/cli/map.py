"""`opsmart map`: from an unknown file to a mapping."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli.console import console, counted, print_json, short
from orchestration.cli.exits import Exit, plainly
from orchestration.cli.options import Debug, Json

if TYPE_CHECKING:
    from rich.console import Console

    from ingestion.files.look.proposal import Proposal
    from ingestion.files.look.suggestion import Suggestion


@plainly
def map_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Exports to look at; several make one source.")
    ],
    *,
    entity: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="What the rows are, where the look is wrong: orders, products, reviews …"
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="Write it: a new configuration, or one more source of one that is there."
        ),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="NAME", help="Name of the source.", show_default="from the file")
    ] = "",
    shop_name: Annotated[str, typer.Option(help="The shop's name, in a new configuration.")] = "My shop",
    timezone: Annotated[
        str, typer.Option(help="Zone of the shop's days, and of times without an offset.", show_default="UTC")
    ] = "",
    currency: Annotated[
        str, typer.Option(help="The shop's currency.", show_default="what the file says, else USD")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file that --out names.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Look at files that nobody has mapped yet and propose how to read them and what their columns are.

    Prints the proposal in the configuration's own syntax, with how sure each column is, and five rows as they would
    come out. What is not sure is marked `# check:` with the reason. Nothing is loaded, and nothing is written unless
    --out says where.

    Example: `opsmart map exports/orders.csv --timezone Europe/Berlin --currency EUR --out opsmart.yml`, read it, mend
    what is marked, then `opsmart check` and `opsmart run`. In bash `map` lists the columns that found no place.
    """
    from ingestion.files.look.suggestion import Asked, suggest_mapping, write

    asked = Asked(
        files, entity or None, source or None, shop_name, timezone or None, currency or None, out, force
    )
    found = suggest_mapping(asked)
    if out is not None:
        write(found, out)
    if as_json:
        print_json(_as_dict(found, out))
    else:
        _show(console(), found, out)
    if not found.is_complete:
        raise typer.Exit(Exit.USAGE)


def _show(to: Console, found: Suggestion, out: Path | None) -> None:
    for one in found.proposals:
        kinds = ", ".join(e.entity for e in one.entities) or one.export or "nothing that is known here"
        size = f"{counted(one.rows, 'row')} looked at, {counted(len(one.columns), 'column')}"
        to.print(f"# {short(one.path)}: {size} → {kinds}")
    to.print()
    to.print(found.text if out is None or found.is_new else found.block)
    if found.trial is not None:
        for outcome in found.trial.outcomes:
            _show_rows(to, outcome)
        for problem in found.trial.problems:
            to.print(f"! {problem}")
    for problem in found.problems:
        to.print(f"! {problem}")
    if not found.is_complete:
        to.print(
            "This is no complete mapping yet: mend what is marked, or say what the rows are with --entity."
        )
    elif out is None:
        to.print("Next: the same with --out opsmart.yml writes it")
    else:
        place = (
            ""
            if out.name == "opsmart.yml" and out.resolve().parent == Path.cwd()
            else f" --config {short(out)}"
        )
        to.print(
            f"Wrote {short(out)}. Next: read the lines marked check, then opsmart check{place}, opsmart run{place}"
        )


def _show_rows(to: Console, outcome: Any) -> None:
    from rich.table import Table

    if outcome.derived and not outcome.count:
        return
    refused = f", {outcome.refused:,} of them with a value that cannot be used" if outcome.refused else ""
    how = " (derived)" if outcome.derived else ""
    doubled = (
        f", {outcome.doubled:,} share the key of another (the later counts)"
        if outcome.doubled and not how
        else ""
    )
    to.print(
        f"\n{outcome.entity}{how}: {counted(outcome.count, 'row')} come out{doubled}{refused}. The first:"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    filled = [at for at in range(len(outcome.columns)) if any(row[at] is not None for row in outcome.rows)]
    for at in filled:
        table.add_column(outcome.columns[at], overflow="ellipsis", max_width=28, no_wrap=True)
    for row in outcome.rows:
        table.add_row(*("" if row[at] is None else str(row[at])[:28] for at in filled))
    to.print(table)
    empty = [name for at, name in enumerate(outcome.columns) if at not in filled]
    if empty and outcome.rows:
        to.print(f"  empty in these rows: {', '.join(empty)}")
    for problem in outcome.problems[:8]:
        to.print(f"  ! {problem}")


def _as_dict(found: Suggestion, out: Path | None) -> dict[str, Any]:
    return {
        "complete": found.is_complete,
        "written": str(out) if out is not None else None,
        "configuration": found.text,
        "files": [_file(one) for one in found.proposals],
        "entities": [vars(one) for one in (found.trial.outcomes if found.trial else [])],
        "problems": [*found.problems, *(found.trial.problems if found.trial else [])],
    }


def _file(one: Proposal) -> dict[str, Any]:
    entities = [
        {
            "entity": e.entity,
            "columns": [
                {
                    "column": c.target,
                    "from": c.settings,
                    "confidence": round(c.confidence, 2),
                    "checks": c.checks,
                }
                for c in e.entries
            ],
            "where": e.where,
            "checks": e.checks,
        }
        for e in one.entities
    ]
    return {
        "path": str(one.path),
        "input": one.input,
        "export": one.export,
        "options": one.options,
        "entities": entities,
        "not_mapped": [name for name, _ in one.unplaced],
        "checks": one.checks,
    }
