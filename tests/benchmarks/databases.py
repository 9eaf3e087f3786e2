"""How fast a table of PostgreSQL lands, beside DuckDB reading the same rows, and how much memory that takes.

    .venv/bin/python -m tests.benchmarks.databases --rows 1000000

DuckDB's own postgres extension is not part of its wheel, so the yardstick is DuckDB reading the same rows as CSV: COPY
to a file, and read_csv into a table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pytest

from tests.rigs.servers import Server, postgres, run_postgres

ROWS = 1_000_000
CONFIGURATION = """
warehouse: ./warehouse
shops: [{id: main, name: Bench, timezone: Europe/London, currency: GBP}]
sources:
  - name: shop
    type: sql
    shop: main
    url: ${BENCH_DB_URL}
    inputs: {lines: {table: order_line, cursor: updated_at, lookback: 1 day}}
    entities:
      order_lines:
        from: lines
        columns: {order_line_id: id, order_id: order_id, created_at: created_at, variant_id: partner_sku,
          quantity: quantity, unit_price: unit_price}
"""
TABLE = """
create table order_line (id bigserial primary key, order_id bigint not null, product_id bigint,
    partner_sku varchar(128), title varchar(255), upc varchar(64), quantity int not null,
    unit_price numeric(12,2) not null, incl_tax numeric(12,2), before_discounts numeric(12,2), status varchar(32),
    num_allocated int, is_gift bool, created_at timestamptz not null, updated_at timestamptz not null, day date,
    attributes jsonb)
"""
FILL = """
insert into order_line select i, i / 3, i % 5000, 'SKU-' || (i % 5000), 'Thing number ' || (i % 5000) || ' in blue',
    'UP' || (i % 5000), 1 + i % 4, (i % 20000) / 100.0, (i % 20000) / 100.0 * 1.2, (i % 20000) / 100.0, 'Complete', 0,
    i % 50 = 0, '2025-01-01'::timestamptz + i * interval '5 second',
    '2025-01-01'::timestamptz + i * interval '5 second', '2025-01-01'::date + i / 3000, null
from generate_series(1, {rows}) as i
"""
CHILD = """
import json, resource, sys, time
from pathlib import Path
import dlt, duckdb, pandas, phonenumbers, psycopg, pyarrow, sqlalchemy  # imports are not measured
from ingestion import lake, stage
from ingestion.config import load_config
config = load_config(Path(sys.argv[1]))
started = time.perf_counter()
result = lake.land(config, "shop")
print(json.dumps({"seconds": time.perf_counter() - started, "rows": result.rows,
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def measure(rows: int = ROWS) -> None:
    """Print a line for the yardstick, a first landing, and one with nothing new. Says so without PostgreSQL."""
    try:
        with postgres() as server, tempfile.TemporaryDirectory(prefix="opsmart-bench-") as name:
            run_postgres(server, "postgres", TABLE, FILL.format(rows=rows), "vacuum analyze order_line")
            folder = Path(name)
            yardstick = _yardstick(server, folder)
            _say(f"DuckDB, {rows:,} lines", yardstick, rows)
            (folder / "opsmart.yml").write_text(CONFIGURATION, encoding="utf-8")
            for what in ("land from PostgreSQL", "again, nothing new"):
                found = _landed(server, folder)
                ratio = f"   {yardstick / found['seconds']:.2f} of DuckDB's rate" if found["rows"] else ""
                _say(what, found["seconds"], int(found["rows"]), f"   {found['megabytes']:,.0f} MB{ratio}")
    except pytest.skip.Exception as missing:
        print(f"PostgreSQL            {missing}")


def _yardstick(server: Server, folder: Path) -> float:
    import psycopg

    path = folder / "lines.csv"
    started = time.perf_counter()
    with (
        psycopg.connect(server.url("postgres")) as connection,
        path.open("wb") as out,
        connection.cursor().copy("copy order_line to stdout (format csv, header)") as copy,
    ):
        for block in copy:
            out.write(block)
    with duckdb.connect(str(folder / "yardstick.duckdb")) as duck:
        duck.execute(f"create table lines as select * from read_csv('{path}')")
    seconds = time.perf_counter() - started
    path.unlink()
    return seconds


def _landed(server: Server, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder / "opsmart.yml")],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "BENCH_DB_URL": server.url("postgres")},
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _say(what: str, seconds: float, rows: int, more: str = "") -> None:
    print(f"{what:<22}{seconds:9.1f} s {rows:>12,} rows{more}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure reading a database on this machine.")
    parser.add_argument("--rows", type=int, default=ROWS)
    measure(parser.parse_args().rows)
