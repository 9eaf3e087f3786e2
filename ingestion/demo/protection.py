"""What becomes of the personal columns of the simulated tables before anything is written."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

from ingestion.personal.key import Key
from ingestion.personal.kinds import Kind
from ingestion.personal.protect import protect

PERSONAL: Mapping[str, Mapping[str, Kind]] = {
    "customers": {
        "email": "email",
        "phone": "phone",
        "first_name": "drop",
        "last_name": "drop",
        "address": "drop",
    },
    "orders": {
        "email": "email",
        "phone": "phone",
        "recipient_name": "drop",
        "shipping_address": "hash",
        "device_id": "hash",
    },
    "promotions": {"name": "keep"},
    "reviews": {"body": "text"},
    "events": {"search_term": "text"},
}
HASH_NAMES = {
    "email": "email_hash",
    "phone": "phone_hash",
    "shipping_address": "address_hash",
    "device_id": "device_hash",
}
"""The columns keep their place and take the canonical names once they hold hashes."""


def protected(frame: pl.DataFrame, entity: str, key: Key, region: str | None = None) -> pa.Table:
    """The rows of an entity as Arrow, with hashes for e-mails and phones and without names and addresses.

    `region` is the country of phone numbers without a country code (ISO 3166).
    """
    table = plain(frame)
    declared = PERSONAL.get(entity)
    if declared is None:
        return table
    batches = [protect(batch, declared, key, region) for batch in table.combine_chunks().to_batches()]
    if not batches:  # a table without rows has no batches
        empty = pa.RecordBatch.from_pylist([], schema=table.schema)
        batches = [protect(empty, declared, key, region)]
    result = pa.Table.from_batches(batches)
    return result.rename_columns([HASH_NAMES.get(name, name) for name in result.column_names])


def plain(frame: pl.DataFrame) -> pa.Table:
    """Arrow with the types that every reader knows: text as `string`, not polars' views."""
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    fields = [
        field.with_type(pa.string()) if pa.types.is_large_string(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))
