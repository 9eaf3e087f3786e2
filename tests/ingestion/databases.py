"""A shop's database to change and to land from, of any of the three kinds; and what has landed of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ingestion import lake
from ingestion.config import Config, load_config

HEAD = """
warehouse: ./warehouse
shops:
  - {{id: main, name: Shop, timezone: Europe/London, currency: GBP}}
sources:
  - name: shop
    type: sql
    shop: main
    url: ${{SHOP_DB_URL}}
{options}
    inputs:
{inputs}
    entities:
{entities}
"""
ENTITIES = "      products: {from: orders, columns: {variant_id: id}}"
TYPES = {
    "sqlite": {"moment": "text", "amount": "decimal(10,2)", "text": "text"},
    "postgresql": {"moment": "timestamp", "amount": "decimal(10,2)", "text": "text"},
    "mysql": {"moment": "datetime(6)", "amount": "decimal(10,2)", "text": "varchar(200)"},
}


@dataclass
class Shop:
    """A folder with a configuration, and a database that `run` changes."""

    folder: Path
    kind: str
    url: str
    run: Callable[..., Any]
    """Runs statements, one after the other, each committed."""
    types: dict[str, str] = field(default_factory=dict)
    quote: str = '"'

    def orders(self, *rows: tuple[Any, ...]) -> None:
        """Make the table `orders`: id, status, total, changed_at."""
        types = TYPES[self.kind]
        self.run(
            f"create table orders (id integer primary key, status {types['text']}, total {types['amount']},"
            f" changed_at {types['moment']})"
        )
        self.put(*rows)

    def put(self, *rows: tuple[Any, ...], table: str = "orders") -> None:
        """Insert rows, or put them in the place of those with the same first column."""
        for row in rows:
            values = ", ".join("null" if one is None else f"'{one}'" for one in row)
            key = f"{row[0]}" if isinstance(row[0], int) else f"'{row[0]}'"
            self.run(f"delete from {table} where id = {key}", f"insert into {table} values ({values})")

    def configure(
        self,
        inputs: str = "orders: {table: orders, cursor: changed_at, lookback: 3 days}",
        *,
        entities: str = ENTITIES,
        options: str = "",
    ) -> Config:
        """Write the configuration; `inputs` without its indentation."""
        indented = "\n".join(f"      {line}" for line in inputs.strip("\n").splitlines())
        options = "\n".join(f"    {line}" for line in options.splitlines())
        path = self.folder / "opsmart.yml"
        path.write_text(HEAD.format(inputs=indented, entities=entities, options=options), encoding="utf-8")
        self.config = load_config(path)
        return self.config

    def land(self, **options: Any) -> lake.LandResult:
        return lake.land(self.config, "shop", **options)

    def refusals(self, **options: Any) -> dict[str, str | None]:
        """What could not be read in a landing, and why."""
        return {one.input: one.reason for one in self.land(**options).files if one.status == "unreadable"}

    def raw(self, name: str = "orders", load: str | None = None) -> list[dict[str, Any]]:
        """Rows of completed loads (or of one), oldest first."""
        loads = {row.load_id: row.load_seq for row in lake.completed_loads(self.config)}
        files = [
            str(path)
            for one in loads
            if load in (None, one)
            for path in (self.config.raw / "shop" / name / f"load_id={one}").glob("*.parquet")
        ]
        if not files:
            return []
        duck = duckdb.connect()
        duck.execute("set TimeZone = 'UTC'")
        result = duck.execute(
            "from read_parquet(?, union_by_name = true, hive_partitioning = true, hive_types = {'load_id': varchar})",
            [files],
        )
        names = [column[0] for column in result.description]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        return sorted(rows, key=lambda row: (loads[row["load_id"]], row["_row"]))

    def standing(self, name: str = "orders", key: Sequence[str] = ("id",)) -> list[dict[str, Any]]:
        """What counts: the last row of each key, without what was deleted, by key; the source's columns only."""
        newest = {tuple(row[one] for one in key): row for row in self.raw(name)}
        return [
            {
                column: value
                for column, value in row.items()
                if not column.startswith("_") and column != "load_id"
            }
            for _, row in sorted(newest.items(), key=lambda pair: str(pair[0]))
            if not row.get("_deleted")
        ]


def sqlite_shop(folder: Path) -> Shop:
    """A shop in an SQLite file."""
    path = folder / "shop.sqlite3"

    def run(*statements: str) -> None:
        with sqlite3.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return Shop(folder, "sqlite", f"sqlite:///{path}", run)
