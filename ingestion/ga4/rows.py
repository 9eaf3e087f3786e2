"""Events of one shape → the columns that land, protected, batch by batch and in memory only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.files.problems import UnreadableError
from ingestion.ga4.columns import KNOWN, MINOR_PARAMS, OURS, PARAMS
from ingestion.ga4.shapes import PARAM_LISTS, Shape, scalars
from ingestion.mapping.casts import identifier, literal
from ingestion.personal.key import Key
from ingestion.personal.kinds import Kind
from ingestion.personal.names import personal_kind
from ingestion.personal.protect import hash_values
from ingestion.web.addresses import campaign, query
from ingestion.web.masking import emails_masked, masked_addresses, masked_texts

_ADDRESSES = ("page_location", "page_referrer")
_TEXTS = ("page_title", "screen", "search_term", "other_params", "user_properties")
_CAMPAIGNS = ("collected_source", "collected_medium", "collected_campaign", "collected_content", "collected_term",
              "param_source", "param_medium", "param_campaign", "param_content", "param_term", "utm_source",
              "utm_medium", "utm_campaign", "utm_content", "utm_term", "first_source", "first_medium",
              "first_campaign", "user_pseudo_id", "transaction_id")  # fmt: skip


@dataclass
class Rows:
    """Makes the columns of the events of a day; counts what it leaves out."""

    user_id: str
    """keep, hash, email or drop."""
    region: str | None
    key: Key | None
    without_visitor: int = 0
    """Events of visitors who consented to nothing: they have no id, so they are in no visit."""
    personal: set[str] = field(default_factory=set)
    """Names of parameters and columns that look personal and were left out."""
    others: set[str] = field(default_factory=set)
    """Columns of the export that nobody knows yet."""
    events: int = 0

    def of(
        self, duck: duckdb.DuckDBPyConnection, shape: Shape, given: pa.Table, first: int
    ) -> Iterator[pa.Table]:
        """Rows of `given`, whose first has the number `first`. Raises UnreadableError, naming the row."""
        with _registered(duck, "given", given):
            self._check(duck, shape, first)
            step = duck.sql(self._flat(shape, self._unknown(duck, shape))).to_arrow_table()
        keys = self._unwanted(duck, step)
        with _registered(duck, "flat", step):
            made = duck.sql(self._columns(step.schema.names, keys)).to_arrow_table()
        self.events += made.num_rows
        with_visitor = made.filter(pc.is_valid(made.column("user_pseudo_id")))
        self.without_visitor += made.num_rows - with_visitor.num_rows
        if with_visitor.num_rows:
            yield self._protected(with_visitor, first)

    def _check(self, duck: duckdb.DuckDBPyConnection, shape: Shape, first: int) -> None:
        found = duck.sql(
            f"select _n, problem from (select _n, {shape.problems()} as problem from given) as looked_at"
            " where problem is not null order by _n limit 1"
        ).fetchone()
        if found is not None:
            raise UnreadableError(f"{'line' if not shape.columns else 'row'} {found[0] + first}: {found[1]}")

    def _flat(self, shape: Shape, unknown: set[str]) -> str:
        """SQL: scalars as text, the two lists of parameters and the items in one shape, and unknown columns."""
        said = {name: f"nullif(nullif({sql}, ''), '(not set)')" for name, sql in scalars(shape).items()}
        said |= {f"_{name}": shape.params(name) for name in PARAM_LISTS}
        said["items"] = shape.items()
        for name in sorted(unknown):
            said[name] = shape.other(name)
        listed = ", ".join(f"{sql} as {identifier(name)}" for name, sql in said.items())
        return f"select _n, {listed} from given"

    def _unknown(self, duck: duckdb.DuckDBPyConnection, shape: Shape) -> set[str]:
        """Columns of `given` that nobody knows yet, without those that look personal."""
        columns = shape.columns
        if not columns:
            keys = duck.sql("select distinct unnest(json_keys(line)) from given").fetchall()
            columns = tuple(name for (name,) in keys)
        new = {name for name in columns if name not in KNOWN and name not in OURS}
        personal = {name for name in new if personal_kind(name, [*columns, "customer"])}
        self.personal |= personal
        self.others |= new - personal
        return new - personal

    def _unwanted(self, duck: duckdb.DuckDBPyConnection, step: pa.Table) -> set[str]:
        """Names of parameters that look personal."""
        found: set[str] = set()
        with _registered(duck, "flat", step):
            for column in PARAM_LISTS:
                names = duck.sql(
                    f"select distinct unnest(list_transform(_{column}, lambda one: one.key)) from flat"
                ).fetchall()
                found |= {name for (name,) in names if name and personal_kind(name, [name, "customer"])}
        found -= PARAMS.keys() | set(PARAMS.values()) | MINOR_PARAMS
        self.personal |= found
        return found

    def _columns(self, names: list[str], unwanted: set[str]) -> str:
        kept = [
            name
            for name in names
            if name not in ("_event_params", "_user_properties", "transaction_id", "gclid")
        ]
        columns = [identifier(name) for name in kept]
        columns += [
            f"nullif(nullif(_values[list_position(_keys, {literal(key)})], ''), '(not set)') as {name}"
            for name, key in PARAMS.items()
            if name != "param_transaction_id"
        ]
        place = f"_values[list_position(_keys, {literal(PARAMS['param_transaction_id'])})]"
        columns.append(
            f"coalesce(transaction_id, nullif(nullif({place}, ''), '(not set)')) as transaction_id"
        )
        location = f"_values[list_position(_keys, {literal(PARAMS['page_location'])})]"
        for name, sql in campaign(query(location)).items():
            said = (
                f"coalesce({sql}, case when gclid is not null then 'gclid' end)"
                if name == "click_id"
                else sql
            )
            columns.append(f"{said} as {name}")
        left_out = [*PARAMS.values(), *MINOR_PARAMS, *sorted(unwanted)]
        columns.append(f"{_others('_event_params', left_out)} as other_params")
        columns.append(f"{_others('_user_properties', sorted(unwanted))} as user_properties")
        return (
            f"select {', '.join(columns)} from (select *, list_transform(_event_params, lambda one: one.key) as _keys,"
            " list_transform(_event_params, lambda one: one.value) as _values from flat) as listed"
        )

    def _protected(self, made: pa.Table, first: int) -> pa.Table:
        columns = {name: made.column(name) for name in made.schema.names}
        for name in _ADDRESSES:
            columns[name] = masked_addresses(columns[name], self.region)
        for name in (*_TEXTS, *sorted(self.others & columns.keys())):
            columns[name] = masked_texts(columns[name], self.region)
        for name in _CAMPAIGNS:
            columns[name] = emails_masked(columns[name])
        self._protect_user(columns)
        columns["_n"] = pc.add(columns["_n"], first)
        return pa.table(columns)

    def _protect_user(self, columns: dict[str, pa.ChunkedArray]) -> None:
        users = columns["user_id"]
        if self.user_id == "drop":
            del columns["user_id"]
        elif self.user_id == "keep":
            if pc.any(pc.match_substring(users, "@")).as_py():
                raise UnreadableError(
                    "user_id looks like e-mail addresses, so nothing of the day was copied: set user_id: email"
                    " (the keyed hash that matches those of e-mail addresses elsewhere), hash or drop"
                )
        else:
            assert self.key is not None
            coded = users.combine_chunks().dictionary_encode()
            kind: Kind = "email" if self.user_id == "email" else "hash"
            values = hash_values(coded.dictionary.to_pylist(), kind, self.key, self.region)
            columns["user_id"] = pa.chunked_array([pa.array(values, pa.string()).take(coded.indices)])


def _others(column: str, left_out: list[str]) -> str:
    """JSON of the parameters that have no column of their own."""
    names = ", ".join(literal(name) for name in left_out) or "''"
    rest = f"list_filter({column}, lambda one: one.key not in ({names}))"
    return f"case when len({rest}) > 0 then cast(to_json({rest}) as varchar) end"


class _registered:  # noqa: N801 -- used like a function
    """A table that DuckDB sees for as long as it takes."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
        self._duck, self._name, self._table = duck, name, table

    def __enter__(self) -> None:
        self._duck.register(self._name, self._table)

    def __exit__(self, *_: object) -> None:
        self._duck.unregister(self._name)
