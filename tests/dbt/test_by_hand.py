"""The marts of the simulator's large shop, in its smallest size, beside the same SQL written by hand for the benchmark.

Two readings of the same definitions. The models build on all files but the last day's, then with that day on top;
the hand-written SQL computes all of it at once.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from ingestion.contracts import load_contracts
from ingestion.demo.fast.scale import Scale
from ingestion.demo.fast.write import write_fast
from tests.benchmarks.warehouse import files, floor
from tests.benchmarks.warehouse.compare import Compared, compare
from tests.dbt.kit.lake import Lake, shop
from tests.dbt.kit.runner import NAME, Runner

SCALE = Scale(10_000, date(2026, 11, 22))
DAYS = ("2026-11-22 04:59:59", "2026-11-23 04:59:59")
"""As of which instants: the last one of each day in the shop."""
NO_ROWS = re.compile(r"shipment|movement|purchase_order|review|ticket|promotion|live|target|fx_rates|traffic|exposure|"
                     r"bundle|shop_score|order_costs$")  # fmt: skip
"""What the large shop's files do not have."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    """What a comparison finds after the last day."""
    folder = tmp_path_factory.mktemp("by_hand")
    write_fast(folder / "simulated", SCALE)
    parted = files.split(folder / "simulated", folder)
    entities = [path.name for path in sorted(parted.history.iterdir())]
    lake = Lake(
        folder,
        [shop("main", SCALE.timezone, "own_site", SCALE.currency)],
        {"export": ("files", entities)},
        reporting_currency=SCALE.currency,
    )
    runner, database = Runner(folder, lake.variables(DAYS[0])), folder / "build" / NAME
    for as_of, arriving in zip(DAYS, (parted.history, parted.day), strict=True):
        lake.land(_tables(arriving), arriving.name)
        runner.build(lake, database, as_of)
    parted.add_day()
    floor.run(parted.history, folder / "by_hand.duckdb", DAYS[-1])
    return list(compare(database, folder / "by_hand.duckdb"))


def _tables(folder: Path) -> dict[str, pa.Table]:
    """Files as the lake takes them: columns of the contract in its types, the shop, and updated_at as the version."""
    tables = {}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for entity in sorted(path for path in folder.iterdir() if list(path.glob("*.parquet"))):
            source = f"read_parquet('{entity}/*.parquet', filename = true, file_row_number = true)"
            given = {row[0] for row in connection.execute(f"describe from {source}").fetchall()}
            columns = [
                f"timezone('UTC', {name}) as {name}"
                if column.data_type == "timestamp"
                else f"cast({name} as {column.data_type}) as {name}"
                for name, column in load_contracts()[entity.name].columns.items()
                if name in given
            ]
            tables[entity.name] = connection.execute(
                f"select {', '.join(columns)}, 'main' as shop_id, epoch_us(updated_at) as version "
                f"from {source} order by filename, file_row_number"
            ).to_arrow_table()
    return tables


def test_marts_equal_what_is_written_by_hand(found: list[Compared]) -> None:
    wrong = [f"{one.table}: {line}" for one in found for line in one.wrong]
    assert not wrong, "\n".join(wrong)
    assert sum(one.rows > 0 for one in found) > 30


def test_every_model_is_written_by_hand_or_has_no_rows(repository: Path) -> None:
    models = {path.stem for path in (repository / "dbt_project/models").rglob("*.sql")}
    models = {name for name in models if not name.startswith("stg_")} - {"int_shops"}
    covered = {model for step in floor.steps() for model in step.models}
    seeds = {path.stem for path in (repository / "dbt_project/seeds").glob("*.csv")}
    assert covered <= models | seeds
    assert {name for name in models - covered if not NO_ROWS.search(name)} == set()
