"""Options of an input: what may be written, what lands with them, which of overlapping exports is the newest."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ingestion import lake
from ingestion.config import load_config
from ingestion.config_errors import ConfigError
from ingestion.files.options import options
from ingestion.mapping import entity_selects
from tests.ingestion.landing import configured, put, raw, reasons

BASE = 'path: "data/lines/*", format: csv'


def reading(shop, lines: str) -> str:
    config = configured(shop, lines)
    return options(config.source("retail"), config)[0].reading


def test_rows_left_out_are_in_the_manifest_and_told(shop, repository):
    config = configured(shop, BASE + ", ignore: ['^Total']")
    put(shop, "a.csv", "1,A,1,1\nTotal\n")
    put(shop, "b.csv", "1,A,1,1\nTotal,,,5\nTotal,,,6\n")
    put(shop, "c.csv", "1,A,1,1\n")
    result = lake.land(config, "retail")
    assert {one.file: (one.rows, one.ignored) for one in result.files} == {
        "a.csv": (1, 1), "b.csv": (1, 2), "c.csv": (1, 0)
    }  # fmt: skip
    assert [row.ignored for row in lake.completed_loads(config)] == [1, 2, 0]
    put(shop, "d.csv", "1,A,1,1\nTotal\n")
    printed = subprocess.run(
        [sys.executable, "-m", "ingestion.files", "--config", str(config.path)],
        cwd=repository, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "left out by ignore: lines: d.csv: 1 rows" in printed


def test_new_options_land_files_again_and_absent_ones_do_not_change_anything(shop):
    plain = reading(shop, BASE)
    assert reading(shop, BASE + ", header_row: 1") == plain
    others = ["header_row: 2", "header_row: {contains: [InvoiceNo]}", "header_rows: 2", "ignore: ['^x']",
              "ignore: ['^y']", "transpose: true", "file_version: modified"]  # fmt: skip
    assert len({plain, *(reading(shop, f"{BASE}, {one}") for one in others)}) == len(others) + 1


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("header_row: 0", "header_row"),
        ("header_row: {contains: []}", "number of a row, or {contains"),
        ("header_row: first", "header_row"),
        ("header_row: {has: [A]}", "has"),
        ("ignore: ['(']", "'(' is no regular expression"),
        ("ignore: ['(?=x)']", "is no regular expression (RE2)"),
        ("file_version: 'orders_[0-9]+'", "should have one group in brackets"),
        ("file_version: '('", "is no regular expression"),
        ("storage: {key: x}", "storage is for a path such as s3://"),
    ],
)
def test_options_that_cannot_be_meant(shop, written, told):
    with pytest.raises(ConfigError) as caught:
        configured(shop, f"{BASE}, {written}")
    assert told in str(caught.value)


def test_options_of_tables_are_refused_for_formats_without_cells(shop):
    with pytest.raises(ConfigError, match="jsonl has none"):
        configured(shop, 'path: "data/lines/*", format: jsonl, transpose: true')


def versions(config) -> dict[str, int]:
    return {row["_file"]: row["_file_version"] for row in raw(config)}


def test_the_version_of_a_file_is_in_its_name(shop):
    config = configured(shop, BASE + r", file_version: 'export_(\d+-\d+-\d+)'")
    put(shop, "export_2026-11-23.csv", "1,A,1,1\n")
    put(shop, "export_2026-11-24.csv", "1,A,2,1\n")
    put(shop, "another.csv", "1,A,3,1\n")
    result = lake.land(config, "retail")
    assert versions(config) == {"export_2026-11-23.csv": 20261123, "export_2026-11-24.csv": 20261124}
    assert reasons(result) == {"another.csv": r"its name does not match file_version, export_(\d+-\d+-\d+)"}


def test_the_version_of_a_file_is_when_it_was_changed(shop):
    config = configured(shop, BASE + ", file_version: modified")
    path = put(shop, "a.csv", "1,A,1,1\n")
    os.utime(path, ns=(0, 1_700_000_000_123_456_000))
    lake.land(config, "retail")
    assert versions(config) == {"a.csv": 1_700_000_000_123_456}


def test_a_files_version_is_that_of_rows_without_one(shop):
    config = configured(shop, BASE + ", file_version: modified")
    (select,) = [one for one in entity_selects(config) if one.entity == "products"]
    assert select.version
    assert "_file_version" in select.raw_columns
    text = config.path.read_text().replace(
        "columns: {variant_id: StockCode}", "version: Quantity, columns: {variant_id: StockCode}"
    )
    config.path.write_text(text)
    (own,) = [one for one in entity_selects(load_config(config.path)) if one.entity == "products"]
    assert "_file_version" not in own.raw_columns


def test_a_select_that_groups_gives_its_own_version_or_none(shop):
    text = "columns: {variant_id: StockCode}"
    config = configured(shop, BASE + ", file_version: modified, key: [InvoiceNo, StockCode]")
    config.path.write_text(
        config.path.read_text().replace(
            text, 'select: "select StockCode as variant_id from lines group by 1"'
        )
    )
    config = load_config(config.path)
    (select,) = [one for one in entity_selects(config) if one.entity == "products"]
    assert not select.version
    assert config.source("retail").key("lines") == ["InvoiceNo", "StockCode"]
