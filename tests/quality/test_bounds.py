"""Many values against their bounds at once."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.bounds import Bounded, broken

DAY, NEXT = datetime.fromisoformat("2011-01-01"), datetime.fromisoformat("2011-01-02")


def test_those_out_of_their_bounds_are_named() -> None:
    ones = [
        Bounded(1, 1, 1),
        Bounded(1, 2, None),
        Bounded(1.5, None, 1.25),
        Bounded(None, 1, 1),
        Bounded(float("nan"), 1, 1),
        Bounded(7, None, None),
        Bounded(DAY, DAY, DAY),
        Bounded(DAY, NEXT, None),
        Bounded(NEXT, None, DAY),
    ]
    assert broken(ones) == {1: "", 2: "", 7: "", 8: ""}
    assert broken(ones[:1]) == broken([]) == {}


def test_what_cannot_be_compared_is_broken() -> None:
    ones = [Bounded("b", 1, None), Bounded(1, DAY, None), Bounded(DAY, None, DAY.replace(tzinfo=UTC))]
    assert broken([Bounded(1, 1, 1), *ones]) == {
        1: "number and text cannot be compared",
        2: "instant and number cannot be compared",
        3: "instant and text cannot be compared",
    }
