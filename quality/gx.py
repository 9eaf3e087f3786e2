"""The only file that knows Great Expectations: validates a pandas frame and answers in plain records.

Importing GX takes five to seven seconds, so it happens inside the functions. The frames are profiles that DuckDB
computed (one row a file, a column or a mart), never the data itself: what GX sees is small however large a load is.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


@dataclass(frozen=True)
class Expectation:
    """What is expected of a profile frame, in GX's own words.

    `kind` is the name of a class in `great_expectations.expectations`, `kwargs` its arguments.
    """

    name: str
    kind: str
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How one expectation ended. `rows` are the positions in the frame that broke it, as far as GX names them."""

    expectation: Expectation
    success: bool
    rows: tuple[int, ...] = ()
    observed: float | int | str | None = None
    error: str | None = None
    """Set if the expectation could not be evaluated at all; it then counts as failed."""


@cache
def _batch_definition() -> Any:
    """An ephemeral context with one in-memory asset: nothing is written, nothing is sent."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("profiles").add_dataframe_asset("profile")
    return asset.add_batch_definition_whole_dataframe("whole")


def validate(frame: pd.DataFrame, expectations: Sequence[Expectation]) -> list[Outcome]:
    """Outcomes in the order of `expectations`. The frame's index must be 0 … n−1."""
    definition = _batch_definition()
    import great_expectations as gx
    import great_expectations.expectations as kinds

    suite = gx.ExpectationSuite(
        name="profile",
        expectations=[
            getattr(kinds, one.kind)(**one.kwargs, meta={"position": position})
            for position, one in enumerate(expectations)
        ],
    )
    batch = definition.get_batch({"dataframe": frame})
    result = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    found = {int(one.expectation_config.meta["position"]): one for one in result.results}
    return [_outcome(one, found.get(position)) for position, one in enumerate(expectations)]


def _outcome(expectation: Expectation, result: Any) -> Outcome:
    if result is None:
        return Outcome(expectation, success=False, error="Great Expectations gave no result")
    details = result.result or {}
    values = details.get("partial_unexpected_list") or []
    observed = details.get("observed_value", values[0] if values else None)
    return Outcome(
        expectation,
        success=bool(result.success),
        rows=tuple(int(row) for row in details.get("unexpected_index_list") or ()),
        observed=observed if isinstance(observed, (int, float, str)) else None,
        error=_error(result),
    )


def _error(result: Any) -> str | None:
    """The first exception's message; GX nests them by metric, or gives one at the top."""
    info = result.exception_info or {}
    for one in [info, *(value for value in info.values() if isinstance(value, dict))]:
        if one.get("raised_exception"):
            return str(one.get("exception_message"))
    return None
