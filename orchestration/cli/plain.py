"""A run in lines: for logs, pipes and continuous integration."""

from __future__ import annotations

import time
from typing import IO, Any

from orchestration.cli.console import counted, number
from orchestration.lib.progress import Progress

EVERY = 5.0
"""Seconds between two lines about the same reading."""


class PlainDisplay(Progress):
    """One line for each thing that is worth one, with the seconds since the start."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._started = self._said = time.monotonic()

    def say(self, text: str) -> None:
        """Print one line."""
        self._out.write(f"{time.monotonic() - self._started:6.1f}s  {text}\n")
        self._out.flush()

    def reading(self, source: str, what: str, done: int, total: int) -> None:
        if time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            self.say(f"{source}: {number(done)}{f' of {number(total)}' if total else ''} ({what})")

    def landed(self, result: Any) -> None:
        self.say(landed_text(result))

    def missed(self, source: str, why: str) -> None:
        self.say(missed_text(source, why))

    def decided(self, decision: Any) -> None:
        if not decision.is_accepted or decision.rejected_rows:
            self.say(decision.message)

    def building(self, why: str, full_refresh: str | None) -> None:
        self.say(building_text(why, full_refresh))

    def built(self, name: str, kind: str, status: str, seconds: float, done: int, total: int) -> None:
        if kind != "test" or status != "pass":
            self.say(f"[{done}/{total}] {kind} {name}: {status} in {seconds:.1f} s")

    def nothing_new(self, standing: Any) -> None:
        self.say("nothing is new: nothing to build")

    def judged(self, verdict: Any) -> None:
        self.say(judged_text(verdict))
        for check in verdict.findings:
            self.say(f"  {check.status}: {check.message or check.name}")

    def released(self, release: Any) -> None:
        self.say(f"published {release.id}")

    def blocked(self, why: str) -> None:
        self.say(why)


def landed_text(result: Any) -> str:
    """What a source gave."""
    files = [one for one in result.files if one.status == "landed"]
    bad = len(result.files) - len(files)
    parts = [f"{number(result.rows)} rows from {counted(len(files), 'delivery')}"]
    parts += [f"{number(bad)} unreadable"] if bad else []
    ignored = sum(one.ignored for one in files)
    parts += [f"{counted(ignored, 'row')} left out by `ignore`"] if ignored else []
    parts += [f"{number(result.unchanged)} unchanged"] if result.unchanged else []
    parts += [f"{number(len(result.vanished))} not there any more"] if result.vanished else []
    return f"{result.source}: {', '.join(parts) if result.files else ', '.join(parts[1:]) or 'nothing new'}"


def missed_text(source: str, why: str) -> str:
    """A source that gave nothing."""
    return f"{source}: STALE, nothing new could be had; the others go on ({why})"


def building_text(why: str, full_refresh: str | None) -> str:
    """Why dbt runs, and how."""
    return f"building, because {why}" + (f"; everything anew ({full_refresh})" if full_refresh else "")


def judged_text(verdict: Any) -> str:
    """The verdict in a line."""
    summary = verdict.summary
    words = {"pass": "passes", "warn": "passes with warnings", "refuse": "REFUSES"}
    passed = f"{number(summary.passed)} of {counted(summary.checks, 'check')} passed"
    return f"publish gate {words[verdict.status]}: {passed}"
