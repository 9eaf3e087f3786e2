"""`opsmart dev`: what somebody sees who opens Dagster's pages."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.orchestration.browser import chromium, text_of

pytestmark = [pytest.mark.rigs, pytest.mark.timeout(600)]

CONFIGURATION = """
warehouse: ./warehouse
shops:
  - {id: main, name: Demo, timezone: America/New_York, currency: USD}
sources:
  - {name: demo, type: demo, shop: main, start: 2025-01-01, end: 2025-01-10, orders_per_day: 5}
"""
START_SECONDS = 240


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"no answer from {url}:\n" + log.read_text(encoding="utf-8")[-3000:])


@pytest.fixture(scope="module")
def web_ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running `opsmart dev` on a shop that has not run yet."""
    chromium()
    folder = tmp_path_factory.mktemp("dev")
    (folder / "opsmart.yml").write_text(CONFIGURATION, encoding="utf-8")
    port, log = _free_port(), folder / "dev.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli.main", "dev", "--port", str(port)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/server_info", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def test_the_graph_shows_the_way_of_the_data(web_ui: str, tmp_path: Path) -> None:
    shown = text_of(f"{web_ui}/asset-groups", tmp_path)
    for layer in ("raw", "staging", "intermediate", "marts", "gates", "release"):
        assert layer in shown.split()


def test_tables_are_described_from_their_grain(web_ui: str, tmp_path: Path) -> None:
    # The page of one: the list draws only the rows that fit on the screen.
    shown = text_of(f"{web_ui}/assets/dim_customers?view=overview", tmp_path)
    assert "dim_customers" in shown
    assert "One row per" in shown


def test_the_schedules_are_off_until_somebody_switches_them_on(web_ui: str) -> None:
    query = (
        "{workspaceOrError{... on Workspace{locationEntries{locationOrLoadError{... on RepositoryLocation{"
        "repositories{schedules{executionTimezone scheduleState{status}}}}}}}}}"
    )
    request = urllib.request.Request(
        f"{web_ui}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        locations = json.load(answer)["data"]["workspaceOrError"]["locationEntries"]
    schedules = locations[0]["locationOrLoadError"]["repositories"][0]["schedules"]
    off = {"executionTimezone": "America/New_York", "scheduleState": {"status": "STOPPED"}}
    assert schedules == [off, off]  # the daily run, the weekly reconciliation


def test_only_this_machine_is_answered(web_ui: str) -> None:
    port = int(web_ui.rsplit(":", 1)[1])
    with pytest.raises(OSError, match=r"refused|timed out|not available|unreachable"):
        socket.create_connection(("127.0.0.2", port), timeout=3)
