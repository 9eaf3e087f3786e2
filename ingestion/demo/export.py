"""Simulated shops as files, with a configuration that maps them: something to try opsmart's `files` source on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import polars as pl
import pyarrow as pa

from ingestion.demo.export_config import MARKER, configuration
from ingestion.demo.protection import plain, protected
from ingestion.demo.shop.business import Business, simulate
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.tables import DELETED, ENTITIES, FOREVER_AGO, rows
from ingestion.personal.key import Key

Form = Literal["csv", "parquet"]
_INSTANT = "%Y-%m-%dT%H:%M:%S%.3fZ"


@dataclass(frozen=True)
class Simulated:
    """What `simulate_to` has written."""

    out: Path
    config: Path
    rows: dict[str, int]
    """Rows per entity; with daily files a row counts once for each day on which it changed."""
    files: int
    plans: tuple[Plan, ...]
    with_personal: bool


def simulate_to(
    out: Path,
    plan: Plan | Sequence[Plan],
    *,
    form: Form = "csv",
    daily: bool = False,
    with_personal: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Simulated:
    """Write the tables of a shop below `out`, and an `opsmart.yml` that maps them; of several, each in its folder.

    One file per entity (`orders.csv`) in its final state, or with `daily` one per entity and day
    (`orders/2025-01-31.csv`) with the rows created or changed on that day, as a nightly export would. E-mails and
    phones are hashed (with a key made from the seed: they are invented) and names and addresses left out, unless
    `with_personal`. The same plan writes the same bytes, so simulating further into the same folder adds days.
    Files cannot say that a row is gone: what has been deleted is not in a final state, and stays in daily files.

    Raises FileExistsError if `out` holds anything but an export of the same kind.
    """
    plans = (plan,) if isinstance(plan, Plan) else tuple(plan)
    mapping = configuration(plans, form, daily=daily, with_personal=with_personal)
    _require_same(out, mapping)
    counts, files = dict.fromkeys(ENTITIES, 0), 0
    for one in plans:
        business, folder = simulate(one), folder_of(one, plans, out)
        spans = _days(one) if daily else [("", FOREVER_AGO, one.after(one.end))]
        for done, (day, after, until) in enumerate(spans):
            if progress is not None:
                progress(day or "files", done, len(spans))
            for entity in ENTITIES:
                table = _table(business, entity, until, after, with_personal)
                if daily and table.num_rows == 0:
                    continue
                path = folder / entity / f"{day}.{form}" if daily else folder / f"{entity}.{form}"
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(table, path, form)
                counts[entity], files = counts[entity] + table.num_rows, files + 1
    config = out / "opsmart.yml"
    config.write_text(mapping, encoding="utf-8")
    return Simulated(out, config, counts, files, plans, with_personal)


def folder_of(plan: Plan, plans: Sequence[Plan], out: Path) -> Path:
    """Where a shop's files are: in `out` itself if it is the only one."""
    return out if len(plans) == 1 else out / plan.shop_id


def _require_same(out: Path, mapping: str) -> None:
    if out.exists() and not out.is_dir():
        raise FileExistsError(f"{out} is a file, not a folder")
    config = out / "opsmart.yml"
    if config.is_file() and config.read_text(encoding="utf-8", errors="replace") == mapping:
        return
    if config.is_file() and config.read_text(encoding="utf-8", errors="replace").startswith(MARKER):
        raise FileExistsError(
            f"{out} holds a simulation with other settings, or its opsmart.yml was edited: choose another folder"
        )
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty: choose another folder")


def _days(plan: Plan) -> list[tuple[str, int, int]]:
    """(day, first instant, first instant after it); the first day also brings everything older."""
    days = [plan.start + timedelta(days=offset) for offset in range((plan.end - plan.start).days + 1)]
    return [
        (f"{day}", FOREVER_AGO if day == plan.start else plan.midnight(day), plan.after(day)) for day in days
    ]


def _table(business: Business, entity: str, until: int, after: int, with_personal: bool) -> pa.Table:
    frame = rows(business, entity, until, after)
    if DELETED in frame.columns:
        frame = frame.filter(~pl.col(DELETED)).drop(DELETED)
    if with_personal:
        return plain(frame)
    key = Key(f"simulated shop {business.plan.seed}".encode())
    table = protected(frame, entity, key, business.plan.market.country)
    return table.drop_columns([name for name in table.column_names if name.startswith("_")])


def _write(table: pa.Table, path: Path, form: Form) -> None:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    if form == "parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path, datetime_format=_INSTANT)
