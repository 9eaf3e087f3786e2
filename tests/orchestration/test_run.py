"""`opsmart run` from landing to release, on a small dbt project: what it publishes, and what it does not."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ingestion.lake import completed_loads
from orchestration.lib.releases import current_release, list_releases
from tests.orchestration.tiny import TinyShop

pytestmark = pytest.mark.timeout(600)


def run(shop: TinyShop, *arguments: str, **environment: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the summary of `opsmart run --json`."""
    done = shop.opsmart("run", "--json", *arguments, **environment)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def history(shop: TinyShop) -> list[tuple[str, str]]:
    """Jobs and their ends, as Dagster's pages list them, oldest first."""
    path = shop.config.state / "dagster" / "history" / "runs.db"
    with sqlite3.connect(path) as connection:
        return connection.execute("select pipeline_name, status from runs order by id").fetchall()


def test_a_shop_from_a_first_run_that_is_killed_to_a_broken_model(tmp_path: Path) -> None:
    """One story, because each build costs seconds: every step begins where the one before it ended."""
    shop = TinyShop(tmp_path / "shop")
    _is_killed(shop, tmp_path / "reached")
    _publishes_and_tells(shop)
    _finds_nothing_new(shop)
    first = current_release(shop.config)
    _is_refused_by_a_data_test(shop)
    _fails_in_a_model(shop)
    assert first
    assert [one.id for one in list_releases(shop.config)] == [first.id]
    inputs = {row.input for row in completed_loads(shop.config)}
    assert inputs > {"customers", "order_lines", "orders"}
    assert first.tables == {"dim_sizes": 1, "mart_inputs": len(inputs)}


def _is_killed(shop: TinyShop, log: Path) -> None:
    code, _ = run(shop, OPSMART_FAULT="built", OPSMART_FAULT_LOG=str(log))
    assert (code, log.read_text()) == (-9, "built\n")
    assert history(shop) == [("land", "SUCCESS"), ("build", "STARTED")]
    assert current_release(shop.config) is None


def _publishes_and_tells(shop: TinyShop) -> None:
    done = shop.opsmart("run")
    assert done.returncode == 0
    for part in ("demo: ", "building, because", "model mart_inputs: success", "publish gate passes"):
        assert part in done.stderr
    for part in ("Published ", "mart_inputs", "warehouse/releases/", "Next: opsmart sql"):
        assert part in done.stdout
    assert history(shop) == [
        ("land", "SUCCESS"),
        ("build", "FAILURE"),
        ("land", "SUCCESS"),
        ("build", "SUCCESS"),
    ]
    answer = shop.opsmart(
        "sql",
        "select input from mart_inputs where input like '%order%s' order by 1 desc limit 2",
        "--format",
        "csv",
    )
    assert answer.stdout == "input\npurchase_orders\norders\n"
    shown = json.loads(shop.opsmart("status", "--json").stdout)
    assert shown["next_run"] == {"builds": False, "why": None}
    assert [one["source"] for one in shown["sources"]] == ["demo"]


def _finds_nothing_new(shop: TinyShop) -> None:
    code, summary = run(shop)
    assert (code, summary["ending"], summary["release"]) == (0, "nothing_new", None)
    assert history(shop)[4:] == [("land", "SUCCESS")]


def _is_refused_by_a_data_test(shop: TinyShop) -> None:
    shop.write("tests/assert_nothing_is_small.sql", "select * from {{ ref('mart_inputs') }}")
    code, summary = run(shop)
    assert (code, summary["ending"], summary["verdict"]["status"]) == (3, "refused", "refuse")
    assert "assert_nothing_is_small" in summary["error"]
    code, summary = run(shop)
    assert (code, summary["ending"], summary["models"]) == (3, "nothing_new", 0)


def _fails_in_a_model(shop: TinyShop) -> None:
    shop.write("tests/assert_nothing_is_small.sql", "select 1 where false")
    shop.write("models/marts/mart_broken.sql", "select no_such_column from {{ ref('mart_inputs') }}")
    code, summary = run(shop)
    assert (code, summary["ending"]) == (1, "failed")
    assert "mart_broken failed" in summary["error"]
    assert "no_such_column" in summary["error"]


def test_while_somebody_writes_a_run_says_who(tmp_path: Path) -> None:
    from ingestion.lock import writer_lock

    shop = TinyShop(tmp_path / "shop")
    with writer_lock(shop.config):
        done = shop.opsmart("run")
    assert done.returncode == 1
    assert "the warehouse is in use: process" in done.stderr
    assert len(done.stderr.splitlines()) == 1
