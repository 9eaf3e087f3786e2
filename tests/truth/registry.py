"""Which ledger speaks for which table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from tests.truth.world import World


@dataclass(frozen=True)
class Ledger:
    """What one table should hold: a frame keyed by its grain, from a world.

    Money is whole ten-thousandths, a rate or a quotient is a float, everything else is of the table's type.
    """

    table: str
    key: Sequence[str]
    compute: Callable[[World], pl.DataFrame]
    unsaid: Mapping[str, str] = field(default_factory=dict)
    """Columns that it says nothing of, each with the reason."""


LEDGERS: dict[str, Ledger] = {}


def ledger(
    table: str, *key: str, unsaid: Mapping[str, str] | None = None
) -> Callable[[Callable[[World], pl.DataFrame]], Callable[[World], pl.DataFrame]]:
    """Register a function as the ledger of `table`, whose grain is `key`."""

    def register(compute: Callable[[World], pl.DataFrame]) -> Callable[[World], pl.DataFrame]:
        LEDGERS[table] = Ledger(table, key, compute, unsaid or {})
        return compute

    return register
