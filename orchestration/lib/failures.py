"""How a step fails: one clear description in Dagster's history, and a kind from which the exit code follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import dagster as dg

from ingestion.config_errors import ConfigError
from ingestion.lock import LockedError
from ingestion.source import SourceError
from orchestration.lib.errors import GateRefused, OpsmartError

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
