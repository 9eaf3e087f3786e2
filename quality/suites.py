"""What is expected of profile frames: suites in plain records that `gx.py` hands to Great Expectations.

The bounds of the marts come from their ymls: `mart_suite.py`.
"""

from __future__ import annotations

from quality.gx import Expectation

BETWEEN = "ExpectColumnValuesToBeBetween"


def landed_columns(max_reject_share: float) -> list[Expectation]:
    """Of the frame with one row per file and raw column, `judgement.columns_frame`."""
    return [
        Expectation("missing_column", BETWEEN, {"column": "missing", "max_value": 0}),
        Expectation("bad_values", BETWEEN, {"column": "bad_share", "max_value": max_reject_share}),
    ]


def landed_files(max_reject_share: float) -> list[Expectation]:
    """Of the frame with one row per file, `judgement.files_frame`."""
    return [
        Expectation("damaged", "ExpectColumnValuesToBeNull", {"column": "damage"}),
        Expectation("lost_rows", BETWEEN, {"column": "lost_rows", "min_value": 0, "max_value": 0}),
        Expectation("too_many_rejects", BETWEEN, {"column": "reject_share", "max_value": max_reject_share}),
        Expectation("stuck_rows", BETWEEN, {"column": "stuck_rows", "max_value": 0}),
        Expectation("nothing_usable", BETWEEN, {"column": "is_useless", "max_value": 0}),
    ]


def bounds() -> list[Expectation]:
    """Of a frame with one row per bound, `bounds.broken`."""
    columns = {"column_A": "larger", "column_B": "smaller", "or_equal": True}
    return [Expectation("bounds", "ExpectColumnPairValuesAToBeGreaterThanB", columns)]
