"""Files → raw/: each content once, all of a load or nothing, and no personal value anywhere on the disk."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion import faults, lake
from ingestion.config import Config, ConfigError, load_config
from ingestion.files import taking
from ingestion.personal.key import KEY_VARIABLE, key_from
from ingestion.source import Batch, ManifestEntry, SourceError

SECRET = "a key for tests, of no use elsewhere"
CONFIGURATION = """
warehouse: ./warehouse
shops:
  - {{id: main, name: Shop, timezone: Europe/London, currency: GBP}}
sources:
  - name: retail
    type: files
    shop: main
    inputs:
      lines: {{{lines}}}
      {more}
    entities:
      products: {{from: lines, columns: {{variant_id: StockCode}}}}
"""
HEADER = "InvoiceNo,StockCode,Quantity,UnitPrice\n"
LINES = 'path: "data/lines/*", format: csv'


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, and data/lines/ beside it. The home folder is empty, too."""
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    (tmp_path / "data" / "lines").mkdir(parents=True)
    return tmp_path


def configured(shop: Path, lines: str = LINES, more: str = "") -> Config:
    path = shop / "opsmart.yml"
    path.write_text(CONFIGURATION.format(lines=lines, more=more))
    return load_config(path)


def put(shop: Path, name: str, content: str | bytes, header: str = HEADER) -> Path:
    path = shop / "data" / "lines" / name
    path.write_bytes(content if isinstance(content, bytes) else (header + content).encode())
    return path


def days(shop: Path, *numbers: int) -> None:
    for number in numbers:
        put(shop, f"day{number}.csv", "".join(f"{number}{line},A{line},1,2.50\n" for line in range(3)))


def raw(config: Config, name: str = "lines") -> list[dict]:
    """Rows of completed loads, with the file and row they came from."""
    ids = {row.load_id for row in lake.completed_loads(config)}
    files = [
        str(path)
        for one in sorted(ids)
        for path in (config.raw / "retail" / name / f"load_id={one}").glob("*.parquet")
    ]
    if not files:
        return []
    result = duckdb.connect().execute(
        "from read_parquet(?, union_by_name = true, hive_partitioning = false) order by _file, _row", [files]
    )
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def reasons(result: lake.LandResult) -> dict[str, str | None]:
    return {one.file: one.reason for one in result.files if one.status == "unreadable"}


def test_files_land_once_with_their_columns_and_rows(shop):
    config = configured(shop)
    put(shop, "a.csv", '1,A,"2 000",\n2,"B\nb",3,1.10\n')
    first = lake.land(config, "retail")
    assert (first.rows, first.load_seq, [(one.file, one.rows) for one in first.files]) == (
        2,
        1,
        [("a.csv", 2)],
    )
    assert raw(config) == [
        {
            "InvoiceNo": "1",
            "StockCode": "A",
            "Quantity": "2 000",
            "UnitPrice": None,
            "_file": "a.csv",
            "_row": 1,
        },
        {
            "InvoiceNo": "2",
            "StockCode": "B\nb",
            "Quantity": "3",
            "UnitPrice": "1.10",
            "_file": "a.csv",
            "_row": 2,
        },
    ]
    (row,) = lake.completed_loads(config)
    assert (row.source, row.input, row.status, row.columns) == (
        "retail",
        "lines",
        "landed",
        HEADER.strip().split(","),
    )
    again = lake.land(config, "retail")
    assert (again.load_id, again.rows, again.files, again.unchanged) == (None, 0, [], 1)


def test_names_of_columns_survive_as_they_are(shop):
    config = configured(shop)
    names = [
        "InvoiceNo",
        "Order ID",
        "订单编号",
        " padded ",
        "Price ('000)",
        'say "hi"',
        "a▶b",
        "MixedCase",
        "1st",
    ]
    header = ",".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names) + "\n"
    put(shop, "a.csv", ",".join("x" * len(names)) + "\n", header=header)
    lake.land(config, "retail")
    assert [*raw(config)[0]] == [*names, "_file", "_row"]


def test_raw_is_laid_out_by_load(shop):
    config = configured(shop)
    days(shop, 1)
    result = lake.land(config, "retail")
    folder = config.raw / "retail"
    assert len(list((folder / "lines" / f"load_id={result.load_id}").glob("*.parquet"))) == 1
    assert len(list((folder / "_manifest" / f"load_id={result.load_id}").glob("*.parquet"))) == 1
    (marker,) = (folder / "_dlt_loads").glob("*.jsonl")
    assert json.loads(marker.read_text())["load_id"] == result.load_id


def test_a_new_file_adds_its_rows_and_a_changed_one_lands_again(shop):
    config = configured(shop)
    days(shop, 1, 2)
    lake.land(config, "retail")
    days(shop, 3)
    put(shop, "day1.csv", "9,Z,1,1\n")
    result = lake.land(config, "retail")
    assert (result.load_seq, result.unchanged) == (2, 1)
    assert [(one.file, one.rows) for one in result.files] == [("day1.csv", 1), ("day3.csv", 3)]
    assert len(raw(config)) == 6 + 1 + 3  # raw is only ever added to
    newest = {row.file: row.load_seq for row in lake.completed_loads(config)}
    assert newest == {"day1.csv": 2, "day2.csv": 1, "day3.csv": 2}


def test_a_vanished_file_is_reported_and_stays(shop):
    config = configured(shop)
    days(shop, 1, 2)
    lake.land(config, "retail")
    (shop / "data" / "lines" / "day1.csv").unlink()
    for _ in range(2):
        result = lake.land(config, "retail")
        assert (result.vanished, result.load_id) == (["day1.csv"], None)
    assert len(raw(config)) == 6


def test_the_same_content_under_two_names_is_two_files(shop):
    config = configured(shop)
    put(shop, "a.csv", "1,A,1,1\n")
    put(shop, "b.csv", "1,A,1,1\n")
    assert lake.land(config, "retail").rows == 2


def test_content_decides_and_not_the_time_of_change(shop):
    config = configured(shop)
    days(shop, 1)
    lake.land(config, "retail")
    os.utime(shop / "data" / "lines" / "day1.csv", (1, 1))
    assert lake.land(config, "retail").load_id is None
    path = put(
        shop,
        "day1.csv",
        (shop / "data" / "lines" / "day1.csv").read_text().replace("2.50", "2.60"),
        header="",
    )
    os.utime(path, (1, 1))
    assert lake.land(config, "retail").rows == 3


def test_moved_as_a_whole_they_are_the_same_files(shop):
    days(shop, 1)
    lake.land(configured(shop), "retail")
    (shop / "data").rename(shop / "elsewhere")
    moved = configured(shop, LINES.replace("data/", "elsewhere/"))
    assert lake.land(moved, "retail").unchanged == 1


def test_other_reading_options_land_the_file_again(shop):
    days(shop, 1)
    lake.land(configured(shop), "retail")
    other = configured(shop, LINES + ", personal: {StockCode: hash}")
    assert lake.land(other, "retail").rows == 3
    assert lake.land(other, "retail").load_id is None


def test_another_key_lands_hashed_files_again(shop, monkeypatch):
    days(shop, 1)
    config = configured(shop, LINES + ", personal: {StockCode: hash}")
    lake.land(config, "retail")
    monkeypatch.setenv(KEY_VARIABLE, "another key that is long enough")
    assert lake.land(config, "retail").rows == 3
    versions = {row["_pii_key_version"] for row in raw(config)}
    assert versions == {key_from(SECRET).version, key_from("another key that is long enough").version}


def test_one_bad_file_never_sinks_the_others(shop):
    config = configured(shop)
    days(shop, 1, 3)
    put(shop, "day2.csv", "1,A\n")
    put(shop, "day4.csv", b"<html>")
    result = lake.land(config, "retail")
    assert result.rows == 6
    assert reasons(result) == {
        "day2.csv": "the header has 4 fields, but line 2 has 2",
        "day4.csv": "is not csv (it looks like an HTML page, as a log-in or error page that was saved as a file)",
    }
    assert {row["_file"] for row in raw(config)} == {"day1.csv", "day3.csv"}
    again = lake.land(config, "retail")
    assert (again.load_id, len(again.problems)) == (None, 2)
    put(shop, "day2.csv", "1,A,1,1\n")
    assert lake.land(config, "retail").rows == 1


def test_a_load_of_only_bad_files_is_a_load(shop):
    config = configured(shop)
    put(shop, "a.csv", b"<html>")
    result = lake.land(config, "retail")
    assert (result.rows, result.load_seq) == (0, 1)
    assert [(row.status, row.columns) for row in lake.completed_loads(config)] == [("unreadable", [])]


def test_an_empty_file_lands_without_rows(shop):
    config = configured(shop)
    put(shop, "a.csv", b"")
    put(shop, "b.csv", "")
    result = lake.land(config, "retail")
    assert [(one.file, one.status, one.rows) for one in result.files] == [
        ("a.csv", "landed", 0),
        ("b.csv", "landed", 0),
    ]
    assert raw(config) == []


def test_a_reader_that_breaks_is_a_bad_file(shop, monkeypatch):
    config = configured(shop)
    days(shop, 1, 2)
    plain = taking._judge

    def broken(found, *rest):
        if found.file == "day1.csv":
            raise ZeroDivisionError("ann@example.com")
        return plain(found, *rest)

    monkeypatch.setattr(taking, "_judge", broken)
    result = lake.land(config, "retail")
    assert result.rows == 3
    assert (reasons(result)["day1.csv"] or "").startswith(
        "cannot be read: ZeroDivisionError at test_lake.py:"
    )


def test_files_without_a_column_say_so_in_the_manifest(shop):
    config = configured(shop)
    put(shop, "a.csv", "1,A,1,1\n")
    put(shop, "b.csv", "1,A\n", header="InvoiceNo,StockCode\n")
    put(shop, "c.csv", "1,2\n", header="StockCode,InvoiceNo\n")
    lake.land(config, "retail")
    assert {row.file: row.columns for row in lake.completed_loads(config)} == {
        "a.csv": ["InvoiceNo", "StockCode", "Quantity", "UnitPrice"],
        "b.csv": ["InvoiceNo", "StockCode"],
        "c.csv": ["StockCode", "InvoiceNo"],
    }
    assert [(row["InvoiceNo"], row["StockCode"], row["Quantity"]) for row in raw(config)] == [
        ("1", "A", "1"),
        ("1", "A", None),
        ("2", "1", None),
    ]


def test_parquet_of_different_types_lands_with_its_own(shop):
    config = configured(shop, 'path: "data/lines/*.parquet"')
    aware = pa.array([0], pa.timestamp("ns", "Europe/Paris"))
    tables = {
        "a": {
            "InvoiceNo": pa.array([1], pa.int64()),
            "at": pa.array([1], pa.timestamp("ns")),
            "zoned": aware,
        },
        "b": {"InvoiceNo": pa.array(["C2"]), "extra": pa.array([1.5])},
        "c": {"InvoiceNo": pa.array([3], pa.int16()), "at": pa.array([0], pa.timestamp("us", "UTC"))},
    }
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), shop / "data" / "lines" / f"{name}.parquet")
    assert lake.land(config, "retail").rows == 3
    rows = raw(config)
    assert [row["InvoiceNo"] for row in rows] == ["1", "C2", "3"]
    assert [row["at"] for row in rows] == [
        "1970-01-01 00:00:00.000000001",
        None,
        "1970-01-01 00:00:00.000000Z",
    ]
    assert str(rows[0]["zoned"].astimezone(None)).startswith("19")
    assert rows[1]["extra"] == 1.5


def test_a_nanosecond_and_a_naive_instant_stay_what_they_are(shop):
    config = configured(shop, 'path: "data/lines/*.parquet"')
    table = pa.table({"InvoiceNo": ["1"], "at": pa.array([1], pa.timestamp("ns"))})
    pq.write_table(table, shop / "data" / "lines" / "a.parquet")
    result = lake.land(config, "retail")
    (path,) = (config.raw / "retail" / "lines" / f"load_id={result.load_id}").glob("*.parquet")
    assert pq.ParquetFile(path).schema_arrow.field("at").type == pa.timestamp("ns")


def test_a_large_file_is_read_twice_and_lands_the_same(shop, monkeypatch):
    content = "".join(f"{number},A,1,ann{number}@example.com\n" for number in range(5000))
    put(shop, "a.csv.gz", gzip.compress((HEADER.replace("UnitPrice", "Email") + content).encode()))
    small = configured(shop, LINES + ", personal: {Email: email}")
    lake.land(small, "retail")
    expected = raw(small)
    monkeypatch.setattr(taking, "MEMORY_ROWS", 1000)
    monkeypatch.setattr(taking, "MEMORY_FILE", 1000)
    (shop / "opsmart.yml").write_text((shop / "opsmart.yml").read_text().replace("./warehouse", "./other"))
    large = load_config(shop / "opsmart.yml")
    assert lake.land(large, "retail").rows == 5000
    assert raw(large) == expected


def test_a_path_from_the_environment_may_start_where_one_stands(shop, monkeypatch):
    days(shop, 1)
    (shop / "elsewhere").mkdir()
    monkeypatch.setenv("OPSMART_DATA", "../data")
    text = CONFIGURATION.format(lines='path: "${OPSMART_DATA}/lines/*.csv"', more="")
    (shop / "elsewhere" / "deep").mkdir()
    (shop / "elsewhere" / "deep" / "opsmart.yml").write_text(text)
    assert lake.land(load_config(shop / "elsewhere" / "deep" / "opsmart.yml"), "retail").rows == 3


def test_a_name_of_a_file_in_another_encoding_lands(shop):
    config = configured(shop)
    folder = os.fsencode(shop / "data" / "lines")
    with open(folder + "/订单.csv".encode("gbk"), "w") as out:  # noqa: PTH123 -- bytes are the point
        out.write(HEADER + "1,A,1,1\n")
    put(shop, "订单.csv", "1,A,1,1\n")
    result = lake.land(config, "retail")
    assert (result.rows, len({one.file for one in result.files})) == (2, 2)
    assert lake.land(config, "retail").unchanged == 2


def test_several_inputs_land_in_one_load(shop):
    (shop / "data" / "products.jsonl").write_text('{"sku": "A", "title": "x"}\n')
    config = configured(shop, more='products: {path: "data/products.jsonl"}')
    days(shop, 1)
    result = lake.land(config, "retail")
    assert {(row.input, row.file, row.load_seq) for row in lake.completed_loads(config)} == {
        ("lines", "day1.csv", 1),
        ("products", "products.jsonl", 1),
    }
    assert result.rows == 4
    assert raw(config, "products") == [{"sku": "A", "title": "x", "_file": "products.jsonl", "_row": 1}]


def test_no_file_at_all_is_an_error_that_names_the_path(shop):
    with pytest.raises(SourceError, match=r"inputs\.lines: no file matches .*data/lines"):
        lake.land(configured(shop), "retail")
    with pytest.raises(SourceError, match="it is a folder"):
        lake.land(configured(shop, 'path: "data/lines", format: csv'), "retail")


def test_a_load_that_fails_in_the_middle_leaves_nothing(shop, monkeypatch):
    config = configured(shop)
    days(shop, 1, 2)
    from ingestion.files import source

    def half(*_):
        yield Batch("lines", pa.table({"a": ["x"]}), ManifestEntry(file="a.csv"))
        raise SourceError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(source, "extract", half)
        with pytest.raises(SourceError, match="gone"):
            lake.land(config, "retail")
    assert lake.completed_loads(config) == []
    assert not list(config.state.rglob("*.parquet"))
    assert lake.land(config, "retail").rows == 6


def test_a_pending_number_is_not_given_again(shop, repository):
    config = configured(shop)
    days(shop, 1)
    assert kill_at("extracted", shop, repository) == "extracted\n"
    text = (shop / "opsmart.yml").read_text()
    second = text[text.index("  - name: retail") :].replace("name: retail", "name: second")
    (shop / "opsmart.yml").write_text(text + second)
    config = load_config(shop / "opsmart.yml")
    assert lake.land(config, "second").load_seq == 2
    assert lake.land(config, "retail").load_seq == 1


def test_nothing_is_imported_that_takes_seconds_when_there_is_nothing_new(shop, repository):
    config = configured(shop)
    days(shop, 1)
    lake.land(config, "retail")
    code = (
        "import sys; from pathlib import Path; from ingestion.config import load_config; from ingestion import lake;"
        f" lake.land(load_config(Path({str(config.path)!r})), 'retail'); print('dlt' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_dlt_writes_nowhere_else_and_says_nothing(shop, capfd):
    config = configured(shop)
    days(shop, 1)
    lake.land(config, "retail")
    assert list((shop / "home").iterdir()) == []
    assert sorted(path.name for path in shop.iterdir()) == ["data", "home", "opsmart.yml", "warehouse"]
    assert capfd.readouterr() == ("", "")


# Killed at any point, the next run gives what an undisturbed one would have.

CHILD = """
import sys
from pathlib import Path
from ingestion import lake
from ingestion.config import load_config
lake.land(load_config(Path(sys.argv[1])), "retail")
"""


def kill_at(point: str, shop: Path, repository: Path, code: str = CHILD) -> str:
    """Run `land` in a child that dies at a fault point; gives the names of the points that were reached."""
    log = shop / "faults.log"
    log.unlink(missing_ok=True)
    child = subprocess.run(
        [sys.executable, "-c", code, str(shop / "opsmart.yml")],
        cwd=repository,
        env={**os.environ, faults.FAULT: point, faults.FAULT_LOG: str(log)},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    return log.read_text()


def dying_in(place: str, method: str, point: str, *, after: bool = False) -> str:
    """The child's code, with a fault point of its own before or after a method of dlt's."""
    module, owner = place.rsplit(".", 1)
    body = "before(*a, **k), faults.reach(point)" if after else "faults.reach(point), before(*a, **k)"
    patch = f"""
from ingestion import faults
from {module} import {owner}
point, before = {point!r}, {owner}.{method}
{owner}.{method} = lambda *a, **k: ({body})
"""
    return CHILD.replace("lake.land(", patch + "lake.land(")


CLIENT = "dlt.destinations.impl.filesystem.filesystem.FilesystemClient"


@pytest.mark.parametrize(
    ("point", "code", "completed", "resumed"),
    [
        ("extracted", CHILD, 0, 1),
        (
            "normalizing",
            dying_in("dlt.normalize.normalize.Normalize", "spool_files", "normalizing", after=True),
            0,
            1,
        ),
        (
            "committed",
            dying_in(
                "dlt.common.storages.load_storage.LoadStorage",
                "commit_new_load_package",
                "committed",
                after=True,
            ),
            0,
            1,
        ),
        ("normalized", dying_in("dlt.load.load.Load", "load_single_package", "normalized"), 0, 1),
        ("copied", dying_in(CLIENT, "complete_load", "copied"), 0, 1),
        ("marked", dying_in(CLIENT, "complete_load", "marked", after=True), 1, 1),
        ("landed", CHILD, 1, 0),
    ],
)
def test_a_kill_leaves_what_an_undisturbed_run_would_have(shop, repository, point, code, completed, resumed):
    config = configured(shop)
    days(shop, 1, 2)
    assert kill_at(point, shop, repository, code) == f"{point}\n"
    assert len({row.load_id for row in lake.completed_loads(config)}) == completed
    days(shop, 3)
    result = lake.land(config, "retail")
    assert [(row["_file"], row["_row"]) for row in raw(config)] == [
        (f"day{number}.csv", row) for number in (1, 2, 3) for row in (1, 2, 3)
    ]
    assert [(row.file, row.load_seq) for row in lake.completed_loads(config)] == [
        ("day1.csv", 1),
        ("day2.csv", 1),
        ("day3.csv", 2),
    ]
    assert len(result.resumed) == resumed
    assert lake.land(config, "retail").load_id is None


def test_a_kill_while_reading_leaves_nothing(shop, repository):
    config = configured(shop)
    days(shop, 1, 2)
    code = CHILD.replace(
        "lake.land(",
        """from ingestion import faults, stage
before = stage.Stage.add
stage.Stage.add = lambda *a: (before(*a), faults.reach("reading"))[0]
lake.land(""",
    )
    assert kill_at("reading", shop, repository, code) == "reading\n"
    assert lake.completed_loads(config) == []
    result = lake.land(config, "retail")
    assert (result.rows, result.load_seq, result.resumed) == (6, 1, [])


def test_a_damaged_package_is_read_again(shop, repository):
    config = configured(shop)
    days(shop, 1, 2)
    kill_at("extracted", shop, repository)
    (config.state / "dlt" / "retail" / "state.json").write_text("{")
    result = lake.land(config, "retail")
    assert (result.rows, result.load_seq, result.resumed) == (6, 1, [])
    assert "was damaged" in result.problems[0]


def test_a_warehouse_that_cannot_be_written_is_one_line(shop, monkeypatch):
    config = configured(shop)
    days(shop, 1)

    def full(*_):
        raise OSError(28, "No space left on device")

    from ingestion import stage

    with monkeypatch.context() as patch:
        patch.setattr(stage.Stage, "add", full)
        with pytest.raises(
            lake.LandError, match="source retail: cannot write to the warehouse: No space left"
        ):
            lake.land(config, "retail")
    assert lake.land(config, "retail").rows == 3


def test_the_lost_state_of_dlt_costs_nothing(shop):
    import shutil

    config = configured(shop)
    days(shop, 1)
    lake.land(config, "retail")
    shutil.rmtree(config.state)
    days(shop, 2)
    assert lake.land(config, "retail").load_seq == 2
    assert len(raw(config)) == 6


# Personal data.

PEOPLE = "InvoiceNo,Email,Mobile,Name,Note\n"
PERSONAL = LINES + ", personal: {Email: email, Mobile: phone, Name: drop, Note: text}"


def people(shop: Path, count: int = 50) -> list[str]:
    """A file of people; gives all values that may be found nowhere."""
    rows = [
        (str(n), f"person{n}@mail.example", f"07911 1{n:05d}", f"Surname{n}", f"ring 07911 1{n:05d} at ten")
        for n in range(count)
    ]
    put(shop, "people.csv", "".join(",".join(row) + "\n" for row in rows), header=PEOPLE)
    return [one for row in rows for one in (row[1], row[1].upper(), row[2], row[2].replace(" ", ""), row[3])]


def found_on_disk(folder: Path, values: list[str]) -> list[tuple[str, str]]:
    """Every (file, value) of these values below a folder: in the bytes, unzipped, and in Parquet's columns."""
    hits = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += pq.ParquetFile(path).read().to_pandas().to_csv().encode()
        if content.startswith(b"\x1f\x8b"):
            content += gzip.decompress(content)
        hits += [(path.name, value) for value in values if value.encode() in content]
    return hits


def test_no_personal_value_is_anywhere_on_the_disk(shop):
    config = configured(shop, PERSONAL)
    secrets = people(shop)
    put(
        shop, "undeclared.csv", "1,x@mail.example,1,x,x,07911 123999\n", header=PEOPLE.replace("\n", ",Fax\n")
    )
    put(shop, "ragged.csv", "1,y@mail.example\n", header=PEOPLE)
    secrets += ["x@mail.example", "07911 123999", "y@mail.example"]
    result = lake.land(config, "retail")
    assert result.rows == 50
    assert sorted(reasons(result)) == ["ragged.csv", "undeclared.csv"]
    assert found_on_disk(config.warehouse, secrets) == []
    assert found_on_disk(config.warehouse, [SECRET]) == []
    # The search itself works: it finds what is not personal, and the values where they do stand.
    (row,) = [row for row in raw(config) if row["_row"] == 1]
    assert found_on_disk(config.warehouse, [row["Email"], "ring ‹phone› at ten"])
    assert found_on_disk(shop / "data", secrets[:1])


def test_no_personal_value_is_left_by_a_kill(shop, repository):
    configured(shop, PERSONAL)
    secrets = people(shop)
    kill_at("extracted", shop, repository)
    assert found_on_disk(shop / "warehouse", secrets) == []


def test_declared_columns_land_as_hashes_marks_or_not_at_all(shop):
    config = configured(shop, PERSONAL)
    people(shop, 1)
    lake.land(config, "retail")
    key = key_from(SECRET)
    assert raw(config) == [
        {
            "InvoiceNo": "0",
            "Email": key.hash("person0@mail.example"),
            "Mobile": key.hash("+447911100000"),
            "Note": "ring ‹phone› at ten",
            "_file": "people.csv",
            "_row": 1,
            "_pii_key_version": key.version,
        }
    ]
    (row,) = lake.completed_loads(config)
    assert (row.columns, row.key_version) == (["InvoiceNo", "Email", "Mobile", "Note"], key.version)


def test_an_undeclared_personal_column_refuses_the_file_and_says_what_to_write(shop):
    config = configured(shop, LINES + ", personal: {Email: email}")
    people(shop, 3)
    (told,) = reasons(lake.land(config, "retail")).values()
    assert told is not None
    assert "column Mobile looks personal (row 1: ‹phone, 12 characters›)" in told
    assert "`personal: {Email: email, Mobile: phone, Name: drop, Note: text}`" in told
    assert "inputs.lines" in told
    assert "07911" not in told


def test_a_late_value_in_a_large_file_refuses_it_before_anything_is_written(shop, monkeypatch):
    monkeypatch.setattr(taking, "MEMORY_ROWS", 1000)
    written = []
    monkeypatch.setattr(taking, "_again", lambda *_: written.append(1))
    config = configured(shop)
    put(shop, "a.csv", "1,A,1,1\n" * 20_000 + "1,ann@mail.example,1,1\n")
    (told,) = reasons(lake.land(config, "retail")).values()
    assert "column StockCode looks personal (row 20001: ‹email, 16 characters›)" in (told or "")
    assert not written


def test_a_declared_column_that_is_not_there_refuses_the_file(shop):
    config = configured(shop, LINES + ", personal: {StockCoed: hash}")
    days(shop, 1)
    (told,) = reasons(lake.land(config, "retail")).values()
    assert told is not None
    assert told.startswith(
        "column StockCoed (did you mean StockCode?) declared under `inputs.lines.personal`"
    )


def test_a_column_that_comes_later_does_not_refuse_what_has_landed(shop):
    days(shop, 1)
    lake.land(configured(shop), "retail")
    put(shop, "day2.csv", "2,ann@mail.example\n", header="InvoiceNo,Email\n")
    assert list(reasons(lake.land(configured(shop), "retail"))) == ["day2.csv"]
    config = configured(shop, LINES + ", personal: {Email: email}")
    result = lake.land(config, "retail")
    assert (result.rows, reasons(result)) == (4, {})
    days(shop, 3)
    assert list(reasons(lake.land(config, "retail"))) == ["day3.csv"]


def test_a_nested_column_can_only_be_dropped_or_kept(shop):
    table = pa.table({"InvoiceNo": ["1"], "who": [{"contact": "ann@mail.example"}]})
    pq.write_table(table, shop / "data" / "lines" / "a.parquet")
    lines = 'path: "data/lines/*.parquet"'
    for kind, told in (("hash", "only drop and keep"), ("keep", None), ("drop", None)):
        result = lake.land(configured(shop, f"{lines}, personal: {{who: {kind}}}"), "retail")
        assert (told or "") in (reasons(result).get("a.parquet") or "")
    assert "column who looks personal" in (
        reasons(lake.land(configured(shop, lines), "retail"))["a.parquet"] or ""
    )


def test_json_lines_may_leave_a_declared_column_out_but_not_misspell_it(shop):
    config = configured(shop, 'path: "data/lines/*.jsonl", personal: {Code: hash}')
    put(shop, "a.jsonl", b'{"id": 1}\n')
    put(shop, "b.jsonl", b'{"id": 1, "Cod": "x"}\n')
    assert list(reasons(lake.land(config, "retail"))) == ["b.jsonl"]


def test_a_file_without_a_header_does_not_make_columns_of_people(shop):
    config = configured(shop)
    put(shop, "a.csv", "2,bob@mail.example\n", header="1,ann@mail.example\n")
    (told,) = reasons(lake.land(config, "retail")).values()
    assert "is it the first row of data?" in (told or "")
    assert found_on_disk(config.warehouse, ["ann@mail.example", "bob@mail.example"]) == []


def test_without_a_key_it_is_a_mistake_in_the_configuration(shop, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE)
    days(shop, 1)
    config = configured(shop, LINES + ", personal: {StockCode: hash}")
    with pytest.raises(ConfigError, match=r"sources\.retail\.inputs\.lines\.personal: .*secrets\.token_hex"):
        lake.land(config, "retail")
    assert lake.land(configured(shop), "retail").rows == 3


def test_the_plan_says_what_would_land_and_writes_nothing(shop):
    config = configured(shop)
    days(shop, 1, 2)
    put(shop, "day3.csv", "1,A\n")
    (one,) = lake.plan(config, "retail").inputs
    assert (one.new, one.columns) == (["day1.csv", "day2.csv", "day3.csv"], HEADER.strip().split(","))
    assert one.problems == ["day3.csv: the header has 4 fields, but line 2 has 2"]
    assert not config.warehouse.exists()
    lake.land(config, "retail")
    put(shop, "day1.csv", "1,A,1,1\n")
    (shop / "data" / "lines" / "day2.csv").unlink()
    (one,) = lake.plan(config, "retail").inputs
    assert (one.new, one.changed, one.unchanged, one.vanished) == ([], ["day1.csv"], 1, ["day2.csv"])


def test_progress_counts_files(shop):
    config = configured(shop)
    days(shop, 1, 2)
    seen = []
    lake.land(config, "retail", lambda *call: seen.append(call))
    assert seen == [("lines: day1.csv", 0, 2), ("lines: day2.csv", 1, 2), ("read", 2, 2)]


def test_the_real_files_land_whole(online_retail, shop):
    config = configured(shop, f'path: "{online_retail}/2010-12-0*.csv.gz"')
    result = lake.land(config, "retail")
    expected = sum(
        len(gzip.decompress(path.read_bytes()).splitlines()) - 1 for path in online_retail.glob("2010-12-0*")
    )
    assert result.rows == expected == len(raw(config))
    assert not reasons(result)
