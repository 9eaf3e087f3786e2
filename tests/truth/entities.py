"""The canonical entities: what the shops' own tables say, row by row, without what has been deleted."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ingestion.contracts import Contract, load_contracts
from ingestion.demo.protection import HASH_NAMES, PERSONAL
from ingestion.demo.shop.tables import ENTITIES
from tests.truth.registry import ledger
from tests.truth.world import World

DELIVERY = ("_version", "_load_seq", "_load_id", "_file", "_position", "source_name")
_MASKED = "personal: a hash or masked text in the warehouse"


def _unsaid(contract: Contract) -> dict[str, str]:
    """Columns that say how a row was delivered, and those that hold hashes or masked text."""
    personal = [HASH_NAMES.get(name, name) for name in PERSONAL.get(contract.entity, {})]
    known = {"key": "made of the others"} | dict.fromkeys(DELIVERY, "how the row was delivered")
    return known | {name: _MASKED for name in personal if name in contract.columns}


def _as_told(contract: Contract, unsaid: dict[str, str]) -> Callable[[World], pl.DataFrame]:
    def compute(world: World) -> pl.DataFrame:
        return pl.concat(_rows(world, at, contract, unsaid) for at in range(len(world.shops)))

    return compute


def _rows(world: World, at: int, contract: Contract, unsaid: dict[str, str]) -> pl.DataFrame:
    shop = world.shops[at]
    told = shop.rows(contract.entity)
    columns = []
    for name, column in contract.columns.items():
        if name not in unsaid:
            given = pl.col(name) if name in told.columns else pl.lit(None)
            columns.append(_typed(given, column.data_type).alias(name))
    return told.select(pl.lit(shop.shop_id).alias("shop_id"), *columns)


def _typed(value: pl.Expr, data_type: str) -> pl.Expr:
    if data_type == "timestamp":
        return value.cast(pl.Datetime("us", "UTC")).dt.replace_time_zone(None)
    if data_type == "decimal(18,4)":
        return (value.cast(pl.Decimal(38, 4)) * 10_000).cast(pl.Int64)
    kinds = {"bigint": pl.Int64, "boolean": pl.Boolean, "date": pl.Date, "varchar": pl.String}
    return value.cast(kinds.get(data_type, pl.Float64))


def register() -> None:
    """A ledger for every entity that the simulated shops give."""
    for entity, contract in load_contracts().items():
        if entity in ENTITIES:
            unsaid = _unsaid(contract)
            ledger(f"int_{entity}", "shop_id", *contract.key, unsaid=unsaid)(_as_told(contract, unsaid))
