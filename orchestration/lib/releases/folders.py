"""The release folders on the disk: which there are, which is current, and which may go."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.lib.releases.pin import read_pin
from orchestration.lib.releases.record import published
from quality.verdict import Verdict, VerdictError, read_verdict

if TYPE_CHECKING:
    from ingestion.config import Config

DATABASE = "warehouse.duckdb"
DOCS = "docs/index.html"
VERDICT = "verdict.json"
PARTIAL = ".partial"
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Release:
    """One published release. `tables` gives the rows of each table, empty if its record is lost."""

    id: str
    path: Path
    published_at: datetime
    verdict: Verdict | None
    tables: dict[str, int] = field(default_factory=dict)
    is_current: bool = False
    is_pinned: bool = False

    @property
    def database(self) -> Path:
        return self.path / DATABASE

    @property
    def bytes(self) -> int:
        return sum(one.stat().st_size for one in self.path.rglob("*") if one.is_file())


def new_id(config: Config, fingerprint_digest: str) -> str:
    """The id of the next release: later than all others, also if the clock went back or two fall in one second."""
    now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    stamps = [datetime.strptime(one[:15], _STAMP) for one in _ids(config) + list(published(config))]  # noqa: DTZ007
    moment = max([now, *(stamp + timedelta(seconds=1) for stamp in stamps)])
    return f"{moment.strftime(_STAMP)}-{fingerprint_digest[:6]}"


def list_releases(config: Config) -> list[Release]:
    """The releases on the disk, newest first."""
    pinned = _pinned(config)
    current = _current_id(config)
    record = published(config)
    return [
        Release(
            id=one,
            path=config.releases / one,
            published_at=datetime.strptime(one[:15], _STAMP).replace(tzinfo=UTC),
            verdict=_verdict(config.releases / one),
            tables=record.get(one, {}).get("tables", {}),
            is_current=one == current,
            is_pinned=one == pinned,
        )
        for one in reversed(_ids(config))
    ]


def current_release(config: Config) -> Release | None:
    """The release that readers open now, None before the first one."""
    return next((one for one in list_releases(config) if one.is_current), None)


def clean_leftovers(config: Config) -> None:
    """Remove what a crash left: half a release, or a whole one that never became current. Hold the lock."""
    if not config.releases.exists():
        return
    known = {*published(config), _current_id(config), _pinned(config)}
    for path in config.releases.iterdir():
        if path.name.endswith(PARTIAL) or (_ID.fullmatch(path.name) and path.name not in known):
            shutil.rmtree(path, ignore_errors=True)


def prune(config: Config) -> list[str]:
    """Remove the oldest releases beyond `keep_releases`, never the current or a pinned one; gives their ids.

    A reader that has one open keeps reading: the file lives on until it is closed.
    """
    kept = {_current_id(config), _pinned(config)}
    gone = [one for one in list(reversed(_ids(config)))[config.keep_releases :] if one not in kept]
    for one in gone:
        doomed = config.releases / f"{one}{PARTIAL}"
        (config.releases / one).rename(doomed)  # never half a release under its own name
        shutil.rmtree(doomed, ignore_errors=True)
    return gone


def _ids(config: Config) -> list[str]:
    if not config.releases.exists():
        return []
    return sorted(one.name for one in config.releases.iterdir() if one.is_dir() and _ID.fullmatch(one.name))


def _current_id(config: Config) -> str | None:
    return config.current.resolve().name if config.current.exists() else None


def _pinned(config: Config) -> str | None:
    try:
        held = read_pin(config)
    except ValueError:
        return None
    return held.release if held else None


def _verdict(folder: Path) -> Verdict | None:
    try:
        return read_verdict(folder / VERDICT)
    except VerdictError:
        return None
