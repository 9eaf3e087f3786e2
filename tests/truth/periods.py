"""Days, weeks from Monday, months, and the month up to each of its days."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tests.truth.world import World

TYPES = ("day", "week", "month", "month_to_date")
_WIDTH = {"day": "1d", "week": "1w", "month": "1mo"}


def in_periods(
    world: World,
    facts: pl.DataFrame,
    types: Sequence[str],
    day: str = "day",
    today: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Each fact once for every period it counts in: with period_type and `date`, which names the period.

    A fact counts in the month to date of its own day and of all later days of its month, up to the shop's today.
    """
    parts = []
    for kind in types:
        if kind == "month_to_date":
            last = pl.min_horizontal(pl.col(day).dt.month_end(), pl.col("today"))
            part = (
                facts.join(world.today if today is None else today, on="shop_id")
                .with_columns(date=pl.date_ranges(pl.col(day), last))
                .explode("date")
                .drop("today")
            )
        else:
            part = facts.with_columns(date=pl.col(day).dt.truncate(_WIDTH[kind]))
        parts.append(part.with_columns(period_type=pl.lit(kind)))
    return pl.concat(parts, how="diagonal")


def last_day(kind: str = "period_type", date: str = "date") -> pl.Expr:
    """The last day of a period."""
    return (
        pl.when(pl.col(kind) == "week").then(pl.col(date).dt.offset_by("6d"))
        .when(pl.col(kind) == "month").then(pl.col(date).dt.month_end())
        .otherwise(pl.col(date))
    )  # fmt: skip


def first_day(kind: str = "period_type", date: str = "date") -> pl.Expr:
    """The first day of a period."""
    return (
        pl.when(pl.col(kind) == "month_to_date").then(pl.col(date).dt.month_start()).otherwise(pl.col(date))
    )


def is_complete(world: World, rows: pl.DataFrame, date: str = "date") -> pl.DataFrame:
    """With is_complete_period: the shop's today lies after the period's last day."""
    return (
        rows.join(world.today, on="shop_id")
        .with_columns(is_complete_period=last_day(date=date) < pl.col("today"))
        .drop("today")
    )


def ratio(top: pl.Expr, bottom: pl.Expr) -> pl.Expr:
    """A quotient; NULL where there is nothing to divide by."""
    return pl.when(bottom != 0).then(top.cast(pl.Float64) / bottom.cast(pl.Float64))
