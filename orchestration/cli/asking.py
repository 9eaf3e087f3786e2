"""A question to a release and its answer, in the format that was asked for."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def answer(connection: duckdb.DuckDBPyConnection, query: str, form: Format, output: Path | None) -> None:
    """Run a query and write its answer. Raises UsageProblem with DuckDB's message if it is not one."""
    import duckdb

    from orchestration.cli.output import write
    from orchestration.lib.errors import UsageProblem

    if not query.strip():
        raise UsageProblem('there is no question: opsmart sql "select …"')
    if form is Format.parquet and output is None and sys.stdout.isatty():
        raise UsageProblem("Parquet is not for a terminal: give --output FILE")
    try:
        result = connection.execute(query)
        write(result, form.value, output)
    except duckdb.Error as error:
        raise UsageProblem(readable(error)) from error


def readable(error: Exception) -> str:
    """DuckDB's message without the lines that only repeat the query."""
    lines = [line.rstrip() for line in str(error).splitlines()]
    return "\n".join(
        line for line in lines if line and not line.startswith(("LINE ", "  ")) and "^" not in line
    ) or str(error)
