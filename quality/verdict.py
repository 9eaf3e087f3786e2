"""The publish gate's verdict: what was judged, what was found, and whether it may be published.

`state/verdict.json` holds the newest one; a copy goes with each release. Every field is described in README.md.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ingestion.folders import write_atomically

if TYPE_CHECKING:
    from ingestion.config import Config

SCHEMA_VERSION = 1
FILE_NAME = "verdict.json"

CheckKind = Literal["run", "dbt_model", "dbt_test", "expectation"]
CheckStatus = Literal["pass", "warn", "fail"]
Severity = Literal["error", "warn"]
Status = Literal["pass", "warn", "refuse"]


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_utc)]
"""A point in time, in UTC; one without a zone is taken as UTC."""


class VerdictError(ValueError):
    """verdict.json is there but is not a verdict: damaged, edited, or of a version that we cannot read."""


class Record(BaseModel):
    """What is stored is exact: no unknown keys, never changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Check(Record):
    """One thing that was looked at."""

    name: str
    kind: CheckKind
    model: str | None = None
    column: str | None = None
    status: CheckStatus
    observed: float | int | str | None = None
    expected: str | None = None
    severity: Severity = "error"
    message: str = ""


class Summary(Record):
    """How many checks there were, by how they ended."""

    checks: int
    passed: int
    warned: int
    failed: int

    @classmethod
    def of(cls, checks: Iterable[Check]) -> Summary:
        """Count `checks`."""
        states = [check.status for check in checks]
        return cls(
            checks=len(states),
            passed=states.count("pass"),
            warned=states.count("warn"),
            failed=states.count("fail"),
        )


class Verdict(Record):
    """The judgement of one build. `verdict_id` is a digest of the rest, so a damaged file is noticed."""

    schema_version: int = SCHEMA_VERSION
    verdict_id: str = ""
    status: Status
    build_id: str
    as_of: Instant
    created_at: Instant
    fingerprint: dict[str, str] = Field(default_factory=dict)
    summary: Summary
    checks: list[Check] = Field(default_factory=list)

    @property
    def is_passing(self) -> bool:
        """May this build be published?"""
        return self.status in ("pass", "warn")

    @property
    def findings(self) -> list[Check]:
        """The checks that did not pass, errors first."""
        return sorted(
            (c for c in self.checks if c.status != "pass"), key=lambda c: (c.status != "fail", c.name)
        )

    def digest(self) -> str:
        """16 hex digits over everything but `verdict_id`."""
        content = self.model_dump(mode="json", exclude={"verdict_id"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def status_of(checks: Iterable[Check]) -> Status:
    """Refuse if anything failed, warn if anything warned, else pass."""
    states = {check.status for check in checks}
    return "refuse" if "fail" in states else "warn" if "warn" in states else "pass"


def make_verdict(
    checks: list[Check], *, build_id: str, as_of: datetime | str, fingerprint: dict[str, str]
) -> Verdict:
    """The verdict that `checks` add up to, sealed with its digest."""
    verdict = Verdict.model_validate(
        {
            "status": status_of(checks),
            "build_id": build_id,
            "as_of": as_of,
            "created_at": datetime.now(UTC),
            "fingerprint": fingerprint,
            "summary": Summary.of(checks),
            "checks": checks,
        }
    )
    return verdict.model_copy(update={"verdict_id": verdict.digest()})


def store_verdict(verdict: Verdict, path: Path) -> None:
    """Replace `path` in one step: after a crash it holds the old verdict or the new one, never half of one."""
    write_atomically(path, verdict.model_dump_json(indent=1) + "\n")
    folder = os.open(path.parent, os.O_RDONLY)  # the rename itself must be on the disk too
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_verdict(path: Path) -> Verdict | None:
    """The verdict in `path`, None if there is no such file. Raises VerdictError if it cannot be trusted."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise VerdictError(f"{path} cannot be read: {error}") from error
    try:
        verdict = Verdict.model_validate_json(text)
    except ValidationError as error:
        raise VerdictError(
            f"{path} is not a verdict: {error.errors()[0]['msg']}; run again to make one"
        ) from error
    if verdict.schema_version != SCHEMA_VERSION or verdict.digest() != verdict.verdict_id:
        raise VerdictError(f"{path} was changed after it was made; run again to make a new one")
    return verdict


def load_verdict(config: Config) -> Verdict | None:
    """The newest verdict of this warehouse; see `read_verdict`."""
    return read_verdict(config.state / FILE_NAME)


def is_passing(verdict: Verdict | None, build_id: str) -> bool:
    """Does `verdict` allow the build `build_id` to be published? No verdict, or one of another build, does not."""
    return verdict is not None and verdict.build_id == build_id and verdict.is_passing
