"""Looking at shapes first finds what looking at every value finds."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.personal import detect
from ingestion.personal.masking import PHONE
from ingestion.personal.shapes import SHAPES, Texts

PATTERNS = {
    "plus": detect._PLUS,
    "mobile inside": detect._MOBILE_INSIDE,
    **{name: expression for name, (expression, _, _) in detect._SHARES.items()},
}


def suspects(pattern: str, *values: str | None) -> list[str | None]:
    return Texts(pa.array(values, pa.string())).suspects(pattern).to_pylist()


def test_every_pattern_has_a_shape():
    assert PATTERNS.keys() | {"words"} == SHAPES.keys()


def has_digits(value: str) -> bool:
    """As many as the shortest number of any pattern has; with fewer nothing is looked at."""
    return re.search(r"[0-9](?:[ ().\-]*[0-9]){6}", value) is not None


@pytest.mark.parametrize("pattern", PATTERNS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_matches_has_the_shape(pattern, data):
    expression = PATTERNS[pattern].replace(r"\s", "[ \t]").replace("$", r"\Z")
    value = data.draw(st.from_regex(expression).filter(has_digits))
    assert suspects(pattern, "x", value) == [value]


@given(st.from_regex(PHONE, alphabet=st.characters(codec="ascii")).filter(has_digits))
@settings(max_examples=60, deadline=None)
def test_whatever_holds_a_phone_number_and_words_has_the_shape(number):
    assert suspects("words", None, f"call {number}") == [f"call {number}"]


def test_dates_amounts_and_codes_are_no_suspects():
    for value in ("2026-11-23 10:00:00", "2026-11-23T10:00:00Z", "1,234,567.89", "SO-2026/000123", "123456"):
        for pattern in SHAPES:
            assert suspects(pattern, value) == []


def test_slices_and_nulls_keep_their_places():
    array = pa.array(["x", "13812345678", None, "", "13912345678", "y"], pa.string()).slice(1, 4)
    assert Texts(array).suspects("mobile").to_pylist() == ["13812345678", "13912345678"]
    assert Texts(array).filled == 2
    assert Texts(array.slice(1, 2)).suspects("mobile").to_pylist() == []
    assert Texts(array[:0]).filled == 0
    assert Texts(pa.nulls(2, pa.string())).suspects("mobile").to_pylist() == []
