"""A shop in a folder, with files to land; what landed of them; and children that are killed while they land."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb

from ingestion import faults, lake
from ingestion.config import Config, load_config

SECRET = "a key for tests, of no use elsewhere"
CONFIGURATION = """
warehouse: ./warehouse
shops:
  - {{id: main, name: Shop, timezone: Europe/London, currency: GBP}}
sources:
  - name: retail
    type: files
    shop: main
    inputs:
      lines: {{{lines}}}
      {more}
    entities:
      products: {{from: lines, columns: {{variant_id: StockCode}}}}
"""
HEADER = "InvoiceNo,StockCode,Quantity,UnitPrice\n"
LINES = 'path: "data/lines/*", format: csv'
CHILD = """
import sys
from pathlib import Path
from ingestion import lake
from ingestion.config import load_config
lake.land(load_config(Path(sys.argv[1])), "retail")
"""
CLIENT = "dlt.destinations.impl.filesystem.filesystem.FilesystemClient"


def configured(shop: Path, lines: str = LINES, more: str = "") -> Config:
    path = shop / "opsmart.yml"
    path.write_text(CONFIGURATION.format(lines=lines, more=more))
    return load_config(path)


def put(shop: Path, name: str, content: str | bytes, header: str = HEADER) -> Path:
    path = shop / "data" / "lines" / name
    path.write_bytes(content if isinstance(content, bytes) else (header + content).encode())
    return path


def days(shop: Path, *numbers: int) -> None:
    for number in numbers:
        put(shop, f"day{number}.csv", "".join(f"{number}{line},A{line},1,2.50\n" for line in range(3)))


def raw(config: Config, name: str = "lines") -> list[dict]:
    """Rows of completed loads, with the file and row they came from."""
    ids = {row.load_id for row in lake.completed_loads(config)}
    files = [
        str(path)
        for one in sorted(ids)
        for path in (config.raw / "retail" / name / f"load_id={one}").glob("*.parquet")
    ]
    if not files:
        return []
    result = duckdb.connect().execute(
        "from read_parquet(?, union_by_name = true, hive_partitioning = false) order by _file, _row", [files]
    )
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def reasons(result: lake.LandResult) -> dict[str, str | None]:
    return {one.file: one.reason for one in result.files if one.status == "unreadable"}


def kill_at(point: str, shop: Path, repository: Path, code: str = CHILD) -> str:
    """Run `land` in a child that dies at a fault point; gives the names of the points that were reached."""
    log = shop / "faults.log"
    log.unlink(missing_ok=True)
    child = subprocess.run(
        [sys.executable, "-c", code, str(shop / "opsmart.yml")],
        cwd=repository,
        env={**os.environ, faults.FAULT: point, faults.FAULT_LOG: str(log)},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    return log.read_text()


def dying_in(place: str, method: str, point: str, *, after: bool = False) -> str:
    """The child's code, with a fault point of its own before or after a method of dlt's."""
    module, owner = place.rsplit(".", 1)
    body = "before(*a, **k), faults.reach(point)" if after else "faults.reach(point), before(*a, **k)"
    patch = f"""
from ingestion import faults
from {module} import {owner}
point, before = {point!r}, {owner}.{method}
{owner}.{method} = lambda *a, **k: ({body})
"""
    return CHILD.replace("lake.land(", patch + "lake.land(")
