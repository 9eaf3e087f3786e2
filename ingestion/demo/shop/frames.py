"""Helpers that turn the simulator's whole numbers into the columns of a shop's tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import NEVER


def instants(values: Ints, until: int | None = None) -> pl.Series:
    """UTC timestamps of milliseconds; NULL for NEVER and for what lies at or after `until`."""
    known = values < (NEVER if until is None else until)
    series = pl.Series(values=np.where(known, values, 0) * 1000, dtype=pl.Int64)
    stamps = series.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return stamps.zip_with(pl.Series(values=known), pl.Series([None], dtype=stamps.dtype))


def money(cents: Ints) -> pl.Series:
    """Decimals with two places of whole cents, exactly."""
    series = pl.Series(values=cents, dtype=pl.Int64)
    return (series.cast(pl.Decimal(18, 2)) / pl.Series([100], dtype=pl.Decimal(18, 2))).cast(
        pl.Decimal(18, 2)
    )


def nothing(kept: Bools, series: pl.Series) -> pl.Series:
    """The series where `kept`, NULL elsewhere."""
    return series.zip_with(pl.Series(values=kept, dtype=pl.Boolean), pl.Series([None], dtype=series.dtype))


def words(names: Sequence[str | None], index: Ints) -> pl.Series:
    """`names[index]` as a text column."""
    return pl.Series(values=list(names), dtype=pl.String).gather(index)


def numbers(*parts: Any, form: str) -> pl.Series:
    """Text made of whole numbers: `numbers(order, place, form="{}-{}")`."""
    frame = pl.DataFrame({f"c{at}": part for at, part in enumerate(parts)})
    return frame.select(pl.format(form, *frame.columns)).to_series()


def latest(until: int, *columns: Iterable[int] | Ints) -> Ints:
    """Row by row the newest of the instants that lie before `until`; 0 where there is none."""
    newest = np.zeros(len(np.asarray(columns[0])), dtype=np.int64)
    for column in columns:
        values = np.asarray(column, dtype=np.int64)
        newest = np.where((values < until) & (values > newest), values, newest)
    return newest
