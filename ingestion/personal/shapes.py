"""A column of text looked at as a whole: which shapes its values have, so that only few need a closer look.

A value's shape has `0` for each digit and `a` for each ASCII letter; all else stays. A million dates have one shape,
and what is true of a shape is true of all of them. It takes a tenth of the time of looking at each value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.personal.masking import PHONE

_SHAPE = bytes(
    ord("0") if chr(sign).isdigit() else ord("a") if chr(sign).isalpha() else sign for sign in range(128)
) + bytes(range(128, 256))
_FEWEST = 7
"""Digits of the shortest phone number."""

_MANY_DIGITS = r"0(?:[ ().\-]*0){6}"
_MOBILE = r"(?:\+?00[ \-]?)?000[ \-]?0000[ \-]?0000"
SHAPES = {
    "plus": r"(?:^|[^0a])[+＋]0[0 ().\-]{6,18}0(?:$|[^0a])",
    "mobile inside": rf"(?:^|[^0a.+\-_/]){_MOBILE}(?:$|[^0a.\-_/])",
    "mobile": rf"^\s*{_MOBILE}(?:\.0)?\s*$",
    "north american": r"^\s*(?:\+?0[ .\-])?\(?000\)?[ .\-]{1,2}000[ .\-]0000\s*$",
    "with area code": r"^\s*\(?0{3,6}\)?[ \-/]0{3,8}(?:[ \-]0{3,4})?\s*$",
    "national": r"^0{10,11}$",
    "identity number": r"^0{17}[0a]$",
    "words": r"\pL",
}
"""What the shape of a value has if the value may match the pattern of that name in `detect.py`."""


class Texts:
    """A column of text of one batch."""

    def __init__(self, array: pa.StringArray) -> None:
        self.array = array
        _, offsets, data = array.buffers()
        ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
        self._ends = ends - ends[0] if len(ends) else np.zeros(1, np.int32)
        self._data = bytes(memoryview(data)[ends[0] : ends[-1]]) if data is not None and len(ends) else b""
        self._lengths = np.diff(self._ends)

    @cached_property
    def filled(self) -> int:
        """How many values are neither NULL nor empty."""
        if not self.array.null_count:
            return int(np.count_nonzero(self._lengths))
        return pc.sum(pc.greater(pc.binary_length(self.array), 0)).as_py() or 0

    def has(self, *signs: str) -> bool:
        """Is one of these anywhere in the column? Cheapest for single ASCII signs."""
        ascii_only = self._data.isascii()
        return any(sign.encode() in self._data for sign in signs if sign.isascii() or not ascii_only)

    def matching(self, expression: str) -> list[str]:
        """The distinct values that match, in the order in which they first come."""
        return list(
            pc.unique(self.array.filter(pc.match_substring_regex(self.array, expression))).to_pylist()
        )

    def suspects(self, pattern: str) -> pa.StringArray:
        """The values, as often as they come, whose shape has many digits and those of the pattern; often none."""
        shapes = self._shapes
        if shapes is None:
            return self.array[:0]
        found = pc.match_substring_regex(shapes.dictionary, SHAPES[pattern])
        if pattern == "words":
            found = pc.and_(found, _each(shapes.dictionary, found, PHONE.search))
        found = pc.and_(found, self._many)
        if not pc.any(found).as_py():
            return self.array[:0]
        return self.array.filter(pc.take(found, shapes.indices))

    @cached_property
    def _shapes(self) -> pa.DictionaryArray | None:
        """The shape of each value (some shape for NULL), if any could be a phone number."""
        if not len(self._lengths) or self._lengths.max() < _FEWEST:
            return None
        data = pa.py_buffer(self._data.translate(_SHAPE))
        shapes = pa.StringArray.from_buffers(len(self.array), pa.py_buffer(self._ends), data)
        encoded = shapes.dictionary_encode()
        return encoded if pc.any(self._with_many(encoded.dictionary)).as_py() else None

    @cached_property
    def _many(self) -> pa.BooleanArray:
        assert self._shapes is not None
        return self._with_many(self._shapes.dictionary)

    @staticmethod
    def _with_many(shapes: pa.StringArray) -> pa.BooleanArray:
        return pc.match_substring_regex(shapes, _MANY_DIGITS)


def _each(
    values: pa.StringArray, asked: pa.BooleanArray, judge: Callable[[str], re.Match[str] | None]
) -> pa.BooleanArray:
    """`judge` of each value that `asked` marks."""
    pairs = zip(values.to_pylist(), asked.to_pylist(), strict=True)
    return pa.array([bool(wanted) and judge(value) is not None for value, wanted in pairs], pa.bool_())
