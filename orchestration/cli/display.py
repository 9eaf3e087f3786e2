"""Shows what a run is doing: bars on a terminal, lines elsewhere. All of it on stderr; results are for stdout."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.cli.plain import PlainDisplay
from orchestration.lib.progress import Progress


@contextmanager
def display(*, quiet: bool = False) -> Iterator[Progress]:
    """What to show a run with: nothing if `quiet`."""
    if quiet:
        yield Progress()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        from orchestration.cli.bars import BarDisplay

        with BarDisplay() as bars:
            yield bars
    else:
        yield PlainDisplay(sys.stderr)
