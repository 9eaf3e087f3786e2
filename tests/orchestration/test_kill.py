"""A kill at any moment of publishing leaves readers a whole release, and the next publication mends the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.lib.releases import current_release, list_releases, open_release, publish
from orchestration.lib.releases.record import published
from tests.orchestration.built import Built

PUBLISH = """
import sys
from pathlib import Path
from ingestion.config import load_config
from orchestration.lib.releases import publish
publish(load_config(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("point", ["release_copied", "flipped"])
def test_killed_while_publishing(warehouse: Built, tmp_path: Path, repository: Path, point: str) -> None:
    config = warehouse.config
    warehouse.build(rows=2)
    first = publish(config)
    warehouse.build(rows=3, accepted="b")
    log = tmp_path / "reached"
    environment = {
        **os.environ,
        "OPSMART_FAULT": point,
        "OPSMART_FAULT_LOG": str(log),
        "PYTHONPATH": str(repository),
    }
    child = subprocess.run([sys.executable, "-c", PUBLISH, str(config.path)], env=environment, check=False)
    assert (child.returncode, log.read_text()) == (-signal.SIGKILL, f"{point}\n")
    with open_release(config) as connection:
        rows = connection.execute("select count(*) from mart_one").fetchall()
    assert rows == [(2 if point == "release_copied" else 3,)]
    cut_off = current_release(config)
    last = publish(config)
    assert last.is_current
    kept = [first.id, last.id] if point == "release_copied" else [first.id, cut_off and cut_off.id, last.id]
    assert sorted(one.id for one in list_releases(config)) == kept
    assert list(published(config)) == kept
    assert published(config)[last.id]["tables"] == {"dim_two": 1, "mart_one": 3}
