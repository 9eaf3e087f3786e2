"""Files → raw/: each content once, in one load, with a manifest that says what it was."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys

from ingestion import lake
from ingestion.personal.key import KEY_VARIABLE, key_from
from tests.ingestion.landing import (
    HEADER,
    LINES,
    SECRET,
    configured,
    days,
    put,
    raw,
    reasons,
)


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
