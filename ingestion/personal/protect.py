"""Drop, hash or mask the declared columns of a batch, before anything of it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pyarrow as pa

from ingestion.personal import normalise
from ingestion.personal.key import Key
from ingestion.personal.kinds import KEY_VERSION_COLUMN, Kind, needs_key
from ingestion.personal.masking import mask_text


def hash_values(values: Iterable[str | None], kind: Kind, key: Key, region: str | None) -> list[str | None]:
    """Lower-case hex HMAC-SHA256 of the normalised values; None where a value is empty or masked by its source.

    `region`: the country of phone numbers without a country code.
    """
    spell: Callable[[str], str | None]
    if kind == "email":
        spell = normalise.email
    elif kind == "phone":
        spell = lambda value: normalise.phone(value, region)  # noqa: E731 -- one of three functions of one shape
    else:
        spell = normalise.identifier

    def hashed(value: str | None) -> str | None:
        normalised = None if value is None else spell(value)
        return None if normalised is None else key.hash(normalised)

    return [hashed(value) for value in values]


def protect(
    batch: pa.RecordBatch, declared: Mapping[str, Kind], key: Key | None, region: str | None
) -> pa.RecordBatch:
    """The batch without `drop` columns, with hashes or marks in the others, and `_pii_key_version` if hashed.

    Columns that `declared` names and the batch lacks are passed over: who reads the file has judged that.
    """
    names: list[str] = []
    arrays: list[pa.Array] = []
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        kind = declared.get(name, "keep")
        if kind == "drop":
            continue
        names.append(name)
        arrays.append(array if kind == "keep" else _each_distinct(array, _function(kind, key, region)))
    if needs_key(declared):
        assert key is not None
        names.append(KEY_VERSION_COLUMN)
        arrays.append(pa.array([key.version] * batch.num_rows, pa.string()))
    if not arrays:
        # Every column was dropped. The rows still count, so there has to be a column to carry them.
        return pa.record_batch([pa.nulls(batch.num_rows, pa.string())], names=["_nothing"])
    return pa.record_batch(arrays, names=names)


def _function(
    kind: Kind, key: Key | None, region: str | None
) -> Callable[[list[str | None]], list[str | None]]:
    if kind == "text":
        return lambda values: [None if value is None else mask_text(value, region) for value in values]
    assert key is not None
    return lambda values: hash_values(values, kind, key, region)


def _each_distinct(array: pa.Array, function: Callable[[list[str | None]], list[str | None]]) -> pa.Array:
    """Apply a function to the distinct values as text, and give each row its result (a string array)."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    encoded = array.cast(pa.string()).dictionary_encode()
    return pa.array(function(encoded.dictionary.to_pylist()), pa.string()).take(encoded.indices)
