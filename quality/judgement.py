"""Turns what was found about landed files into decisions: Great Expectations judges, this words it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from quality import gx, messages, rejects, suites
from quality.acceptance import Decision, Key
from quality.examine import FileFacts, Findings
from quality.inputs import Input, landed_columns

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from ingestion.config import Config

EXAMPLES = 3
"""Rejected rows that a message quotes."""

Broken = Mapping[str, list[str]]
"""Names of the expectations that a file broke → the columns that did, where it is about columns."""


def judge_files(
    connection: duckdb.DuckDBPyConnection, config: Config, found: Sequence[tuple[Input, Findings]]
) -> list[Decision]:
    """One decision per file. All inputs are judged at once: what Great Expectations takes for a frame hardly depends
    on how long it is."""
    import pandas as pd

    allowed = config.thresholds.max_reject_share
    broken: dict[Key, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for frames, suite in (
        ([_of(one, columns_frame(findings)) for one, findings in found], suites.landed_columns(allowed)),
        ([_of(one, files_frame(findings)) for one, findings in found], suites.landed_files(allowed)),
    ):
        frame = pd.concat([one for one in frames if len(one)] or frames[:1], ignore_index=True)
        for outcome in gx.validate(frame, suite) if len(frame) else ():
            name = outcome.expectation.name
            if outcome.error or (not outcome.success and not outcome.rows):
                raise RuntimeError(
                    f"the landing gate could not judge {name}: {outcome.error or 'no rows named'}"
                )
            for position in outcome.rows:
                record = frame.iloc[position]
                key = Key(record["source"], record["input"], record["load_id"], record["file"])
                broken[key][name].append(record.get("column_name", ""))
    quoted = rejects.examples(connection, EXAMPLES)
    return [
        _decision(one, facts, broken.get(facts.key, {}), quoted.get(facts.key, ()), allowed)
        for one, findings in found
        for facts in findings.files
    ]


def _of(one: Input, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(source=one.source, input=one.name)


def columns_frame(findings: Findings) -> pd.DataFrame:
    """One row per file and raw column: its profile, `missing` (1 if a mapping needs it in vain) and `bad_share`.

    A column that the file did not have may still be in Parquet, padded with NULL by the other files of its load.
    """
    import pandas as pd

    missing = {(*f.place, name.lower()): (f, name) for f in findings.files for name in f.missing}
    frame = pd.concat(findings.profiles, ignore_index=True) if findings.profiles else pd.DataFrame()
    if len(frame):
        names = zip(frame["load_id"], frame["file"], frame["column_name"].str.lower(), strict=True)
        frame["missing"] = [int(missing.pop(place, None) is not None) for place in names]
        frame["bad_share"] = frame["bad"] / frame["rows"]
    absent = [
        {"load_id": f.row.load_id, "file": f.row.file, "column_name": name, "missing": 1, "bad_share": 0.0}
        for f, name in missing.values()
    ]
    return pd.concat([frame, pd.DataFrame(absent)], ignore_index=True) if absent else frame


def files_frame(findings: Findings) -> pd.DataFrame:
    """One row per file: damage, lost_rows (promised by the manifest, not in raw), reject_share, is_useless."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "load_id": found.row.load_id,
                "file": found.row.file,
                "damage": found.damage.said if found.damage else None,
                "lost_rows": 0 if found.damage else found.row.rows - found.raw_rows,
                "reject_share": found.rejected_rows / found.raw_rows if found.raw_rows else 0.0,
                "stuck_rows": found.stuck_rows,
                "is_useless": int(found.raw_rows > 0 and found.mapped_rows == 0),
            }
            for found in findings.files
        ]
    )


def _decision(
    one: Input,
    found: FileFacts,
    broken: Broken,
    quoted: Sequence[rejects.Example],
    allowed: float,
) -> Decision:
    row = found.row
    lines = tuple(messages.bad_value(*example) for example in quoted)
    reasons = _reasons(one, found, broken, lines, allowed)
    return Decision(
        found.key,
        load_seq=row.load_seq,
        content_hash=row.content_hash,
        rows=row.rows,
        status="refused" if reasons else "accepted",
        rejected_rows=found.rejected_rows,
        reason="; ".join(reasons or _notes(one, found)) or None,
        newest_at=found.newest_at,
        deletions=row.deletions,
        is_final="lost_rows" not in broken and not (found.damage and found.damage.is_in_parquet),
        examples=lines,
    )


def _reasons(one: Input, found: FileFacts, broken: Broken, lines: Sequence[str], allowed: float) -> list[str]:
    """What is wrong, the cause before what follows from it: a missing column also makes every row unusable."""
    if "damaged" in broken:
        assert found.damage is not None
        return [(messages.damaged if found.damage.is_in_parquet else messages.stopped)(found.damage.said)]
    if "lost_rows" in broken:
        return [messages.lost_rows(found.row.rows, found.raw_rows)]
    if "missing_column" in broken:
        known = landed_columns(found.row, ())
        return [
            messages.missing_column(name, needed, known, is_dropped=name.lower() in one.dropped)
            for name, needed in found.missing.items()
        ]
    if "bad_values" in broken or "too_many_rejects" in broken:
        columns = broken.get("bad_values", ())
        return [messages.too_many_rejects(found.rejected_rows, found.raw_rows, allowed, columns, lines)]
    if "stuck_rows" in broken:
        return [messages.stuck_rows(found.stuck_rows, lines)]
    if "nothing_usable" in broken:
        return [messages.nothing_usable(found.raw_rows)]
    return []


def _notes(one: Input, found: FileFacts) -> Iterator[str]:
    """What is worth knowing about an accepted file: columns it does not have yet, and columns that are new."""
    if found.not_yet:
        yield messages.not_yet(found.not_yet)
    mapped = {name.lower() for name in one.mapped_columns}
    first = min(one.first_seen.values(), default=0)
    new = [
        name
        for name in landed_columns(found.row, ())
        if one.first_seen.get(name.lower()) == found.row.load_seq > first and name.lower() not in mapped
    ]
    if new and not one.is_sparse(found.row.file):
        yield messages.new_columns(new)
