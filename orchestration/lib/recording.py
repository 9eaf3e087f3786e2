"""What a run did, kept for its summary."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from orchestration.lib.failures import Kind
from orchestration.lib.progress import Progress

if TYPE_CHECKING:
    from ingestion.lake import LandResult
    from orchestration.lib.releases import Release
    from orchestration.lib.standing import Standing
    from quality.acceptance import Decision
    from quality.verdict import Verdict

Ending = Literal["published", "nothing_new", "pinned", "refused", "failed"]


@dataclass
class Record(Progress):
    """Collects what is told and passes it on to `display`."""

    display: Progress = field(default_factory=Progress)
    landings: list[LandResult] = field(default_factory=list)
    misses: dict[str, str] = field(default_factory=dict)
    """Why sources gave nothing, by source."""
    decisions: list[Decision] = field(default_factory=list)
    models: dict[str, float] = field(default_factory=dict)
    """Seconds by model."""
    tests: int = 0
    full_refresh: str | None = None
    standing: Standing | None = None
    """Set if nothing was new."""
    verdict: Verdict | None = None
    release: Release | None = None
    pinned: str | None = None
    failure: tuple[Kind, str] | None = None
    seconds: float = 0.0
    _started: float = field(default_factory=time.monotonic)

    def stop(self) -> None:
        """The run is over."""
        self.seconds = round(time.monotonic() - self._started, 2)

    @property
    def ending(self) -> Ending:
        """How the run ended, for a script."""
        if self.failure is not None:
            return "refused" if self.failure[0] == "gate" else "failed"
        if self.release is not None:
            return "published"
        return "pinned" if self.pinned is not None else "nothing_new"

    def stage(self, name: str, detail: str = "") -> None:
        self.display.stage(name, detail)

    def reading(self, source: str, what: str, done: int, total: int) -> None:
        self.display.reading(source, what, done, total)

    def landed(self, result: Any) -> None:
        self.landings.append(result)
        self.display.landed(result)

    def missed(self, source: str, why: str) -> None:
        self.misses[source] = why
        self.display.missed(source, why)

    def decided(self, decision: Any) -> None:
        self.decisions.append(decision)
        self.display.decided(decision)

    def building(self, why: str, full_refresh: str | None) -> None:
        self.full_refresh = full_refresh
        self.display.building(why, full_refresh)

    def built(self, name: str, kind: str, status: str, seconds: float, done: int, total: int) -> None:
        if kind == "test":
            self.tests += 1
        else:
            self.models[name] = seconds
        self.display.built(name, kind, status, seconds, done, total)

    def nothing_new(self, standing: Any) -> None:
        self.standing = standing
        self.display.nothing_new(standing)

    def judged(self, verdict: Any) -> None:
        self.verdict = verdict
        self.display.judged(verdict)

    def released(self, release: Any) -> None:
        self.release = release
        self.display.released(release)

    def blocked(self, why: str) -> None:
        self.pinned = why
        self.display.blocked(why)
