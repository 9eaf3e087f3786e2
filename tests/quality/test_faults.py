"""Killed at the gate: the next run carries on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.quality.shop import Shop, good

CHILD = """
import sys
from pathlib import Path
from ingestion.config import load_config
from ingestion.lake import land
from quality.landing import decide
config = load_config(Path(sys.argv[1]))
land(config, "shop")
decide(config)
"""


def test_a_kill_after_the_decisions_loses_none(shop: Shop, tmp_path: Path) -> None:
    shop.write("a.csv", *[good(n) for n in range(200)], good(200, units="x"))
    shop.write("b.csv", good(1, units="x"))
    log = tmp_path / "faults.log"
    fault = {"OPSMART_FAULT": "accepted", "OPSMART_FAULT_LOG": str(log)}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "opsmart.yml")], env={**os.environ, **fault}, check=False
    )
    assert (done.returncode, log.read_text()) == (-signal.SIGKILL, "accepted\n")
    assert shop.run() == {}, "nothing is decided twice"
    tables = "select * exclude (decided_at) from staging.accepted_loads", "select * from staging.rejects"
    killed = [sorted(shop.query(table), key=str) for table in tables]
    shop.config.build_db.unlink()
    shop.run()
    assert [sorted(shop.query(table), key=str) for table in tables] == killed
