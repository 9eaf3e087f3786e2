"""Checks what a mapping says of single columns: formats of times, fixed values, and names of functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import duckdb

from ingestion.config_errors import Issue, Location, nearest
from ingestion.contracts import ContractColumn
from ingestion.mapping.casts import cast, expected, identifier, literal, text
from ingestion.mapping.mapped import Mapped
from ingestion.mapping.selects import RAW, lookup
from ingestion.mapping.times import EPOCHS, EXCEL
from ingestion.settings import ColumnSettings

_OURS = ["_load_id varchar", "_load_seq bigint", "_file varchar", "_row bigint", "_deleted boolean"]


def value_issues(mapped: Sequence[Mapped], text_inputs: Collection[str] = ()) -> list[Issue]:
    """Issues of all mappings of one source; locations are below the source. In `text_inputs` every raw column is
    text, so that the types in a select can be checked too."""
    issues: list[Issue] = []
    with duckdb.connect() as connection:
        for one in mapped:
            if not one.derived:
                found = list(_options(one, connection))
                issues += found or _binding(one, connection, one.mapping.input in text_inputs)
    return issues


def _options(one: Mapped, connection: duckdb.DuckDBPyConnection) -> Iterator[Issue]:
    location = one.mapping.location
    for name, options in (one.mapping.columns or {}).items():
        at: Location = (*location, "columns", name)
        column = one.contract.columns.get(name.lower())
        if column is not None:
            yield from _fitting(options, column, at, connection)
        yield from _formats(options, at, connection)
    if one.mapping.version is not None:
        yield from _formats(one.mapping.version, (*location, "version"), connection)


def _fitting(
    options: ColumnSettings, column: ContractColumn, at: Location, connection: duckdb.DuckDBPyConnection
) -> Iterator[Issue]:
    if options.format and column.data_type not in ("timestamp", "date"):
        yield Issue((*at, "format"), f"is for times; {column.name} is {column.data_type}")
    if options.id and column.data_type != "varchar":
        yield Issue((*at, "id"), f"is for identifiers; {column.name} is {column.data_type}")
    if options.value is None:
        return
    typed = cast("given", "given", column.data_type, "UTC")
    row = connection.execute(
        f"select {typed} from (select {text('$1')} as given)", [options.value]
    ).fetchone()
    if row is None or row[0] is None or (column.accepted and str(row[0]).lower() not in column.accepted):
        wanted = f"one of {', '.join(column.accepted)}" if column.accepted else expected(column.data_type)
        yield Issue((*at, "value"), f"{options.value!r} is not {wanted}", _near(options.value, column))


def _near(value: str, column: ContractColumn) -> str | None:
    found = nearest(value, column.accepted)
    return f"did you mean {found}?" if found else None


def _formats(options: ColumnSettings, at: Location, connection: duckdb.DuckDBPyConnection) -> Iterator[Issue]:
    for form in options.format:
        if form in EPOCHS or form == EXCEL:
            continue
        try:
            connection.execute(f"select try_strptime('', {literal(form)})")
        except duckdb.Error as error:
            message = str(error).partition("\n")[0].rpartition(": ")[2]
            yield Issue((*at, "format"), f"{form!r} is not a format: {message}", "such as %d/%m/%Y %H:%M")
        else:
            if "%" not in form:
                yield Issue((*at, "format"), f"{form!r} has no sign of strptime", "such as %d/%m/%Y %H:%M")


def _binding(one: Mapped, connection: duckdb.DuckDBPyConnection, is_text: bool) -> Iterator[Issue]:
    """Has DuckDB plan the select over an empty table: unknown functions and types always, and what cannot be done
    with text where the input is text. Which columns the files have is not known here."""
    version = one.mapping.version
    names = {name.lower(): name for name in one.select.raw_columns}
    if version is not None and not one.version_is_output:
        names.setdefault(str(version.column).lower(), str(version.column))
    columns = [f"{identifier(name)} varchar" for name in names.values()]
    columns += _OURS
    connection.execute(f"create or replace temp table {RAW} ({', '.join(columns)})")
    for other, read in one.select.lookups.items():
        columns = [f"{identifier(name)} varchar" for name in {*read, *one.lookup_keys[other]}]
        connection.execute(f"create or replace temp table {lookup(other)} ({', '.join([*columns, *_OURS])})")
    try:
        connection.execute(f"explain {one.select.over_raw()}")
    except duckdb.CatalogException as error:
        yield _refused(one, error)
    except duckdb.BinderException as error:
        if is_text and "not found in FROM clause" not in str(error):
            yield _refused(one, error)
    except duckdb.Error:  # about values, of which there are none
        pass


def _refused(one: Mapped, error: duckdb.Error) -> Issue:
    message, _, rest = str(error).partition("\n")
    key = "select" if one.mapping.select is not None else "where"
    hint = rest.partition("\n")[0] if rest.startswith("Did you mean") else None
    said = message.partition("Error: ")[2].rstrip("!")
    return Issue((*one.mapping.location, key), f"DuckDB refuses it: {said}", hint.lower() if hint else None)
