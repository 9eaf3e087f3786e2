"""dbt in a process of its own that ends when its parent does. Run as a script, never imported.

A run that is killed must not leave a dbt behind that goes on writing to the build database after the writer's
lock is free again. An argument `@FILE` stands for the text of that file: the variables of a large configuration
do not fit into one argument (128 KiB on Linux), and they would show in the list of processes. Where the project has
been parsed, OPSMART_DBT_PARSED names what came of it: dbt would parse everything again for each new as_of.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.5


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; where it cannot (macOS), look twice a second."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def arguments(given: list[str]) -> list[str]:
    """`given` with each `@FILE` replaced by what the file says."""
    return [Path(one[1:]).read_text(encoding="utf-8") if one.startswith("@") else one for one in given]


def run(given: list[str], parsed: str | None) -> int:
    """Run dbt and return its exit code: 1 where something it ran failed, 2 where it could not run."""
    from dbt.cli.main import dbtRunner

    manifest = None
    if parsed is not None:
        from dbt.contracts.graph.manifest import Manifest

        manifest = Manifest.from_msgpack(Path(parsed).read_bytes())
        manifest.build_flat_graph()  # type: ignore[no-untyped-call]
    done = dbtRunner(manifest=manifest).invoke(given)
    return 2 if done.exception is not None else int(not done.success)


if __name__ == "__main__":
    die_with(os.getppid())

    sys.exit(run(arguments(sys.argv[1:]), os.environ.get("OPSMART_DBT_PARSED")))
