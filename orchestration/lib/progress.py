"""What a run tells whoever watches it. The command line listens; under Dagster's daemon nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Progress:
    """Called as things happen, always from the thread that runs the step. This one says nothing."""

    def stage(self, name: str, detail: str = "") -> None:
        """A new part of the run begins: land, landing gate, build, publish gate, release."""

    def reading(self, source: str, what: str, done: int, total: int) -> None:
        """A source has read `done` of `total` units (0: unknown); `what` is the one in hand."""

    def landed(self, result: Any) -> None:
        """A source is done; `result` is its ingestion.lake.LandResult."""

    def missed(self, source: str, why: str) -> None:
        """A source gave nothing, and the run goes on without it."""

    def decided(self, decision: Any) -> None:
        """The landing gate has decided about one delivery (quality.acceptance.Decision)."""

    def building(self, why: str, full_refresh: str | None) -> None:
        """dbt starts, because `why`; everything anew because `full_refresh`, None for an increment."""

    def built(self, name: str, kind: str, status: str, seconds: float, done: int, total: int) -> None:
        """dbt has finished one node: `kind` model, seed or test; `done` of `total` nodes."""

    def nothing_new(self, standing: Any) -> None:
        """Nothing has changed since the newest build (orchestration.lib.standing.Standing)."""

    def judged(self, verdict: Any) -> None:
        """The publish gate has spoken (quality.verdict.Verdict)."""

    def released(self, release: Any) -> None:
        """A release is current (orchestration.lib.releases.Release)."""

    def blocked(self, why: str) -> None:
        """The verdict passes, but a pin holds another release."""


_listening: list[Progress] = [Progress()]


def watcher() -> Progress:
    """Whoever listens in this process."""
    return _listening[-1]


@contextmanager
def watched_by(progress: Progress) -> Iterator[None]:
    """Have `progress` told what runs in this process meanwhile."""
    _listening.append(progress)
    try:
        yield
    finally:
        _listening.remove(progress)
