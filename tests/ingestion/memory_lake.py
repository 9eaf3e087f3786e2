"""A lake in memory: what a source gives, load by load, with a manifest like the real one's and without dlt.

For the many small stories of a source that reads files; killed runs and what reaches the disk need the real lake.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.config import Config
from ingestion.source import Context, ManifestRow, SourcePlan
from ingestion.stage import OUR_COLUMNS


@dataclass
class Landed:
    """What one call of `land` brought."""

    rows: list[ManifestRow]
    plan: SourcePlan

    @property
    def reasons(self) -> dict[str, str | None]:
        """Of what could not be read."""
        return {row.file: row.reason for row in self.rows if row.status != "landed"}

    @property
    def count(self) -> int:
        return sum(row.rows for row in self.rows)


@dataclass
class MemoryLake:
    """Loads of one source."""

    source: str
    manifest: list[ManifestRow] = field(default_factory=list)
    tables: dict[tuple[str, str], pa.Table] = field(default_factory=dict)
    """By input and file: the rows of its newest landing."""

    def land(self, config: Config, **options: bool) -> Landed:
        """As `ingestion.lake.land` does it."""
        settings = config.source(self.source)
        module = importlib.import_module(f"ingestion.{settings.type}.source")
        extra: dict[str, Any] = {}
        landed: list[ManifestRow] = []
        while True:
            context = Context(manifest=list(self.manifest), load_seq=self._next(), extra=extra, **options)
            context.plan = module.plan(settings, config, context)
            found: dict[tuple[str, str], tuple[Any, list[pa.Table]]] = {}
            for batch in module.extract(settings, config, context) if context.plan.has_work else ():
                key = (batch.input, batch.entry.file)
                data = batch.data
                if data is not None and not isinstance(data, pa.Table):
                    batches = list(data)
                    data = pa.Table.from_batches(batches) if batches else None
                _, tables = found.get(key, (None, []))
                found[key] = (batch.entry, [*tables, *([data] if data is not None else [])])
            for (name, file), (entry, tables) in found.items():
                table = pa.concat_tables(tables, promote_options="default") if tables else None
                if entry.status == "landed" and table is not None:
                    self.tables[name, file] = table
                row = ManifestRow(
                    **vars(entry),
                    source=self.source,
                    load_id=f"load{self._next()}",
                    load_seq=self._next(),
                    input=name,
                    rows=table.num_rows if table is not None else 0,
                    columns=[one for one in table.schema.names if one not in OUR_COLUMNS] if table else [],
                )
                landed.append(row)
            self.manifest += landed[len(landed) - len(found) :]
            if not context.more:
                return Landed(landed, context.plan)

    def raw(self, name: str) -> list[dict[str, Any]]:
        """The rows of an input that count, by file and row."""
        tables = [table for (one, _), table in self.tables.items() if one == name and table.num_rows]
        rows = pa.concat_tables(tables, promote_options="default").to_pylist() if tables else []
        return sorted(rows, key=lambda row: (row["_file"], row["_row"]))

    def canonical(self, config: Config, entity: str = "events") -> list[dict[str, Any]]:
        """The mapping's rows of them by time and id, NULLs and our own columns left out."""
        return [
            {name: value for name, value in row.items() if value is not None and not name.startswith("_")}
            for row in self.mapped(config, entity)
        ]

    def mapped(self, config: Config, entity: str = "events") -> list[dict[str, Any]]:
        """The same with everything, but without the rows that the landing gate would refuse."""
        select = self._select(config, entity)
        sql = f"""
            select * from ({select.sql.replace("__raw__", "raw")}) as mapped
            anti join ({select.problems_sql.replace("__raw__", "raw")}) as bad using (_file, _row)
            order by event_at, event_id
        """
        return self._ask(sql, select)

    def rejected(self, config: Config, entity: str = "events") -> list[tuple[str, int, str]]:
        """(file, row, value) of what the landing gate would refuse."""
        select = self._select(config, entity)
        sql = f"select distinct _file, _row, value from ({select.problems_sql.replace('__raw__', 'raw')}) order by all"
        return [(row["_file"], row["_row"], row["value"]) for row in self._ask(sql, select)]

    def _ask(self, sql: str, select: Any) -> list[dict[str, Any]]:
        rows = self.raw(select.input)
        names = dict.fromkeys([*select.raw_columns, *(name for row in rows for name in row)])
        given = [
            {name: row.get(name) for name in names} | {"_load_id": "1", "_load_seq": 1, "_deleted": False}
            for row in rows
        ]
        if not given:
            return []
        raw = pa.Table.from_pylist(given)
        types = [pa.field(one.name, pa.string()) if pa.types.is_null(one.type) else one for one in raw.schema]
        duck = duckdb.connect()
        duck.execute("set TimeZone = 'UTC'")
        duck.register("raw", raw.cast(pa.schema(types)))
        found = duck.execute(sql)
        columns = [column[0] for column in found.description]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]

    def _select(self, config: Config, entity: str) -> Any:
        from ingestion.mapping import entity_selects

        (select,) = [
            one for one in entity_selects(config) if (one.source, one.entity) == (self.source, entity)
        ]
        return select

    def _next(self) -> int:
        return 1 + max((row.load_seq for row in self.manifest), default=0)
