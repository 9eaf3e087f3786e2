"""`opsmart sql`: questions to the current release, read-only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.asking import Format, answer
from orchestration.cli.exits import plainly
from orchestration.cli.options import ConfigPath, Debug, read_config


@plainly
def sql(
    context: typer.Context,
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="SQL", help="The question; without it stdin, or a prompt.", show_default=False
        ),
    ] = None,
    *,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write the answer.")] = Format.table,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to a file.", show_default="stdout"),
    ] = None,
    release: Annotated[
        str | None,
        typer.Option("--release", metavar="ID", help="Ask another release.", show_default="the current one"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    config: ConfigPath = None,
    debug: Debug = False,
) -> None:
    """Ask the current release in SQL (DuckDB's). Bare on a terminal it opens a prompt.

    CSV is safe to open in a spreadsheet: text that would run as a formula gets a ' in front. JSON and Parquet
    hold every value as it is. A file named by --output gets its format from its ending.

    Example: `opsmart sql "select date, net_sales from mart_sales_daily order by date desc limit 7"`

    Example: `opsmart sql "from mart_customer_rfm" -o customers.parquet`
    """
    from orchestration.lib.releases import open_release

    settings = read_config(context, config)
    form = Format.json if as_json else _format(form, output)
    with open_release(settings, release) as connection:
        if query is None and sys.stdin.isatty():
            from orchestration.cli.prompt import converse

            converse(connection)
            return
        answer(connection, query if query is not None else sys.stdin.read(), form, output)


def _format(form: Format, output: Path | None) -> Format:
    ending = output.suffix.removeprefix(".") if output else ""
    return Format(ending) if form is Format.table and ending in ("csv", "json", "parquet") else form
