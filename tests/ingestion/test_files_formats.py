"""JSON lines, workbooks and Parquet: what stands in the file is what is read."""

from __future__ import annotations

import datetime
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.files import jsonlines
from ingestion.files.readers import Reading, open_reader, opener_of
from tests.ingestion.reading import read, refusal


def test_json_lines_keep_every_value_as_it_is_written():
    lines = [
        '{"id": 1.10, "big": 12345678901234567890123, "exp": 1E5, "s": "q\\u00e9", "t": true}',
        "",
        '{"id": null, "o": {"x": 1.10, "y": [1, {"z": "}"}]}, "a":[1.0 ,2], "s": ""}',
    ]
    columns, rows, numbers = read("\n".join(lines), "a.jsonl")
    assert columns == ["id", "big", "exp", "s", "t", "o", "a"]
    assert rows[0] == ["1.10", "12345678901234567890123", "1E5", "qé", "true", None, None]
    assert rows[1] == [None, None, None, None, None, '{"x": 1.10, "y": [1, {"z": "}"}]}', "[1.0 ,2]"]
    assert numbers == [1, 3]


@given(
    st.lists(
        st.dictionaries(
            st.text("abcde", min_size=1),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
                lambda inner: (
                    st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
                ),
                max_leaves=5,
            ),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_json_lines(rows):
    def expected(value):
        if isinstance(value, str):
            return value or None
        return None if value is None else json.dumps(value)

    content = "\n".join(json.dumps(row) for row in rows)
    columns, read_rows, _ = read(content, "a.jsonl")
    found = [dict(zip(columns, row, strict=True)) for row in read_rows]
    assert found == [{name: expected(row.get(name)) for name in columns} for row in rows]


def test_json_lines_that_are_none():
    assert refusal('{"a": 1}\n{"a": \n', "a.jsonl").startswith("line 2, column 7: is not JSON")
    assert "one JSON document" in refusal('{\n "a": 1\n}', "a.jsonl")
    assert "line 1: is an array" in refusal('[{"a": 1}]', "a.jsonl")
    assert "more than once" in refusal('{"Email": 1, "email": 2}', "a.jsonl")


def test_keys_that_turn_up_late_are_columns_too(monkeypatch):
    monkeypatch.setattr(jsonlines, "_ROWS", 2)
    columns, rows, _ = read('{"a": 1}\n{"a": 2}\n{"b": 3}\n', "a.jsonl")
    assert columns == ["a", "b"]
    assert rows == [["1", None], ["2", None], [None, "3"]]


def workbook(**sheets: list[list]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for y, row in enumerate(rows):
                for x, value in enumerate(row):
                    if isinstance(value, datetime.datetime):
                        sheet.write_datetime(y, x, value, moment)
                    elif value is not None:
                        sheet.write(y, x, value)
    return out.getvalue()


def test_a_sheet_as_text():
    when = datetime.datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 -- a cell has no zone
    content = workbook(
        orders=[
            ["订单编号", "id", "price", "share", "at", "paid"],
            ["00017850", 17850, 2.5, 1 / 3, when, True],
            [],
            ["1.50", 17850.5, 1e-7, 123456.123456789, None, False],
        ]
    )
    columns, rows, numbers = read(content, "a.xlsx")
    assert columns == ["订单编号", "id", "price", "share", "at", "paid"]
    assert rows[0][:3] == ["00017850", "17850", "2.5"]
    assert float(rows[0][3]) == pytest.approx(1 / 3, abs=1e-15)
    assert rows[0][4:] == ["2010-12-01 08:26:00", "true"]
    assert rows[1] == ["1.50", "17850.5", "0.0000001", "123456.123456789", None, "false"]
    assert numbers == [1, 3]


def test_a_sheet_by_name_and_a_header_further_down():
    content = workbook(first=[["x"]], second=[[], ["title"], [], ["a", "b", None], [1, 2]])
    assert read(content, "a.xlsx", sheet="second", header_row=4)[:2] == (["a", "b"], [["1", "2"]])
    assert refusal(content, "a.xlsx", sheet="third") == "has no sheet third; there are first, second"
    assert "ends before row 9" in refusal(content, "a.xlsx", sheet="second", header_row=9)
    assert "column 3 has no name" in refusal(workbook(s=[["a", "b"], [1, 2, 3]]), "a.xlsx")
    assert "more than once" in refusal(workbook(s=[["a", "a"], [1, 2]]), "a.xlsx")


def test_parquet_keeps_its_types(tmp_path):
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.int32()),
            "at": pa.array([1, 2], pa.timestamp("ns")),
            "kind": pa.array(["x", "y"]).dictionary_encode(),
            "none": pa.nulls(2),
        }
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table, path)
    reader = open_reader("a.parquet", opener_of(path), Reading())
    ((batch, numbers),) = reader.batches()
    assert [str(column.type) for column in batch.columns] == ["int32", "timestamp[ns]", "string", "string"]
    assert numbers.to_pylist() == [1, 2]
