"""How fast an access log lands, beside DuckDB taking the same lines apart by the same pattern.

`python -m tests.benchmarks.weblog [megabytes]`
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from ingestion import lake
from ingestion.mapping.casts import literal
from ingestion.weblog.formats import understood
from tests.ingestion.weblog_kit import CHROME, GOOGLEBOT, IPAD, IPHONE, ROUTES, configured, line


def main(megabytes: int) -> None:
    """Make a log of one page in eight requests, land it, and print both rates."""
    os.environ.setdefault("OPSMART_PII_KEY", "a key for measuring, of no use elsewhere")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "logs").mkdir()
        log = folder / "logs" / "access.log"
        count = _made(log, megabytes << 20)
        config = configured(folder, ROUTES)
        floor = _floor(log)
        begin = time.perf_counter()
        rows = lake.land(config, "web").rows
        seconds = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{count:,} lines, {megabytes} MB: landed in {seconds:.1f} s ({rows:,} rows);"
            f" DuckDB alone {floor:.1f} s ({floor / seconds:.2f} of its rate); {peak:.0f} MB at most"
        )


def _made(log: Path, size: int) -> int:
    dice = random.Random(7)
    agents = [CHROME.replace("140", str(version)) for version in range(90, 141)] + [IPHONE, IPAD, GOOGLEBOT]
    count = 0
    with log.open("w") as out:
        while out.tell() < size:
            lines = []
            for _ in range(20_000):
                page = f"/product/P-{dice.randrange(5_000)}?utm_source=n&page={dice.randrange(9)}"
                target = page if dice.random() < 0.125 else f"/static/{dice.randrange(900)}.js"
                address = f"192.0.{dice.randrange(256)}.{dice.randrange(256)}"
                lines.append(line(target, count / 2000, address=address, agent=dice.choice(agents)) + "\n")
                count += 1
            out.writelines(lines)
    return count


def _floor(log: Path) -> float:
    found = understood("combined", {}, None)
    names = ", ".join(literal(one) for one in found.parts)
    begin = time.perf_counter()
    lines = (
        f"read_csv({literal(str(log))}, columns = {{'line': 'varchar'}}, delim = '\x01', quote = '', escape = '',"
        " header = false)"
    )
    taken = f"select regexp_extract(line, {literal(found.pattern)}, [{names}]) as f from {lines}"
    duckdb.sql(f"select count(f.status), count(f.request) from ({taken}) as taken").fetchall()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
