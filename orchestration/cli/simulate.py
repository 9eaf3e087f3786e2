"""`opsmart simulate`: an invented shop as files, to try things on."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.console import console, counted, number, print_json, short
from orchestration.cli.exits import plainly
from orchestration.cli.options import Debug, Json


class Form(StrEnum):
    """How the files are written."""

    csv = "csv"
    parquet = "parquet"


@plainly
def simulate(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder to write to; must be empty or a simulation.")
    ],
    *,
    days: Annotated[int, typer.Option(help="Days of business, up to and with the last one.", min=1)] = 365,
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day.", show_default="yesterday")] = "",
    orders_per_day: Annotated[float, typer.Option(help="Orders a day, the mean of the first year.")] = 40.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same shop.")] = 7,
    timezone: Annotated[str, typer.Option(help="The shop's time zone.")] = "America/New_York",
    currency: Annotated[str, typer.Option(help="The shop's currency.")] = "USD",
    form: Annotated[Form, typer.Option("--format", help="Kind of files.")] = Form.csv,
    daily: Annotated[
        bool, typer.Option("--daily", help="A file for each day, as a nightly export gives.")
    ] = False,
    with_personal: Annotated[
        bool, typer.Option("--with-personal", help="With (invented) e-mails, phones and names.")
    ] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a simulated shop as files, with an opsmart.yml that maps them.

    Example: `opsmart simulate --out shop --days 90 --daily && opsmart run --config shop/opsmart.yml`
    """
    from ingestion.demo.export import simulate_to
    from ingestion.demo.shop.plan import Plan
    from orchestration.lib.errors import UsageProblem

    try:
        end = date.fromisoformat(until) if until else _yesterday(timezone)
        start = end - timedelta(days=days - 1)
        plan = Plan(start, end, seed, orders_per_day, timezone=timezone, currency=currency)
        made = simulate_to(out, plan, form=form.value, daily=daily, with_personal=with_personal)
    except (ValueError, FileExistsError, KeyError) as error:
        raise UsageProblem(str(error)) from error
    if as_json:
        print_json({"out": str(made.out), "config": str(made.config), "files": made.files, "rows": made.rows})
        return
    lines = [f"  {entity}: {number(rows)} rows" for entity, rows in made.rows.items()]
    console().print(
        f"{start} to {end}: {counted(made.files, 'file')} in {short(made.out)}\n"
        + "\n".join(lines)
        + f"\nNext: opsmart run --config {short(made.config)}"
    )


def _yesterday(timezone: str) -> date:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(timezone)).date() - timedelta(days=1)
