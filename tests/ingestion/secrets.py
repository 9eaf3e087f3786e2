"""Looks for values in every file below a folder, whatever wraps them: Parquet, DuckDB, SQLite, gzip, plain bytes."""

from __future__ import annotations

import base64
import gzip
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq


def assert_nowhere(folder: Path, values: Iterable[str], *, control: str) -> None:
    """None of `values` is anywhere below `folder`, plain, in another case or base64. `control` is a value that does
    stand in the landed data: it has to be found, and then each value in files of each kind that are planted, or the
    search would prove nothing."""
    wanted = [one for one in values if one]
    assert wanted, "nothing to look for"
    assert found(folder, [control]), f"the search does not even find {control!r}"
    _assert_finds_planted(folder, wanted[0])
    assert found(folder, wanted) == []


def found(folder: Path, values: Iterable[str]) -> list[tuple[str, str]]:
    """Every (file, value) of these values below a folder."""
    needles = {one: _spellings(one) for one in values}
    hits = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            pieces = list(_contents(path))
            hits += [
                (str(path.relative_to(folder)), one)
                for one, spellings in needles.items()
                if any(needle in piece for piece in pieces for needle in spellings)
            ]
    return hits


def _spellings(value: str) -> list[bytes]:
    plain = value.lower().encode()
    return [plain, base64.b64encode(value.encode()).lower()]


def _contents(path: Path) -> Iterator[bytes]:
    """A file's bytes in lower case, and what they say once unwrapped."""
    content = path.read_bytes()
    yield content.lower()
    if content.startswith(b"\x1f\x8b"):
        try:
            yield gzip.decompress(content).lower()
        except (OSError, EOFError, zlib.error):
            yield zlib.decompressobj(31).decompress(content).lower()
    if content.startswith(b"PAR1"):
        yield pq.ParquetFile(path).read().to_pandas().to_csv().lower().encode()
        yield str(pq.ParquetFile(path).schema_arrow.metadata).lower().encode()
    if content.startswith(b"SQLite format 3"):
        yield from _sqlite(path)
    if content[8:12] == b"DUCK":
        yield from _duckdb(path)


def _sqlite(path: Path) -> Iterator[bytes]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        for name in names:
            for row in connection.execute(f'select * from "{name}"'):
                for value in row:
                    yield value.lower() if isinstance(value, bytes) else str(value).lower().encode()


def _duckdb(path: Path) -> Iterator[bytes]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
        ).fetchall()
        for schema, name in tables:
            yield (
                connection.execute(f'from "{schema}"."{name}"')
                .to_arrow_table()
                .to_pandas()
                .to_csv()
                .lower()
                .encode()
            )


def _assert_finds_planted(folder: Path, value: str) -> None:
    """The search finds a value in a file of each kind."""
    plant = folder / "planted"
    plant.mkdir()
    try:
        (plant / "a.log").write_text(f"x{value}y")
        (plant / "b.gz").write_bytes(gzip.compress(value.encode()))
        with duckdb.connect(str(plant / "c.duckdb")) as connection:
            connection.execute("create table t as select ? as v, range as n from range(5000)", [value])
            connection.execute(f"copy t to '{plant / 'd.parquet'}' (compression zstd)")
        with sqlite3.connect(plant / "e.sqlite") as other:
            other.execute("create table t (v)")
            other.execute("insert into t values (?)", [value])
        other.close()
        assert {Path(name).name for name, _ in found(plant, [value])} == {
            "a.log", "b.gz", "c.duckdb", "d.parquet", "e.sqlite",
        }  # fmt: skip
    finally:
        for path in plant.iterdir():
            path.unlink()
        plant.rmdir()
