"""How a step fails: one clear description in Dagster's history, and a kind from which the exit code follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, cast

import dagster as dg

from ingestion.config_errors import ConfigError
from ingestion.lock import LockedError
from ingestion.source import SourceError
from orchestration.lib.errors import GateRefused, OpsmartError

if TYPE_CHECKING:
    from dagster_shared.error import SerializableErrorInfo

KIND = "opsmart/kind"
Kind = Literal["gate", "configuration", "run"]


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn the errors that a person can act on into a `dagster.Failure` without a traceback."""
    try:
        yield
    except (OpsmartError, ConfigError, LockedError, SourceError) as error:
        raise dg.Failure(str(error), metadata={KIND: kind_of(error)}, allow_retries=False) from error


def kind_of(error: Exception) -> Kind:
    """What sort of failure it is."""
    if isinstance(error, GateRefused):
        return "gate"
    return "configuration" if isinstance(error, ConfigError) else "run"


def failure_of(events: Sequence[dg.DagsterEvent]) -> tuple[Kind, str]:
    """What failed first in a run: the text of our own errors as it is, of others with where they happened."""
    for event in events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data is not None:
                told = data.user_failure_data.metadata.get(KIND)
                kind = cast("Kind", told.value) if told else "run"
                return kind, data.user_failure_data.description or f"{event.step_key} failed"
            if data.error is not None:
                return _of_error(str(event.step_key), data.error)
    messages = [event.message for event in events if event.is_failure and event.message]
    return "run", messages[0] if messages else "the run failed; its history says more (opsmart dev)"


def _of_error(step: str, error: SerializableErrorInfo) -> tuple[Kind, str]:
    while error.cause is not None:
        error = error.cause
    if error.cls_name == "DagsterAssetCheckFailedError":
        return "gate", "the publish gate refuses"
    if error.cls_name == "DagsterExecutionInterruptedError":
        return "run", "interrupted"
    return "run", f"{step}: {' '.join(error.message.split())}"
