"""Which files land, and how: bad ones beside good ones, other formats, other names."""

from __future__ import annotations

import gzip
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion import lake
from ingestion.config import load_config
from ingestion.files import taking
from ingestion.source import SourceError
from tests.ingestion.landing import (
    CONFIGURATION,
    HEADER,
    LINES,
    configured,
    days,
    put,
    raw,
    reasons,
)


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
        "cannot be read: ZeroDivisionError at test_lake_files.py:"
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
