"""One writer at a time, whoever it is, and never a lock without its holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.lock import LOCK_FILE, LockedError, writer_lock


@dataclass(frozen=True)
class Warehouse:
    state: Path


HOLDER = """
import sys, time
from pathlib import Path
from types import SimpleNamespace
from ingestion.lock import writer_lock
with writer_lock(SimpleNamespace(state=Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "state")


@pytest.fixture
def holder(warehouse: Warehouse, repository: Path):
    """Another process that holds the lock."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(warehouse.state)],
        stdout=subprocess.PIPE,
        cwd=repository,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    yield child
    child.kill()
    child.wait()


def test_the_second_process_is_told_who_holds_the_lock(warehouse, holder):
    with pytest.raises(LockedError, match=rf"process {holder.pid} "), writer_lock(warehouse):
        pass


def test_the_lock_of_a_killed_process_is_free(warehouse, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with writer_lock(warehouse):
        assert str(os.getpid()) in (warehouse.state / LOCK_FILE).read_text()


def test_waiting_gets_the_lock_once_it_is_free(warehouse, holder):
    started = time.monotonic()
    holder.kill()
    with writer_lock(warehouse, wait=10):
        assert time.monotonic() - started < 10


def test_a_process_may_take_its_own_lock_again(warehouse):
    with writer_lock(warehouse), writer_lock(warehouse):
        pass
    assert (warehouse.state / LOCK_FILE).read_text() == ""


def test_the_inner_hold_does_not_let_go_for_the_outer(warehouse, repository):
    other = HOLDER.replace("time.sleep(60)", "")
    with writer_lock(warehouse):
        with writer_lock(warehouse):
            pass
        child = subprocess.run(
            [sys.executable, "-c", other, str(warehouse.state)],
            cwd=repository,
            capture_output=True,
            text=True,
            check=False,
        )
    assert child.returncode != 0
    assert f"process {os.getpid()} " in child.stderr


def test_the_folder_is_only_its_owners(warehouse):
    warehouse.state.mkdir(mode=0o755)
    with writer_lock(warehouse):
        pass
    assert warehouse.state.stat().st_mode & 0o777 == 0o700
