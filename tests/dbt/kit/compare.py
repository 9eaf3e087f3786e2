"""Two build databases, table by table and row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb


@dataclass(frozen=True)
class Difference:
    """A row that stands in one of the two databases only."""

    table: str
    side: str
    shop: str | None
    """The row's shop; of a row about a person, a shop they bought in. None if neither is known, or of all shops."""
    row: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.table}: only {self.side}: { ({k: v for k, v in self.row.items() if v is not None}) }"


def differences(incremental: Path, rebuilt: Path, leave_out: Iterable[str] = ()) -> list[Difference]:
    """Rows of the schemas canonical and main that are not the same in both, tables that are only in one included."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{incremental}' as incremental (read_only)")
        connection.execute(f"attach '{rebuilt}' as rebuilt (read_only)")
        connection.execute(
            "create temp table people as select customer_key, min(shop_id) as shop_id from ("
            "select customer_key, shop_id from incremental.main.fct_orders"
            " union select customer_key, shop_id from rebuilt.main.fct_orders) group by 1"
        )
        tables = {side: _tables(connection, side) for side in ("incremental", "rebuilt")}
        assert tables["incremental"] == tables["rebuilt"], "the databases have not the same tables or columns"
        found: list[Difference] = []
        for table, columns in tables["rebuilt"].items():
            kept = [name for name in columns if name not in set(leave_out)]
            found += _only(connection, table, kept, "incremental", "rebuilt")
            found += _only(connection, table, kept, "rebuilt", "incremental")
        return found


def _tables(connection: duckdb.DuckDBPyConnection, side: str) -> dict[str, list[str]]:
    rows = connection.execute(
        "select table_schema || '.' || table_name, list(column_name order by ordinal_position)"
        " from information_schema.columns where table_catalog = ? and table_schema in ('canonical', 'main')"
        " group by 1 order by 1",
        [side],
    ).fetchall()
    return dict(rows)


def _only(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], here: str, there: str
) -> list[Difference]:
    names = ", ".join(f'"{name}"' for name in columns)
    shop = "null"
    if "shop_id" in columns:
        shop = "nullif(shop_id, 'all')"
    elif "customer_key" in columns:
        shop = "(select shop_id from people where people.customer_key = one.customer_key)"
    result = connection.execute(
        f"select {shop} as _shop, * from ("
        f"select {names} from {here}.{table} except all select {names} from {there}.{table})"
        " as one order by all limit 20"
    )
    assert result.description is not None
    header = [one[0] for one in result.description]
    rows = [dict(zip(header, row, strict=True)) for row in result.fetchall()]
    return [Difference(table, here, row.pop("_shop"), row) for row in rows]
