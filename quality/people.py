"""Decisions of persons: they hold until somebody resets them, whatever the gate thinks of the file later.

`state/published/decisions.jsonl` is the record; the newest line about a file counts. It is written before the
table, so that a crash in between loses nothing: the next `decide` brings the table in line.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quality import acceptance
from quality.acceptance import GATE, Decision, Key, Status

if TYPE_CHECKING:
    from ingestion.config import Config


class DecisionError(ValueError):
    """What a person asked for cannot be decided; one line that says why."""


@dataclass(frozen=True)
class Mark:
    """What a person last said of a file."""

    status: Status
    who: str
    at: datetime
    note: str

    def on(self, decision: Decision) -> Decision:
        """`decision` as this person wants it. Rejected rows stay rejected: they cannot be cast by decree."""
        if decision.rows == 0 and not decision.is_accepted:
            return decision
        reason = self.note or (decision.reason if decision.status == self.status else None)
        return replace(decision, status=self.status, reason=reason, decided_by=self.who, decided_at=self.at)


def accept(config: Config, key: Key, *, who: str, note: str = "") -> Decision:
    """Count a refused file all the same; its rejected rows stay out. Raises DecisionError."""
    return _decide(config, key, "accepted", who, note)


def refuse(config: Config, key: Key, *, who: str, note: str = "") -> Decision:
    """Leave an accepted file out; an older accepted delivery of it counts again. Raises DecisionError."""
    return _decide(config, key, "refused", who, note)


def reset(config: Config, key: Key, *, who: str) -> None:
    """Let the gate decide again, at the next `decide`. Raises DecisionError if it knows no such file."""
    _decide(config, key, None, who, "")


def marks(config: Config) -> dict[Key, Mark]:
    """What persons said last, by file. A line that a crash cut short is passed over."""
    path = _path(config)
    newest: dict[Key, Mark] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            said = json.loads(line)
        except json.JSONDecodeError:
            continue
        key = Key(said["source"], said["input"], said["load_id"], said["file"])
        newest.pop(key, None)
        if said["status"] is not None:
            at = datetime.fromisoformat(said["at"]).replace(tzinfo=None)
            newest[key] = Mark(said["status"], said["who"], at, said["note"])
    return newest


def _decide(config: Config, key: Key, status: Status | None, who: str, note: str) -> Decision:
    from ingestion.lock import writer_lock
    from ingestion.mapping import entity_selects

    if not who or who == GATE:
        raise DecisionError("say who decides; 'gate' is the gate itself")
    with writer_lock(config), acceptance.build_database(config) as connection:
        known = acceptance.stored(connection).get(key)
        if known is None:
            raise DecisionError(f"{key}: no such file was landed")
        if status == "accepted" and known.rows == 0 and not known.is_accepted:
            raise DecisionError(
                f"{key}: nothing of it was landed, so there is nothing to accept ({known.reason})"
            )
        at = datetime.now(UTC)
        _record(config, {**key._asdict(), "status": status, "who": who, "at": at.isoformat(), "note": note})
        if status is None:
            decision = replace(known, decided_with="")  # differs from every fingerprint: the gate looks again
        else:
            decision = Mark(status, who, at.replace(tzinfo=None), note).on(known)
        with acceptance.transaction(connection):
            acceptance.replace(connection, [decision])
            acceptance.mark_current(connection, entity_selects(config))
    return decision


def _path(config: Config) -> Path:
    return config.state / "published" / "decisions.jsonl"


def _record(config: Config, said: dict[str, str | None]) -> None:
    """Append one line and have it on the disk before returning."""
    path = _path(config)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_cut_short = path.exists() and not path.read_bytes().endswith(b"\n")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, (b"\n" if is_cut_short else b"") + json.dumps(said).encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
