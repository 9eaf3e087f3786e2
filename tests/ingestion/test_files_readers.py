"""Delimited text: nothing guessed, nothing lost, and one clear line for what cannot be read."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.files import delimited, text
from ingestion.files.readers import Reading, open_reader
from tests.ingestion.reading import read, refusal


def test_fields_arrive_as_they_stand():
    columns, rows, numbers = read(
        'Order ID,订单编号," padded "\n00123,17850.0, 1.10 \n"a\nb","say ""hi""",5" pipe\n,"",x\n'
    )
    assert columns == ["Order ID", "订单编号", " padded "]
    assert rows == [["00123", "17850.0", " 1.10 "], ["a\nb", 'say "hi"', '5" pipe'], [None, None, "x"]]
    assert numbers == [1, 2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_all_line_ends(end, last):
    content = end.join(["a,b", "1,2", "3,4"]) + (end if last else "")
    assert read(content)[1] == [["1", "2"], ["3", "4"]]


def test_blank_lines_are_passed_over():
    assert read("a,b\n\n1,2\n\n\n3,4\n\n")[1:] == ([["1", "2"], ["3", "4"]], [1, 2])


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0\x01", exclude_categories=["Cs"]), max_size=6),
            min_size=2,
            max_size=2,
        ),
        max_size=8,
    )
)
@settings(max_examples=150, deadline=None)
def test_whatever_can_be_written_can_be_read(rows):
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([["a", "b"], *rows])
    content = out.getvalue().encode()
    assert read(content)[1] == [[one or None for one in row] for row in rows]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-8-sig", "gbk"),
        ("gbk", "gbk"),
        ("gb18030", "gb18030"),
        ("utf-16", None),
        ("utf-16-le", "utf-16-le"),
        ("big5", "big5"),
    ],
)
def test_encodings(encoding, declared):
    columns, rows, _ = read("商品,價\n紅,1\n".encode(encoding), encoding=declared)
    assert columns == ["商品", "價"]
    assert rows == [["紅", "1"]]


def test_a_character_cut_in_two_by_a_block_is_whole(monkeypatch):
    monkeypatch.setattr(text, "CHUNK", 7)
    content = "商品,b\n" + "红色的,灯\n" * 20
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert read(content.encode(encoding), encoding=encoding)[1] == [["红色的", "灯"]] * 20


def test_a_wrong_encoding_names_line_and_byte_and_what_would_fit():
    content = "a,b\n1,x\n2,红色\n".encode("gbk")
    told = refusal(content)
    assert "line 3, byte 10: 0xba is not utf-8" in told
    assert "gb18030" in told


@pytest.mark.parametrize("chunk", [3, 5, 8, 1 << 20])
def test_the_place_of_a_wrong_byte_does_not_depend_on_blocks(monkeypatch, chunk):
    monkeypatch.setattr(text, "CHUNK", chunk)
    content = "a,é\n1,é\n".encode() + b"2,caf\xe9\n"
    assert f"line 3, byte {content.index(b'caf') + 3}: 0xe9 is not utf-8" in refusal(content)


def test_utf16_without_a_mark_is_told_by_its_nul():
    assert "line 1: holds a NUL" in refusal("a,b\n1,2\n".encode("utf-16-le"))


def test_a_ragged_row_is_named_by_its_line():
    told = refusal('a,b\n"x\ny",1\n2\n3,4,5\n')
    assert told == "the header has 2 fields, but line 4 has 1, line 5 has 3"


def test_many_ragged_rows_are_counted():
    assert refusal("a,b\n" + "1\n" * 10).endswith("line 2 has 1, line 3 has 1, line 4 has 1 (and 7 more)")


@pytest.mark.parametrize("tail", ['2,"y\n3,z\n', '2,"y', '"2,y\n3,z\n'])
def test_a_quote_that_is_never_closed(tail):
    assert refusal("a,b\n1,x\n" + tail) == "a quote that opens in the record at line 3 is never closed"


def test_junk_above_the_header_is_skipped():
    assert read('junk\n,,\n"a","b"\n1,2\n', header_row=3)[:2] == (["a", "b"], [["1", "2"]])
    assert refusal("a,b\n1,2\n", header_row=3) == "has fewer than 3 lines, so there is no header there"


def test_lines_are_counted_from_the_top_of_the_file_below_junk():
    assert "line 4 has 1" in refusal("junk\na,b\n1,2\n3\n", header_row=2)


def test_names_that_cannot_be_told_apart():
    assert "'a' more than once (columns 1, 3)" in refusal("a,b,a\n1,2,3\n")
    assert "upper and lower case" in refusal("Email,email\n1,2\n")
    assert "kept for our own columns" in refusal("_row,b\n1,2\n")
    assert "is header_row right?" in refusal(",,\n1,2,3\n")


def test_an_unnamed_column_counts_only_if_it_holds_something():
    assert read("a,b,\n1,2,\n3,4,\n")[:2] == (["a", "b"], [["1", "2"], ["3", "4"]])
    assert (
        refusal("a,b,\n1,2,\n3,4,x\n")
        == "column 3 has no name in the header but holds values (first in row 2)"
    )


def test_another_delimiter():
    assert read("a;b\n1,5;2\n", delimiter=";")[1] == [["1,5", "2"]]
    assert read("a\tb\n1\t2\n", "a.tsv")[1] == [["1", "2"]]
    assert 'a semicolon in it: set delimiter to ";"' in refusal("a;b\n1;2\n")
    assert r'set delimiter to "\t"' in refusal("a\tb\n1\t2\n")


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.jsonl", "a.parquet", "a.xlsx"])
def test_a_file_of_no_bytes_has_no_rows(name):
    assert read(b"", name) == ([], [], [])


def test_a_file_of_only_a_header_has_no_rows():
    assert read("a,b\n") == (["a", "b"], [], [])
    assert read("a,b") == (["a", "b"], [], [])
    assert read(gzip.compress(b""), "a.csv.gz") == ([], [], [])


def test_gzip():
    assert read(gzip.compress(b"a,b\n1,2\n"), "a.csv.gz")[1] == [["1", "2"]]
    assert read(gzip.compress(b"a,b\n1,2\n"), "export", format="csv.gz")[1] == [["1", "2"]]


def test_gzip_that_is_cut_off_or_damaged():
    body = "".join(f"{number},{number * 7919}\n" for number in range(50_000))
    whole = gzip.compress(("a,b\n" + body).encode())
    assert "ends too early" in refusal(whole[: len(whole) // 2], "a.csv.gz")
    assert "damaged" in refusal(whole[:5000] + bytes(200) + whole[5200:], "a.csv.gz")


CLAIMS = {
    "html": ("a.csv", b"<!DOCTYPE html><html>", "is not csv (it looks like an HTML page"),
    "html after a mark": ("a.csv", b"\xef\xbb\xbf \n<html>", "is not csv (it looks like an HTML page"),
    "workbook as csv": ("a.csv", b"PK\x03\x04rest", "is not csv (it looks like a zip archive"),
    "parquet as csv": ("a.csv", b"PAR1", "is not csv (it looks like Parquet)"),
    "gzip as plain": ("a.csv", gzip.compress(b"a"), "is gzip-compressed but its name does not end in .gz"),
    "plain as gzip": ("a.csv.gz", b"a,b\n", "is named .gz but is not gzip-compressed"),
    "html in gzip": ("a.csv.gz", gzip.compress(b"<html>"), "is not csv (it looks like an HTML page"),
    "csv as workbook": ("a.xlsx", b"a,b\n1,2\n", "is not xlsx (it looks like plain text"),
    "old workbook": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel .xls"),
    "damaged workbook": ("a.xlsx", b"PK\x03\x04rest", "cannot be opened as an Excel workbook"),
    "csv as parquet": ("a.parquet", b"a,b\n", "is not parquet"),
    "damaged parquet": ("a.parquet", b"PAR1 and no more", "cannot be opened as Parquet"),
    "no ending": ("a.dat", b"a,b\n", "its ending does not say what it is"),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_file_that_is_not_what_it_claims(claim):
    name, content, told = CLAIMS[claim]
    assert told in refusal(content, name)


def test_large_files_come_in_blocks(monkeypatch):
    monkeypatch.setattr(delimited, "_BLOCK", 1 << 16)
    content = "a,b\n" + "".join(f'{number},"x\n{number}"\n' for number in range(20_000))
    reader = open_reader("a.csv", lambda: io.BytesIO(content.encode()), Reading())
    batches = list(reader.batches())
    assert len(batches) > 2
    assert sum(batch.num_rows for batch, _ in batches) == 20_000
    assert batches[-1][1][-1].as_py() == 20_000


def test_a_refusal_shows_no_values():
    assert "ann@example.com" not in refusal("a,b\n1,2\nann@example.com\n")
    assert "ann@example.com" not in refusal('{"a": ann@example.com}\n', "a.jsonl")
