"""Named points at which a test can kill the process, to see that the next run mends what was left.

In normal use `reach` looks at one environment variable and returns.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

FAULT = "OPSMART_FAULT"
"""Environment variable: the name of the point at which this process is to die."""
FAULT_LOG = "OPSMART_FAULT_LOG"
"""Environment variable: a file to which the name is added first, so that a test can see the point was reached."""


def reach(name: str) -> None:
    """Kill this process (SIGKILL: no handler, no cleaning up) if the environment names this point.

    Points: `extracted` (the package is complete on disk, not loaded), `landed` (its load marker is written),
    `accepted`, `built`, `verdict`, `release_copied`, `flipped`.
    """
    if os.environ.get(FAULT) != name:
        return
    log = os.environ.get(FAULT_LOG)
    if log:
        with Path(log).open("a", encoding="utf-8") as out:
            out.write(name + "\n")
    os.kill(os.getpid(), signal.SIGKILL)
