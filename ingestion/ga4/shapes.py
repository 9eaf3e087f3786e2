"""SQL that brings the events of a file, nested Parquet types or lines of JSON, to one shape; and what is wrong with
them if they have another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from ingestion.files.problems import UnreadableError
from ingestion.ga4.columns import ALWAYS, ITEM, LISTS, RECORDS, REQUIRED, SCALARS
from ingestion.mapping.casts import identifier, literal

_VALUES = ("string_value", "int_value", "float_value", "double_value")
_JSON_PARAMS = '[{"key":"VARCHAR","value":{' + ",".join(f'"{name}":"VARCHAR"' for name in _VALUES) + "}}]"
_JSON_ITEMS = "[{" + ",".join(f'"{name}":"VARCHAR"' for name in ITEM.values()) + "}]"
PARAM_LISTS = ("event_params", "user_properties")


class JsonShape:
    """Events as lines of JSON: the relation has the column `line`, a JSON value."""

    columns: tuple[str, ...] = ()
    """What a file has is only known of each line."""

    def scalar(self, path: str) -> str:
        """A value of the event's record as text."""
        return f"(line ->> '$.{path}')"

    def params(self, column: str) -> str:
        """A list of {key, value} with the value as text."""
        return _flat(f"from_json(line -> '$.{column}', {literal(_JSON_PARAMS)})", _VALUES)

    def items(self) -> str:
        """The items, all of their fields as text."""
        return f"from_json(line -> '$.items', {literal(_JSON_ITEMS)})"

    def other(self, column: str) -> str:
        """Any other column as text."""
        return f"(line ->> {literal(_path(column))})"

    def problems(self) -> str:
        """What is wrong with a line, or NULL."""
        kinds = [f"when not json_exists(line, '$.{name}') then 'has no {name}'" for name in ALWAYS]
        kinds += [_unlike(name, "ARRAY", "a list") for name in LISTS]
        kinds += [_unlike(name, "OBJECT", "a record") for name in RECORDS]
        kinds += [
            f"when json_type(line, '$.{name}') in ('ARRAY', 'OBJECT')"
            f" then '{name} is no single value but ' || lower(json_type(line, '$.{name}'))"
            for name in ("event_timestamp", "event_name", "user_pseudo_id")
        ]
        return (
            "case when json_type(line) <> 'OBJECT' then 'is no object' "
            + " ".join(kinds)
            + " "
            + _NUMBER
            + " end"
        )


_NUMBER = (
    "when try_cast(line ->> '$.event_timestamp' as bigint) is null"
    " then 'event_timestamp is not a whole number of microseconds'"
)


class ParquetShape:
    """Events as rows of nested types. Raises UnreadableError if they are not those of an export."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self.columns = tuple(schema.names)
        missing = [name for name in REQUIRED if name not in schema.names]
        if missing:
            raise UnreadableError(
                f"has no column {', '.join(missing)}, so it is no export of events; its columns are"
                f" {', '.join(schema.names[:12])}"
            )
        for name in LISTS:
            self._must(name, _is_list, "a list of records")
        for name in RECORDS:
            self._must(name, pa.types.is_struct, "a record")
        for name in ("event_name", "user_pseudo_id"):
            self._must(name, _is_text, "text")
        self._must("event_timestamp", _is_whole, "a whole number of microseconds")

    def scalar(self, path: str) -> str:
        """A value of the event's record as text."""
        if self._at(path) is None:
            return "cast(null as varchar)"
        return f"cast({'.'.join(identifier(part) for part in path.split('.'))} as varchar)"

    def params(self, column: str) -> str:
        """A list of {key, value} with the value as text."""
        if column not in self._schema.names:
            return "null"
        value = _field(self._schema.field(column).type.value_type, "value")
        given = [name for name in _VALUES if value is not None and _field(value, name) is not None]
        return _flat(identifier(column), given)

    def items(self) -> str:
        """The items, all of their fields as text."""
        if "items" not in self._schema.names:
            return "null"
        record = self._schema.field("items").type.value_type
        fields = [
            f"{name} := cast({f'one.{name}' if _field(record, name) is not None else 'null'} as varchar)"
            for name in ITEM.values()
        ]
        return f"list_transform(items, lambda one: struct_pack({', '.join(fields)}))"

    def other(self, column: str) -> str:
        """Any other column as text; nested ones as JSON."""
        kind = self._schema.field(column).type
        name = identifier(column)
        return f"cast(to_json({name}) as varchar)" if pa.types.is_nested(kind) else f"cast({name} as varchar)"

    def problems(self) -> str:
        """What is wrong with a row, or NULL."""
        return " ".join(["case", *(f"when {name} is null then 'has no {name}'" for name in ALWAYS), "end"])

    def _at(self, path: str) -> pa.DataType | None:
        first, *rest = path.split(".")
        found = self._schema.field(first).type if first in self._schema.names else None
        for name in rest:
            found = _field(found, name) if found is not None else None
        return found

    def _must(self, name: str, test: Callable[[pa.DataType], bool], wanted: str) -> None:
        if name in self._schema.names and not test(self._schema.field(name).type):
            raise UnreadableError(
                f"{name} is {_short(self._schema.field(name).type)}, which should be {wanted}"
            )


Shape = JsonShape | ParquetShape


def scalars(shape: Shape) -> dict[str, str]:
    """SQL of each of SCALARS."""
    return {name: shape.scalar(path) for name, path in SCALARS.items()}


def _flat(params: str, given: Sequence[str]) -> str:
    values = ", ".join(f"cast(one.value.{name} as varchar)" for name in given) or "null"
    return f"list_transform({params}, lambda one: struct_pack(key := one.key, value := coalesce({values}, null)))"


def _unlike(name: str, kind: str, wanted: str) -> str:
    found = f"json_type(line, '$.{name}')"
    return f"when {found} not in ('{kind}', 'NULL') then '{name} is ' || lower({found}) || ', which should be {wanted}'"


def _path(column: str) -> str:
    return '$."' + column.replace('"', "") + '"'


def _field(kind: pa.DataType, name: str) -> pa.DataType | None:
    if not pa.types.is_struct(kind) or kind.get_field_index(name) < 0:
        return None
    return kind.field(name).type


def _is_list(kind: pa.DataType) -> bool:
    listed = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    return bool(listed and pa.types.is_struct(kind.value_type))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind))


def _is_whole(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind)) or _is_text(kind)


def _short(kind: pa.DataType) -> str:
    return str(kind)[:60]
