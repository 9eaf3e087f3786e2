"""A run killed at a named point, again and again: the next one gives what an undisturbed run gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt.kit.compare import differences
from tests.end_to_end.exports import export, small_shop
from tests.end_to_end.shop import Shop

pytestmark = pytest.mark.timeout(1200)
POINTS = ["landed", "built", "release_copied"]


def second_day(shop: Shop) -> None:
    """A new order, and a correction of the first day."""
    export(shop, "2026-03-02.csv", "A3,1,cup,1,10.00,0,2026-03-02 09:00:00,ann")
    export(shop, "2026-03-01.csv", "A1,1,cup,3,10.00,0,2026-03-01 10:00:00,ann")


@pytest.mark.soak
def test_three_kills_leave_no_trace(tmp_path: Path) -> None:
    undisturbed = small_shop(tmp_path / "undisturbed")
    second_day(undisturbed)
    undisturbed.run()

    shop = small_shop(tmp_path / "killed")
    shop.run()
    published = (shop.warehouse / "current").resolve()
    second_day(shop)
    for point in POINTS:
        log = tmp_path / point
        done = shop.call("run", OPSMART_FAULT=point, OPSMART_FAULT_LOG=str(log))
        assert log.read_text() == f"{point}\n", f"{point} was not reached:\n{done.stdout}\n{done.stderr}"
        assert done.returncode == -9
        assert (shop.warehouse / "current").resolve() == published, f"something was published before {point}"
    shop.run()

    builds = [one.warehouse / "state" / "build.duckdb" for one in (shop, undisturbed)]
    assert not differences(builds[0], builds[1], leave_out=["_load_id", "_load_seq"])
    query = "from fct_order_lines order by all"
    assert shop.ask(query).equals(undisturbed.ask(query))
    assert not list((shop.warehouse / "releases").glob("*.partial"))
