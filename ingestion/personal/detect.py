"""Does a column that nobody has declared hold personal data? By its name, and by every value in it.

What is looked for in the values: e-mail addresses anywhere, phone numbers with a country code and Chinese mobile
numbers inside text, columns of which a good part are phone numbers or Chinese identity numbers, and personal
names of keys inside JSON. Names of people cannot be told from other words; only a column's name gives them away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.personal.kinds import Kind
from ingestion.personal.masking import EMAIL, EMAIL_ANY_SCRIPT, PHONE, is_valid_phone, shape
from ingestion.personal.names import personal_kind
from ingestion.personal.shapes import Texts

_HAS_AT = "@|＠|%40"
_PLUS = r"(?:^|[^0-9A-Za-z])[+＋][1-9][0-9 ().\-]{6,18}[0-9](?:$|[^0-9A-Za-z])"
_MOBILE = r"(?:\+?86[ \-]?)?1[3-9][0-9][ \-]?[0-9]{4}[ \-]?[0-9]{4}"
_MOBILE_INSIDE = rf"(?:^|[^0-9A-Za-z.+\-_/]){_MOBILE}(?:$|[^0-9A-Za-z.\-_/])"
_SHARES: Mapping[str, tuple[str, float, Kind]] = {
    # Of the values that are not empty, at least this share: one order number may look like a phone number, but
    # not every tenth.
    "mobile": (rf"^\s*{_MOBILE}(?:\.0)?\s*$", 0.10, "phone"),
    "north american": (
        r"^\s*(?:\+?1[ .\-])?\(?[2-9][0-9]{2}\)?[ .\-]{1,2}[2-9][0-9]{2}[ .\-][0-9]{4}\s*$",
        0.20,
        "phone",
    ),
    "with area code": (r"^\s*\(?0[1-9][0-9]{1,4}\)?[ \-/][0-9]{3,8}(?:[ \-][0-9]{3,4})?\s*$", 0.20, "phone"),
    "national": (r"^0[1-9][0-9]{8,9}$", 0.50, "phone"),
    "identity number": (
        r"^[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]$",
        0.10,
        "drop",
    ),
}
_JSON_KEY = re.compile(r'"([^"\\]{1,60})"\s*:')
_JUDGED = 50
"""Candidates judged one by one in Python per column and batch, where a pattern alone cannot decide."""


@dataclass(frozen=True)
class Finding:
    """A column that looks personal, the first row (1-based) that shows it, and the kind to suggest."""

    column: str
    kind: Kind
    row: int | None
    value: str
    """The value's shape, nothing of the value itself."""


@dataclass
class _Column:
    by_name: Kind | None = None
    found: Finding | None = None
    filled: int = 0
    hits: dict[str, int] = field(default_factory=dict)
    first: dict[str, tuple[int | None, str]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)


class Screen:
    """Looks at a file batch by batch; `findings` tells at the end."""

    def __init__(self, declared: Mapping[str, Kind], region: str | None = None) -> None:
        self._declared, self._region = declared, region
        self._columns: dict[str, _Column] = {}

    def look(self, batch: pa.RecordBatch | pa.Table, numbers: pa.Array) -> None:
        """Look at all undeclared columns of a batch; `numbers` are its rows' numbers."""
        for name in batch.schema.names:
            if name in self._declared:
                continue
            seen = self._columns.setdefault(name, _Column())
            if seen.found is None:
                for label, array, aligned in _leaves(name, batch.column(name)):
                    self._look_at(name, seen, label, array, numbers if aligned else None)

    def findings(self, columns: Sequence[str]) -> list[Finding]:
        """What was found, in the order of the columns: those of the whole file."""
        undeclared = [name for name in columns if name not in self._declared]
        judged = (self._judge(name, self._columns.get(name, _Column()), columns) for name in undeclared)
        return [finding for finding in judged if finding]

    def header_values(self, columns: Sequence[str]) -> str:
        """Shapes of column names that are themselves e-mail addresses or phone numbers; '' if there are none."""
        return ", ".join(
            shape(name) for name in columns if EMAIL.search(name) or re.match(_SHARES["mobile"][0], name)
        )

    def _look_at(
        self, name: str, seen: _Column, label: str, array: pa.Array, numbers: pa.Array | None
    ) -> None:
        texts = Texts(array)
        seen.filled += texts.filled
        if label != name:
            seen.by_name = seen.by_name or personal_kind(label.rsplit(".", 1)[-1], [name])
        if "name" not in seen.first and (first := _first_filled(array)):
            seen.first["name"] = (_row_of(array, first, numbers), shape(first))
        if hit := _email_in(texts) or _phone_in(texts, self._region) or _key_in(texts, name, seen.keys):
            seen.found = Finding(name, hit[0], _row_of(array, hit[1], numbers), shape(hit[1]))
        else:
            self._count_shares(seen, texts, numbers)

    def _count_shares(self, seen: _Column, texts: Texts, numbers: pa.Array | None) -> None:
        for pattern, (expression, _, _) in _SHARES.items():
            suspects = texts.suspects(pattern)
            hits = suspects.filter(pc.match_substring_regex(suspects, expression))
            if not len(hits):
                continue
            if pattern == "national" and not self._rings(pc.unique(hits)):
                continue
            seen.hits[pattern] = seen.hits.get(pattern, 0) + len(hits)
            value = hits[0].as_py()
            seen.first.setdefault(pattern, (_row_of(texts.array, value, numbers), shape(value)))

    def _rings(self, hits: pa.Array) -> bool:
        """Are most of these plain runs of digits numbers of the region? (Else they are bar codes or ids.)"""
        if self._region is None:
            return False
        sample = hits[:_JUDGED].to_pylist()
        return 2 * sum(is_valid_phone(value, self._region) for value in sample) >= len(sample)

    def _judge(self, name: str, seen: _Column, columns: Sequence[str]) -> Finding | None:
        if seen.found is not None:
            return seen.found
        if kind := seen.by_name or personal_kind(name, columns):
            row, value = seen.first.get("name", (None, "its name"))
            return Finding(name, kind, row, value)
        for pattern, (_, share, kind) in _SHARES.items():
            if seen.hits.get(pattern, 0) >= max(1.0, share * seen.filled):
                row, value = seen.first[pattern]
                return Finding(name, kind, row, value)
        return None


def _email_in(texts: Texts) -> tuple[Kind, str] | None:
    if not texts.has("@", "%", "＠"):
        return None
    for value in texts.matching(_HAS_AT):
        if EMAIL.search(value) or EMAIL_ANY_SCRIPT.search(value):
            return "email" if EMAIL.fullmatch(value.strip()) else "text", value
    return None


def _phone_in(texts: Texts, region: str | None) -> tuple[Kind, str] | None:
    """A number with its country code, or one of the region or a Chinese mobile number with words around it."""
    for value in _matching(texts.suspects("mobile inside"), _MOBILE_INSIDE):
        if not re.match(_SHARES["mobile"][0], value):
            return "text", value
    for value in _matching(texts.suspects("plus"), _PLUS)[:_JUDGED]:
        if any(is_valid_phone(hit, None) for hit in _numbers(value) if "+" in hit):
            return "phone" if PHONE.fullmatch(value.strip()) else "text", value
    for value in _matching(texts.suspects("words"), r"\pL")[:_JUDGED] if region else ():
        if any(is_valid_phone(hit, region) for hit in _numbers(value) if hit[0] in "(0" or not hit.isdigit()):
            return "text", value
    return None


def _numbers(text: str) -> list[str]:
    return [hit.group() for hit in PHONE.finditer(text)]


def _key_in(texts: Texts, name: str, known: set[str]) -> tuple[Kind, str] | None:
    """JSON with a key whose name looks personal. `known` are the keys that were looked at before."""
    for value in texts.matching(r"^\s*[\[{]") if texts.has("{", "[") else ():
        for key in set(_JSON_KEY.findall(value)) - known:
            known.add(key)
            if personal_kind(key, {*known, name}):
                return "drop", value
    return None


def _leaves(name: str, column: pa.Array | pa.ChunkedArray) -> Iterator[tuple[str, pa.Array, bool]]:
    """Arrays of text inside a column (itself, its fields, its items), with their names. True: one value a row."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    yield from _text_arrays(name, array, True)


def _text_arrays(name: str, array: pa.Array, aligned: bool) -> Iterator[tuple[str, pa.Array, bool]]:
    kind = array.type
    if pa.types.is_dictionary(kind):
        yield from _text_arrays(name, array.dictionary_decode(), aligned)
    elif pa.types.is_string(kind):
        yield name, array, aligned
    elif pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_integer(kind):
        yield name, array.cast(pa.string()), aligned
    elif pa.types.is_struct(kind):
        for at in range(kind.num_fields):
            yield from _text_arrays(f"{name}.{kind.field(at).name}", pc.struct_field(array, at), aligned)
    elif pa.types.is_map(kind):
        yield from _text_arrays(name, array.keys, False)
        yield from _text_arrays(name, array.items, False)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        yield from _text_arrays(name, pc.list_flatten(array), False)


def _matching(values: pa.Array, expression: str) -> list[str]:
    """The distinct values that match, in the order in which they first come."""
    hits = pc.unique(values.filter(pc.match_substring_regex(values, expression))) if len(values) else values
    return cast("list[str]", hits.to_pylist())


def _row_of(array: pa.Array, value: str, numbers: pa.Array | None) -> int | None:
    return None if numbers is None else int(numbers[pc.index(array, value).as_py()].as_py())


def _first_filled(array: pa.Array) -> str | None:
    at = pc.index(pc.and_kleene(pc.is_valid(array), pc.not_equal(array, "")), True).as_py()
    return None if at < 0 else str(array[at].as_py())
