"""`python -m ingestion.weblog` and `python -m ingestion.ga4` by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion import ga4_kit, weblog_kit
from tests.ingestion.landing import SECRET


def run(source: str, repository: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"ingestion.{source}", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(repository), KEY_VARIABLE: SECRET, "COLUMNS": "200"},
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("source", ["weblog", "ga4"])
def test_help(source: str, repository: Path, tmp_path: Path) -> None:
    done = run(source, repository, tmp_path, "--help")
    assert done.returncode == 0
    assert f"Land what is new in the sources of type {source}" in done.stdout


def test_what_would_be_read_of_logs(repository: Path, shop: Path) -> None:
    weblog_kit.configured(shop)
    weblog_kit.write(shop, weblog_kit.line("/"), "ann@x.example said nonsense")
    done = run("weblog", repository, shop, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "web.requests: 1 new, 0 changed, 0 unchanged" in done.stdout
    told = "note: access.log: 1 of the first 2 lines cannot be read; line 2: the line does not fit the format"
    assert told in done.stdout
    assert not (shop / "warehouse").exists()


def test_what_would_be_read_of_an_export(repository: Path, shop: Path) -> None:
    ga4_kit.configured(shop)
    ga4_kit.put(shop, "events_20260101.parquet", ga4_kit.event("page_view", "a"))
    ga4_kit.put(shop, "events_20260103.parquet", ga4_kit.event("page_view", "a", day=3))
    done = run("ga4", repository, shop, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "ga.events: 2 new, 0 changed, 0 unchanged" in done.stdout
    assert "columns: event_date, event_timestamp, event_name" in done.stdout
    assert "note: 2026-01-02 is missing" in done.stdout
