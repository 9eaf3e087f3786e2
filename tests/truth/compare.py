"""A table against its ledger, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import polars.selectors as cs

from tests.truth.registry import Ledger
from tests.truth.world import World

HALF = 0.500001
"""A quotient that a mart rounds to ten-thousandths may be that far from the ledger's, in ten-thousandths."""
CLOSE = 1e-9


@dataclass(frozen=True)
class Wrong:
    """Where a table and its ledger differ: a column, or `rows` if a row is only on one side."""

    table: str
    column: str
    count: int
    example: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}: {self.count} differ, such as {self.example}"


def compare(database: Path, ledger: Ledger, world: World) -> list[Wrong]:
    """What is wrong. A column that only one side has counts as wrong, unless the ledger leaves it out by name."""
    schema = "canonical" if ledger.table.startswith("int_") else "main"
    with duckdb.connect(str(database), read_only=True) as connection:
        mart = connection.sql(f"select * from {schema}.{ledger.table}").pl()
    money = [name for name, kind in mart.schema.items() if isinstance(kind, pl.Decimal) and kind.scale == 4]
    mart = mart.with_columns((pl.col(money) * 10_000).cast(pl.Int64)).with_columns(
        cs.decimal().cast(pl.Float64)
    )
    truth = ledger.compute(world)
    key = {mart.columns[0]} if "key" in ledger.unsaid else set()
    missing = set(mart.columns) - set(truth.columns) - set(ledger.unsaid) - key
    strange = set(truth.columns) - set(mart.columns)
    wrong = [Wrong(ledger.table, name, 1, "the ledger does not know the column") for name in sorted(missing)]
    wrong += [Wrong(ledger.table, name, 1, "the table does not have the column") for name in sorted(strange)]
    keys = list(ledger.key)
    mart, truth = _plain(mart), _plain(truth)
    for name, frame in (("table", mart), ("ledger", truth)):
        twice = frame.filter(pl.struct(keys).is_duplicated())
        if len(twice):
            wrong.append(
                Wrong(ledger.table, "rows", len(twice), f"twice in the {name}: {_shown(twice, keys)}")
            )
    for name, one, other in (("table", mart, truth), ("ledger", truth, mart)):
        alone = one.join(other, on=keys, how="anti", nulls_equal=True)
        if len(alone):
            wrong.append(
                Wrong(ledger.table, "rows", len(alone), f"only in the {name}: {_shown(alone, keys)}")
            )
    both = mart.join(truth, on=keys, how="inner", nulls_equal=True, suffix="__truth")
    for name in sorted(set(mart.columns) & set(truth.columns) - set(keys)):
        differ = both.filter(_differs(both, name, name in money))
        if len(differ):
            shown = _shown(differ, [*keys, name, f"{name}__truth"])
            wrong.append(Wrong(ledger.table, name, len(differ), shown))
    return wrong


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Of each kind of value one type, so that the two sides compare."""
    return frame.with_columns(
        cs.integer().cast(pl.Int64), cs.float().cast(pl.Float64), cs.datetime().cast(pl.Datetime("us"))
    )


def _differs(both: pl.DataFrame, name: str, is_money: bool) -> pl.Expr:
    ours, truth = pl.col(name), pl.col(f"{name}__truth")
    if both.schema[f"{name}__truth"] != pl.Float64:
        return ours.ne_missing(truth)
    if is_money:
        far = (ours.cast(pl.Float64) - truth).abs() > HALF
    else:
        far = (ours - truth).abs() > CLOSE * pl.max_horizontal(truth.abs(), pl.lit(1.0))
    return (ours.is_null() != truth.is_null()) | far.fill_null(False)


def _shown(rows: pl.DataFrame, columns: list[str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in rows.select(columns).row(0, named=True).items())
