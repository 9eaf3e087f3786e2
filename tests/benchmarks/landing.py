"""Order lines from one CSV: how fast they land beside DuckDB reading the same file, and in what memory.

    make bench
    .venv/bin/python -m tests.benchmarks.landing --rows 8000000

The landing decodes, looks at every value for personal data, parses to the end before it keeps anything, and writes
Parquet that dlt loads; DuckDB parses. Both are warm: what starting Python and importing dlt costs is printed apart.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONFIGURATION = """
warehouse: ./warehouse
shops:
  - {id: main, name: Bench, timezone: Europe/London, currency: GBP}
sources:
  - name: bench
    type: files
    shop: main
    inputs: {lines: {path: lines.csv}}
    entities:
      order_lines:
        from: lines
        columns:
          {order_id: order_id, order_line_id: order_line_id, variant_id: sku, quantity: quantity,
           unit_price: unit_price, created_at: created_at, customer_id: customer_id, country: country, title: title}
"""
_CHUNK = 1_000_000


def write_lines(path: Path, rows: int) -> None:
    """Order lines as a shop exports them, about 100 bytes a row; the same for the same number."""
    import numpy as np
    import polars as pl

    with path.open("wb") as out:
        for first in range(0, rows, _CHUNK):
            count = min(_CHUNK, rows - first)
            dice = np.random.default_rng(first)
            number = np.arange(first, first + count)
            order = number // 3
            at = np.datetime64("2025-01-01T00:00:00", "ms") + (order * 29).astype("timedelta64[s]")
            frame = pl.DataFrame(
                {
                    "order_id": order + 536365,
                    "order_line_id": number + 1,
                    "sku": dice.integers(10_000, 14_000, count),
                    "title": dice.integers(0, 4_000, count),
                    "quantity": dice.integers(1, 20, count),
                    "unit_price": dice.integers(50, 8_000, count) / 100,
                    "created_at": at,
                    "customer_id": dice.integers(10_000, 60_000, count),
                    "country": dice.choice(["United Kingdom", "France", "Germany", "EIRE"], count),
                }
            ).with_columns(
                pl.col("created_at").dt.strftime("%Y-%m-%d %H:%M:%S"),
                title=pl.format("WHITE HANGING HEART T-LIGHT HOLDER {}", "title"),
            )
            out.write(frame.write_csv(include_header=first == 0).encode())


def landed(folder: Path) -> dict[str, float]:
    """Seconds and rows of landing the folder's file."""
    from ingestion.config import load_config
    from ingestion.lake import land

    config = load_config(folder / "opsmart.yml")
    started = time.perf_counter()
    result = land(config, "bench")
    return {"rows": result.rows, "seconds": time.perf_counter() - started}


def read_by_duckdb(path: Path) -> float:
    """Seconds that DuckDB takes to make a table of the file, every column text."""
    import duckdb

    with duckdb.connect() as connection:
        started = time.perf_counter()
        connection.execute(f"create table lines as select * from read_csv('{path}', all_varchar = true)")
        return time.perf_counter() - started


def peak_bytes() -> int:
    """The most memory that this process has had."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss begins with what the parent had when it started this process
        (line,) = [one for one in status.read_text(encoding="ascii").splitlines() if one.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def shop(folder: Path, rows: int) -> Path:
    """A folder with `rows` order lines and the configuration that lands them."""
    folder.mkdir(exist_ok=True)
    (folder / "opsmart.yml").write_text(CONFIGURATION, encoding="utf-8")
    write_lines(folder / "lines.csv", rows)
    return folder


def in_a_child(folder: Path, *others: Path) -> list[dict[str, float]]:
    """What landing these folders, one after the other in one new process, took; with the peak after each."""
    code = (
        "import json, sys; from pathlib import Path; from tests.benchmarks.landing import landed, peak_bytes\n"
        "for one in sys.argv[1:]:\n"
        "    print(json.dumps({**landed(Path(one)), 'peak': peak_bytes()}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), *map(str, others)],
        cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Landing of order lines beside DuckDB's reader.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="opsmart-bench-") as name:
        first = shop(Path(name, "first"), 10)
        folders = [Path(name, str(at)) for at in range(given.times)]
        shop(folders[0], given.rows)
        for folder in folders[1:]:
            folder.mkdir()
            (folder / "opsmart.yml").write_text(CONFIGURATION, encoding="utf-8")
            (folder / "lines.csv").hardlink_to(folders[0] / "lines.csv")
        ours = in_a_child(first, *folders)
        theirs = [read_by_duckdb(folders[0] / "lines.csv") for _ in range(given.times)]
    best, best_theirs = min(one["seconds"] for one in ours[1:]), min(theirs)
    print(f"{'landing 10 lines, cold':<28}{ours[0]['seconds']:9.2f} s")
    for label, seconds in (("landing order lines", best), ("DuckDB reading them", best_theirs)):
        print(f"{label:<28}{seconds:9.2f} s {given.rows / seconds:>12,.0f} rows/s")
    print(f"{'of DuckDB’s rate':<28}{best_theirs / best:9.2f}   peak memory {ours[-1]['peak'] / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
