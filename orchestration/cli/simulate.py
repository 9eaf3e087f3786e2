"""`opsmart simulate`: an invented shop as files, to try things on."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.console import console, counted, number, print_json, short
from orchestration.cli.exits import plainly
from orchestration.cli.options import Debug, Json

if TYPE_CHECKING:
    from ingestion.demo.fast.scale import Scale


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
    both: Annotated[
        bool, typer.Option("--both", help="Two shops instead: Shanghai (CNY) and New York (USD).")
    ] = False,
    form: Annotated[
        Form | None,
        typer.Option("--format", help="Kind of files.", show_default="csv; parquet with --events"),
    ] = None,
    daily: Annotated[
        bool, typer.Option("--daily", help="A file for each day, as a nightly export gives.")
    ] = False,
    with_personal: Annotated[
        bool, typer.Option("--with-personal", help="With (invented) e-mails, phones and names.")
    ] = False,
    events: Annotated[
        str, typer.Option(metavar="COUNT", help="A large shop of so many events (1M, 100M) for benchmarks.")
    ] = "",
    processes: Annotated[int, typer.Option(help="With --events: processes that write at once.", min=1)] = 2,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a simulated shop as files, with an opsmart.yml that maps them.

    Example: `opsmart simulate --out shop --days 90 --daily && opsmart run --config shop/opsmart.yml`

    With --events it is another, plainer shop: a year of it as Parquet, 100 million events in minutes, and a truth.json
    that says what a reader should count: `opsmart simulate --events 10M --out big`
    """
    from ingestion.demo.export import simulate_to
    from ingestion.demo.fast.scale import Scale, parse_count
    from ingestion.demo.shop.plan import Plan, both_shops
    from orchestration.lib.errors import UsageProblem

    try:
        end = date.fromisoformat(until) if until else _yesterday(timezone)
        if events:
            given = (days, orders_per_day, daily, with_personal, both, form is Form.csv)
            others = given != (365, 40.0, False, False, False, False)
            _large(
                out,
                Scale(parse_count(events), end, seed, "main", timezone, currency),
                processes,
                others,
                as_json,
            )
            return
        start = end - timedelta(days=days - 1)
        if both and (timezone, currency) != ("America/New_York", "USD"):
            raise ValueError(
                "--both has time zones and currencies of its own: leave out --timezone and --currency"
            )
        one = Plan(start, end, seed, orders_per_day, timezone=timezone, currency=currency)
        plans = both_shops(start, end, seed, orders_per_day) if both else (one,)
        made = simulate_to(
            out, plans, form=(form or Form.csv).value, daily=daily, with_personal=with_personal
        )
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


def _large(out: Path, scale: Scale, processes: int, others: bool, as_json: bool) -> None:
    """The large shop; `others`: options were given that have no meaning with it."""
    from ingestion.demo.fast.write import write_fast

    if others:
        raise ValueError(
            "--events writes a year as Parquet: leave out --days, --orders-per-day, --both, --daily,"
            " --with-personal and --format csv"
        )
    made = write_fast(out, scale, processes=processes)
    if as_json:
        facts = {"out": str(out), "config": str(made.config), "files": made.files, "rows": made.rows}
        print_json({**facts, "seconds": round(made.seconds, 1)})
        return
    lines = [f"  {entity}: {number(rows)} rows" for entity, rows in made.rows.items()]
    total = sum(made.rows.values())
    console().print(
        f"{scale.first} to {scale.last}: {counted(made.files, 'file')} in {short(out)}, {number(total)} rows in"
        f" {made.seconds:,.0f} s\n"
        + "\n".join(lines)
        + f"\nWhat a reader should count: {short(out / 'truth.json')}"
        f"\nNext: opsmart run --config {short(made.config)}"
    )


def _yesterday(timezone: str) -> date:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(timezone)).date() - timedelta(days=1)
