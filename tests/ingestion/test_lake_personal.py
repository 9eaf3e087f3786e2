"""No personal value anywhere on the disk, and what is said of a column that looks like one."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion import lake
from ingestion.config import ConfigError
from ingestion.files import taking
from ingestion.personal.key import KEY_VARIABLE, key_from
from tests.ingestion.landing import (
    LINES,
    SECRET,
    configured,
    days,
    kill_at,
    put,
    raw,
    reasons,
)

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
