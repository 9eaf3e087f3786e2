"""The landing gate: decides of every landed file whether the warehouse reads it.

The decision depends on raw, the mapping and the thresholds alone (and on what persons decided, see `people.py`), so a
lost build database gets the same table again. SQL finds the facts, Great Expectations judges profile frames of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingestion.faults import reach
from ingestion.lock import writer_lock
from quality import acceptance, people, rejects
from quality.acceptance import Decision, Key
from quality.examine import examine
from quality.inputs import Input, inputs, others

if TYPE_CHECKING:
    import duckdb

    from ingestion.config import Config
    from ingestion.source import ManifestRow


def decide(config: Config, on_event: Callable[[Decision], None] | None = None) -> list[Decision]:
    """Decide about every completed load that is new, or that an earlier mapping was decided with.

    Returns what was decided now, in the order of the loads; `on_event` gets each after it is committed. Raises
    LockedError if somebody else is writing.
    """
    from ingestion.lake import completed_loads
    from ingestion.mapping import entity_selects

    selects = entity_selects(config)
    with writer_lock(config), acceptance.build_database(config) as connection:
        known, marks = acceptance.stored(connection), people.marks(config)
        rejects.begin(connection)
        decisions: list[Decision] = []
        seen = inputs(config, completed_loads(config), selects)
        landed = {(one.source, one.name): rows for one, rows in seen}
        # What other inputs complete their rows with has to be decided before those are looked at.
        for looks_up in (False, True):
            due = []
            for one, rows in seen:
                if any(select.lookups for select in one.selects) is looks_up:
                    refused = _refused(one, known, decisions) if looks_up else set()
                    due.append(
                        (replace(one, lookups=others(one, landed, refused)) if looks_up else one, rows)
                    )
            decisions += _decide(connection, config, due, known)
        decisions.sort(key=lambda decision: (decision.load_seq, decision.key))
        now = datetime.now(UTC).replace(tzinfo=None)
        decisions = [replace(decision, decided_at=now) for decision in decisions]
        decisions = [marks[d.key].on(d) if d.key in marks else d for d in decisions]
        fresh = {decision.key for decision in decisions}
        # A crash between a person's record and the table leaves them apart.
        late = [marks[key].on(d) for key, d in known.items() if key in marks and key not in fresh]
        changed = [
            d for d in late if (d.status, d.decided_by) != (known[d.key].status, known[d.key].decided_by)
        ]
        with acceptance.transaction(connection):
            acceptance.replace(connection, [*decisions, *changed])
            if decisions:
                rejects.store(connection, [decision.key for decision in decisions])
            acceptance.mark_current(connection, selects)
    if decisions:
        reach("accepted")
    if on_event is not None:
        for decision in decisions:
            on_event(decision)
    return decisions


def _decide(
    connection: duckdb.DuckDBPyConnection,
    config: Config,
    seen: Sequence[tuple[Input, Sequence[ManifestRow]]],
    known: Mapping[Key, Decision],
) -> list[Decision]:
    """Decisions about those of the inputs' files that are due."""
    decisions, found, fingerprints = [], [], {}
    for one, rows in seen:
        fingerprint = fingerprints[one.source, one.name] = one.decided_with(
            config.thresholds.max_reject_share
        )
        due = [row for row in rows if _is_due(known.get(_key(row)), one, fingerprint)]
        decisions += [_unreadable(row) for row in due if row.status != "landed"]
        landed = [row for row in due if row.status == "landed"]
        if landed:
            found.append((one, examine(connection, one, landed)))
    if found:
        from quality.judgement import judge_files

        decisions += judge_files(connection, config, found)
    return [
        replace(one, decided_with=fingerprints[one.key.source, one.key.input] if one.is_final else "")
        for one in decisions
    ]


def _refused(one: Input, known: Mapping[Key, Decision], now: Sequence[Decision]) -> set[tuple[str, str]]:
    """(load_id, file) of what was refused of the source's inputs."""
    latest = {**known, **{decision.key: decision for decision in now}}
    return {
        (key.load_id, key.file)
        for key, decision in latest.items()
        if key.source == one.source and not decision.is_accepted and key.input != one.name
    }


def _is_due(known: Decision | None, one: Input, fingerprint: str) -> bool:
    """New, reset, or decided with another mapping. What is no longer configured keeps what was decided."""
    if known is None or not known.decided_with:
        return True
    return bool(one.selects) and known.decided_with != fingerprint


def _key(row: ManifestRow) -> Key:
    return Key(row.source, row.input, row.load_id, row.file)


def _unreadable(row: ManifestRow) -> Decision:
    return Decision(
        _key(row), row.load_seq, row.content_hash, 0, "refused", reason=row.reason or "it cannot be read"
    )
