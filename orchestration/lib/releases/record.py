"""`state/published/releases.jsonl`: every publication, roll-back and unpinning, one JSON object a line.

Only ever appended to. Restatements are computed against it, so it is not made again from anything else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lib.releases.disk import sync
from orchestration.lib.settings import prepare_state, published_folder

if TYPE_CHECKING:
    from ingestion.config import Config
    from quality.verdict import Verdict

FILE = "releases.jsonl"


def note(config: Config, event: str, release: str, **details: Any) -> None:
    """Append one event (`published`, `rolled_back`, `unpinned`) and wait until it is on the disk."""
    prepare_state(config)
    path = published_folder(config) / FILE
    _end_torn_line(path)
    line = {
        "event": event,
        "release": release,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        **details,
    }
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        out.flush()
        os.fsync(out.fileno())
    sync(path.parent)


def events(config: Config) -> Iterator[dict[str, Any]]:
    """All events, oldest first; a line that a crash cut off is passed over."""
    path = published_folder(config) / FILE
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def published(config: Config) -> dict[str, dict[str, Any]]:
    """The `published` event of each release, by its id, in the order of publication."""
    return {event["release"]: event for event in events(config) if event["event"] == "published"}


def _end_torn_line(path: Path) -> None:
    """Without this the next event would be glued to half of one."""
    if not path.exists() or not path.stat().st_size:
        return
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")


def note_published(config: Config, release: str, verdict: Verdict, tables: Mapping[str, int]) -> None:
    """Append that `release` is current from now on, made from what `verdict` judged; `tables` gives its rows."""
    note(
        config,
        "published",
        release,
        verdict_id=verdict.verdict_id,
        build_id=verdict.build_id,
        status=verdict.status,
        as_of=verdict.as_of.isoformat(),
        fingerprint=verdict.fingerprint,
        tables=dict(tables),
    )
