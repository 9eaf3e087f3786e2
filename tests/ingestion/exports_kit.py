"""A file of an export, read and protected as the lake would, and staged by its shipped mapping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.config import load_config
from ingestion.files.discovery import Found, HashCache, look_at, matching
from ingestion.files.options import InputOptions, options
from ingestion.files.problems import UnreadableError
from ingestion.files.settings import FilesSettings
from ingestion.files.taking import take
from ingestion.mapping import EntitySelect, entity_selects

HEAD = """\
warehouse: ./warehouse
shops: [{{id: main, name: Shop, timezone: {zone}, currency: {currency}}}]
sources:
  - name: shop
    type: files
    shop: main
    inputs:
      one: {{path: "data/*", export: {export}}}
"""


class Staged:
    """What became of the files: rows by entity, the values that were refused, and the raw columns that landed."""

    def __init__(self, folder: Path, export: str, files: dict[str, bytes], zone: str, currency: str) -> None:
        (folder / "data").mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / "data" / name).write_bytes(content)
        path = folder / "opsmart.yml"
        path.write_text(HEAD.format(zone=zone, currency=currency, export=export), encoding="utf-8")
        config = load_config(path)
        self.unreadable: list[str] = []
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.problems: list[tuple[str, str, str | None, str]] = []
        (settings,) = config.sources
        assert isinstance(settings, FilesSettings)
        (one,) = options(settings, config)
        tables = [self._taken(found, one) for found in look_at(matching(one.pattern), HashCache(folder))]
        landed = [table for table in tables if table is not None]
        self.raw = {name for table in landed for name in table.column_names}
        for select in entity_selects(config) if landed else ():
            self._stage(pa.concat_tables(landed, promote_options="default"), select)

    def _taken(self, found: Found, one: InputOptions) -> pa.Table | None:
        """A file as the lake would write it: read, judged, its personal columns protected."""
        try:
            taken = take(found, one.handling())
        except UnreadableError as error:
            self.unreadable.append(str(error))
            return None
        assert isinstance(taken.data, pa.Table)
        return taken.data

    def _stage(self, table: pa.Table, select: EntitySelect) -> None:
        ours = "'L1' as _load_id, 1::bigint as _load_seq, false as _deleted"
        absent = [
            name for name in select.raw_columns if name.lower() not in {one.lower() for one in self.raw}
        ]
        with duckdb.connect() as duck:
            duck.register("given", table)
            missing = "".join(f', null::varchar as "{name}"' for name in absent)
            duck.execute(f"create table landed as select *, {ours}{missing} from given")
            result = duck.execute(f"{select.sql.replace('__raw__', 'landed')} order by _row nulls first")
            names = [one[0] for one in result.description or ()]
            self.rows[select.entity] = [
                {name: value for name, value in zip(names, row, strict=True) if name in select.columns}
                for row in result.fetchall()
            ]
            problems = duck.execute(
                "select column_name, value, expected from"
                f" ({select.problems_sql.replace('__raw__', 'landed')}) order by all"
            ).fetchall()
            self.problems += [(select.entity, *row) for row in problems]

    def column(self, entity: str, name: str) -> list[Any]:
        """The values of a column, in the order of the rows."""
        return [row[name] for row in self.rows[entity]]

    def tuples(self, entity: str, *names: str) -> list[tuple[Any, ...]]:
        """Several columns of an entity, in the order of the rows."""
        return [tuple(row[name] for name in names) for row in self.rows[entity]]


def csv_text(*rows: str) -> str:
    """Lines of a CSV file."""
    return "\r\n".join(rows) + "\r\n"
