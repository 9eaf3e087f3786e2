"""A first reading in slices, killed at named points and at any moment: nothing is lost, nothing counts twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ingestion import lake
from ingestion.config import Config
from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion.api import toy
from tests.ingestion.api.toy import Shop, configured
from tests.ingestion.fake_http import FakeServer, serving
from tests.ingestion.landed_rows import entity_rows, raw_rows
from tests.ingestion.landing import SECRET, kill_at

CHILD = """
import sys
from pathlib import Path
import pytest
from ingestion import lake
from ingestion.config import Config
from ingestion.config import load_config
from tests.ingestion.api import toy
toy.installed(pytest.MonkeyPatch())
lake.land(load_config(Path(sys.argv[1])), "toy", reconcile=len(sys.argv) > 2)
"""
ORDERS = 12


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    toy.installed(monkeypatch)
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    made = Shop()
    old = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    for number in range(1, ORDERS + 1):
        made.put(number, at=old, skus="AB")
    return made


@pytest.fixture
def server(shop: Shop) -> Iterator[FakeServer]:
    with serving(shop.answer) as fake:
        yield fake


def assert_whole(config: Config, shop: Shop) -> None:
    assert {key[0] for key in entity_rows(config, "toy", "orders")} == {str(one) for one in shop.orders}
    lines = [row["order_line_id"] for row in entity_rows(config, "toy", "order_lines").values()]
    assert sorted(lines) == sorted(line["id"] for one in shop.orders.values() for line in one["lines"])
    landed = [row["id"] for row in raw_rows(config, "toy", "lines")]
    assert len(landed) == len(set(landed))


@pytest.mark.parametrize("point", ["extracted", "landed"])
def test_killed_at_a_named_point(shop, server, tmp_path, repository, point):
    config = configured(tmp_path, server.url, "slice_rows: 3")
    assert kill_at(point, tmp_path, repository, CHILD) == f"{point}\n"
    lake.land(config, "toy")
    assert_whole(config, shop)


def test_killed_at_any_moment(shop, server, tmp_path, repository):
    config = configured(tmp_path, server.url, "slice_rows: 3")
    dice = random.Random(6)
    died = 0
    for _ in range(4):
        asked = len(server.asked)
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(config.path)], cwd=repository, env=os.environ
        )
        until = time.monotonic() + 60
        while len(server.asked) == asked and child.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(dice.uniform(0, 1.2))
        child.kill()
        died += child.wait() != 0
    assert died
    lake.land(config, "toy")
    assert_whole(config, shop)
    assert lake.land(config, "toy").load_id is None
