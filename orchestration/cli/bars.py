"""A run on a terminal: a line with a bar for each part of it."""

from __future__ import annotations

import os
import sys
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from orchestration.cli.plain import building_text, judged_text, landed_text, missed_text
from orchestration.lib.progress import Progress

PARTS = {
    "start": "getting ready",
    "prepare": "getting ready to build",
    "land": "reading",
    "landing gate": "landing gate",
    "publish gate": "publish gate",
    "release": "publishing",
}


class BarDisplay(Progress):
    """Use as a context manager around the run."""

    def __init__(self) -> None:
        # A descriptor of its own: stderr itself goes to the log while the run's tools print.
        self._out = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8")
        self._console = Console(
            file=self._out, force_terminal=True, highlight=False, markup=False, emoji=False
        )
        self._bars = Bars(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}", markup=False),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}", style="dim", markup=False),
            console=self._console,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self._finish()
        self._bars.stop()
        self._out.close()

    def stage(self, name: str, detail: str = "") -> None:
        self._begin(f"{PARTS.get(name, name)} {detail}".strip())

    def reading(self, source: str, what: str, done: int, total: int) -> None:
        count = f"{done:,}/{total:,}" if total else f"{done:,}"
        self._update(completed=done, total=total or None, count=count, detail=what)

    def landed(self, result: Any) -> None:
        self._update(detail=landed_text(result).partition(": ")[2])

    def missed(self, source: str, why: str) -> None:
        self._bars.print(missed_text(source, why))

    def decided(self, decision: Any) -> None:
        if not decision.is_accepted or decision.rejected_rows:
            self._bars.print(decision.message)

    def building(self, why: str, full_refresh: str | None) -> None:
        self._begin("building")
        self._update(detail=building_text(why, full_refresh))

    def built(self, name: str, kind: str, status: str, seconds: float, done: int, total: int) -> None:
        if total:  # a test that dbt skipped has no place in its count
            self._update(completed=done, total=total, count=f"{done}/{total}")
        self._update(detail=f"{kind} {name} {seconds:.1f} s")
        if status not in ("success", "pass"):
            self._bars.print(f"{kind} {name}: {status}")

    def nothing_new(self, standing: Any) -> None:
        self._begin("nothing is new: nothing to build")

    def judged(self, verdict: Any) -> None:
        self._update(detail=judged_text(verdict))
        for check in verdict.findings:
            self._bars.print(f"{check.status}: {check.message or check.name}")

    def released(self, release: Any) -> None:
        self._update(detail=release.id)

    def blocked(self, why: str) -> None:
        self._bars.print(why)

    def _begin(self, text: str) -> None:
        self._finish()
        self._task = self._bars.add_task(text, total=None, count="", detail="")

    def _finish(self) -> None:
        if self._task is not None:
            task = self._bars.tasks[self._task]
            self._bars.update(self._task, total=task.total or 1, completed=task.total or 1)
            self._bars.stop_task(self._task)

    def _update(self, **values: Any) -> None:
        if self._task is not None:
            self._bars.update(self._task, **values)
