"""One writer at a time: a lock on the warehouse folder, held by whoever writes (command line, daemon, test).

The operating system lets go of the lock when its holder dies, so a kill never leaves the warehouse locked. Who
holds it is written in the lock file, for the message that the next one gets.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from ingestion.folders import make_private

LOCK_FILE = "writer.lock"


class HasState(Protocol):
    """The part of the configuration that the lock needs."""

    @property
    def state(self) -> Path: ...


class LockedError(Exception):
    """Somebody else is writing to this warehouse; the text names the process."""


@dataclass
class _Held:
    lock: FileLock
    pid: int
    depth: int


_held: dict[Path, _Held] = {}
_guard = threading.RLock()


@contextmanager
def writer_lock(config: HasState, wait: float = 0.0) -> Iterator[None]:
    """Hold the writer's lock of a warehouse, waiting at most `wait` seconds for it.

    Re-entrant within a process (the run holds it, and each step takes it again). Raises LockedError.
    """
    path = make_private(config.state) / LOCK_FILE
    path = path.resolve()
    _enter(path, wait)
    try:
        yield
    finally:
        _leave(path)


def _enter(path: Path, wait: float) -> None:
    with _guard:
        held = _held.get(path)
        # A forked child inherits this dictionary but not the right to write beside its parent.
        if held is not None and held.pid == os.getpid():
            held.depth += 1
            return
        lock = FileLock(path, timeout=wait, mode=0o600, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise LockedError(_who_holds(path)) from None
        _held[path] = _Held(lock, os.getpid(), 1)
        path.write_text(_signature(), encoding="utf-8")


def _leave(path: Path) -> None:
    with _guard:
        held = _held[path]
        held.depth -= 1
        if held.depth:
            return
        del _held[path]
        # Emptied before letting go: whoever takes it next has then written its own name, or nobody holds it.
        path.write_text("", encoding="utf-8")
        held.lock.release()


def _signature() -> str:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"pid": os.getpid(), "command": command[:200], "since": since})


def _who_holds(path: Path) -> str:
    try:
        who = json.loads(path.read_text(encoding="utf-8"))
        text = f"process {who['pid']} ({who['command']}) has been writing since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        text = "another process is writing"
    return f"the warehouse is in use: {text}; wait for it to end (lock file {path})"
