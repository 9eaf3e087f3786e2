"""The command: exit codes, errors of one line, and what scripts read. Nothing here runs Dagster or dbt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from orchestration.cli.main import COMMANDS, app
from orchestration.lib.releases import publish
from tests.orchestration.built import Built


@pytest.fixture
def published(warehouse: Built) -> Built:
    """A warehouse with two releases."""
    for accepted in "ab":
        warehouse.build(accepted=accepted, rows=3)
        publish(warehouse.config)
    return warehouse


def opsmart(*arguments: object, warehouse: Built | None = None) -> Any:
    """Run the command in this process."""
    after = ["--config", str(warehouse.config.path)] if warehouse else []
    return CliRunner().invoke(app, [*map(str, arguments), *after])


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_teaches_with_an_example(command: str) -> None:
    shown = opsmart(command, "--help")
    assert shown.exit_code == 0
    assert f"Example: opsmart {command}" in shown.output or f": opsmart {command}" in shown.output


def test_help_answers_at_once_because_nothing_heavy_is_loaded() -> None:
    heavy = [
        "dagster",
        "dbt",
        "dlt",
        "duckdb",
        "great_expectations",
        "ingestion.config",
        "pandas",
        "polars",
        "prompt_toolkit",
        "pyarrow",
    ]
    code = f"import sys, orchestration.cli.main; print([one for one in {heavy} if one in sys.modules])"
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
        check=True,
    )
    assert done.stdout == "[]\n"


def test_the_configuration_is_named_before_or_after_the_command(published: Built) -> None:
    path = published.config.path
    assert opsmart("releases", "--json", "--config", path).exit_code == 0
    assert opsmart("--config", path, "releases", "--json").exit_code == 0


def test_a_configuration_that_is_not_there_is_one_line_and_exit_2(tmp_path: Path) -> None:
    shown = opsmart("status", "--config", tmp_path / "none.yml")
    assert shown.exit_code == 2
    assert shown.output.startswith("opsmart: ")
    assert "no such configuration file" in shown.output
    assert len(shown.output.splitlines()) == 1


def test_a_typo_in_the_configuration_names_file_line_and_key(warehouse: Built) -> None:
    path = warehouse.config.path
    path.write_text(path.read_text().replace("keep_releases", "keep_relases"), encoding="utf-8")
    for command in ("run", "check", "status", "sql"):
        shown = opsmart(command, warehouse=warehouse)
        assert shown.exit_code == 2
        assert "opsmart.yml:4" in shown.output
        assert "keep_releases" in shown.output


def test_deletions_are_allowed_to_a_reconciliation_only(warehouse: Built) -> None:
    shown = opsmart("run", "--allow-deletions", warehouse=warehouse)
    assert (shown.exit_code, "goes with --reconcile" in shown.output) == (2, True)


def test_an_instant_that_is_none_is_refused_before_anything_is_loaded(warehouse: Built) -> None:
    started = time.monotonic()
    shown = opsmart("run", "--as-of", "last tuesday", warehouse=warehouse)
    assert (shown.exit_code, "last tuesday" in shown.output) == (2, True)
    assert time.monotonic() - started < 10


def test_init_writes_a_configuration_that_can_be_checked_and_never_overwrites(tmp_path: Path) -> None:
    folder = tmp_path / "my shop"
    assert opsmart("init", folder).exit_code == 0
    assert (folder / ".gitignore").read_text() == "/warehouse/\n"
    checked = opsmart("check", "--config", folder / "opsmart.yml")
    assert checked.exit_code == 0, checked.output
    assert "orders → orders" in checked.output
    shown = opsmart("init", folder)
    assert (shown.exit_code, "is there already" in shown.output) == (2, True)


def test_check_tells_a_script_what_maps_to_what(warehouse: Built) -> None:
    found = json.loads(opsmart("check", "--json", warehouse=warehouse).output)
    assert found["ok"]
    orders = next(one for one in found["entities"] if one["entity"] == "orders")
    assert (orders["source"], orders["input"]) == ("demo", "orders")
    assert "created_at" in orders["columns"]
    assert not warehouse.config.raw.exists()


def test_a_dry_run_lands_and_builds_nothing(warehouse: Built) -> None:
    found = json.loads(opsmart("run", "--dry-run", "--json", warehouse=warehouse).output)
    assert (found["builds"], found["why"]) == (True, "there is something to land")
    assert not warehouse.config.raw.exists()
    assert opsmart("run", "--dry-run", "--source", "dmeo", warehouse=warehouse).exit_code == 2


def test_status_before_the_first_run_says_what_to_do(warehouse: Built) -> None:
    assert "Next: opsmart run" in opsmart("status", warehouse=warehouse).output
    found = json.loads(opsmart("status", "--json", warehouse=warehouse).output)
    assert (found["release"], found["next_run"]["why"]) == (None, "first build")


def test_releases_and_rollback(published: Built) -> None:
    listed = json.loads(opsmart("releases", "--json", warehouse=published).output)
    assert [one["is_current"] for one in listed] == [True, False]
    assert listed[0]["tables"] == {"dim_two": 1, "mart_one": 3}
    assert listed[0]["id"] in opsmart("releases", warehouse=published).output
    back = json.loads(opsmart("rollback", "--json", warehouse=published).output)
    assert (back["id"], back["is_pinned"]) == (listed[1]["id"], True)
    assert "pinned" in opsmart("status", warehouse=published).output
    assert opsmart("rollback", warehouse=published).exit_code == 2
    assert opsmart("rollback", "--unpin", back["id"], warehouse=published).exit_code == 2
    assert json.loads(opsmart("rollback", "--unpin", "--json", warehouse=published).output) == {
        "unpinned": back["id"]
    }


def test_simulate_writes_files_that_run_can_read(tmp_path: Path) -> None:
    made = opsmart(
        "simulate",
        "--out",
        tmp_path / "sim",
        "--days",
        5,
        "--until",
        "2026-01-31",
        "--orders-per-day",
        4,
        "--json",
    )
    assert made.exit_code == 0, made.output
    assert json.loads(made.output)["rows"]["orders"] > 0
    assert opsmart("check", "--config", tmp_path / "sim" / "opsmart.yml").exit_code == 0
    assert opsmart("simulate", "--out", tmp_path / "sim", "--days", 3, "--json").exit_code == 2


def test_simulate_writes_a_large_shop_by_the_number_of_its_events(tmp_path: Path) -> None:
    out = tmp_path / "large"
    made = opsmart("simulate", "--events", "12k", "--out", out, "--processes", 1, "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.output)["rows"]["events"] > 12_000
    assert json.loads((out / "truth.json").read_text())["distinct"]["events"]["rows"] == 12_000
    assert opsmart("check", "--config", out / "opsmart.yml").exit_code == 0
    for wrong in (
        ("--events", "many"),
        ("--events", "5"),
        ("--events", "12k", "--daily"),
        ("--events", "12k"),
    ):
        refused = opsmart("simulate", *wrong, "--out", out)
        assert refused.exit_code == 2
        assert len(refused.output.splitlines()) <= 2, refused.output
