"""Great Expectations behind plain records."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd

from quality.gx import Expectation, validate

BETWEEN = "ExpectColumnValuesToBeBetween"


def test_rows_that_break_an_expectation_are_named() -> None:
    frame = pd.DataFrame({"share": [0.0, 0.5, None, 0.9]})
    [outcome] = validate(frame, [Expectation("share", BETWEEN, {"column": "share", "max_value": 0.4})])
    assert (outcome.success, outcome.rows) == (False, (1, 3))


def test_outcomes_keep_the_order_of_the_expectations() -> None:
    frame = pd.DataFrame({"a": [1], "b": [5]})
    suite = [
        Expectation("b", BETWEEN, {"column": "b", "max_value": 4}),
        Expectation("a", BETWEEN, {"column": "a", "max_value": 4}),
        Expectation("c", BETWEEN, {"column": "no such column", "max_value": 4}),
    ]
    b, a, c = validate(frame, suite)
    assert (b.success, b.rows) == (False, (0,))
    assert a.success
    assert not c.success
    assert c.error is not None
    assert "no such column" in c.error


def test_nothing_heavy_is_imported_with_the_package() -> None:
    code = (
        "import sys, quality.landing, quality.publish, quality.verdict, quality.people;"
        "print([m for m in ('great_expectations', 'pandas', 'dagster', 'dlt', 'sqlglot') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
