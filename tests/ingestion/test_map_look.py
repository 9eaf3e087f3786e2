"""What a look at an unknown file finds: how it is written, where its table is, what its columns hold and mean."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ingestion.files.look.completing import grows
from ingestion.files.look.grid import grid
from ingestion.files.look.naming import likeness, plain
from ingestion.files.look.profile import Profile, profile
from ingestion.files.look.sniffing import sniff
from ingestion.files.problems import UnreadableError


def look(folder: Path, text: str, name: str = "f.csv", encoding: str = "utf-8") -> Profile:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    found = sniff(path)
    return profile(grid(found), found.delimiter or ",")


@pytest.mark.parametrize(
    ("text", "encoding", "wanted"),
    [("Name,Größe\nÄpfel,1\nBücher für Köche,2\n", "cp1252", "cp1252"),
     ("订单编号,金额\n一二三四,1\n", "gbk", "gb18030"), ("订单编号,金额\n1,2\n", "utf-8", None),
     ("订单编号,金额\n1,2\n", "utf-8-sig", None), ("a,b\n1,2\n", "ascii", None),
     ("Straße;Prix réduit\ncafé;1\n", "cp1252", "cp1252")],
)  # fmt: skip
def test_encoding(tmp_path: Path, text: str, encoding: str, wanted: str | None) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(text.encode(encoding))
    assert sniff(path).encoding == wanted


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("f.csv", b"a,b\n1,2\n", ("csv", None, None)),
        ("f.csv", b"a;b;c\n1,5;2;3\n1,5;2;3\n", ("csv", None, ";")),
        ("f.txt", b"a\tb\n1\t2\n", ("csv", None, "\t")),
        ("f.tsv", b"a\tb\n1\t2\n", ("tsv", None, None)),
        ("f.dat", b'{"a": 1}\n{"a": 2}\n', ("jsonl", "jsonl", None)),
        ("f.xls", b"a\tb\n1\t2\n", ("csv", "csv", "\t")),
        ("f.csv", gzip.compress(b"a|b\n1|2\n", mtime=0), ("csv", "csv.gz", "|")),
    ],
)
def test_kind_and_delimiter(tmp_path: Path, name: str, content: bytes, wanted: tuple[str, ...]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = sniff(path)
    assert (found.kind, found.format, found.delimiter) == wanted


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (b"<html><table>", "no table"), (b"%PDF-1.4", "no table"), (b"\xd0\xcf\x11\xe0", ".xlsx"),
     (b'[{"a": 1}]', "one object per line")],
)  # fmt: skip
def test_what_is_no_table_says_what_to_do(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=word):
        grid(sniff(path))


def test_header_below_notes_and_totals_below_rows(tmp_path: Path) -> None:
    text = "My shop\nexported 2024-05-31\n\nOrder,Date,Total\nA1,2024-05-01,3\nA2,2024-05-02,4\nTotal,,7\n"
    path = tmp_path / "f.csv"
    path.write_text(text)
    table = grid(sniff(path))
    assert (table.columns, table.header_at, len(table.rows)) == (["Order", "Date", "Total"], 3, 2)
    assert table.ignore == ("^Total",)


def test_file_without_a_header_is_said_to_have_none(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("1,2024-05-01,3.5\n2,2024-05-02,4.5\n")
    assert any("header" in one for one in grid(sniff(path)).checks)


def test_numbers_and_dates_with_their_proofs(tmp_path: Path) -> None:
    german = look(tmp_path, "Nr;Datum;Preis\n1;01.02.2024;1.234,50\n2;31.01.2024;2,00\n")
    assert (german.values.decimal, german.values.thousands, german.values.dates) == (",", ".", "day_first")
    assert german.proofs == {"numbers": "1.234,50", "dates": "31.01.2024"}
    american = look(tmp_path, 'No,Date,Price\n1,5/31/2024,"1,234.50"\n2,1/2/2024,2.00\n')
    assert (american.values.decimal, american.values.thousands, american.values.dates) == (
        ".",
        ",",
        "month_first",
    )
    assert [one.kind for one in american.columns] == ["whole", "date", "number"]


def test_what_could_be_read_two_ways_is_said(tmp_path: Path) -> None:
    found = look(tmp_path, 'No,Date,Units\n1,05/06/2024,"1,234"\n2,07/08/2024,"5,678"\n')
    assert len(found.checks) == 2
    assert "two ways" in found.checks[0]
    assert "guess" in found.checks[1]
    assert found.values.thousands == ","


def test_words_for_nothing_ids_of_spreadsheets_and_serials(tmp_path: Path) -> None:
    text = (
        "Id,Long,Cost,When\n17850.0,2.04E+17,--,45443.5\n17851.0,2.05E+17,5,45444.25\n17852.0,1,N/A,45445\n"
    )
    found = look(tmp_path, text)
    ident, spoilt, cost, when = found.columns
    assert set(found.values.missing) == {"--", "N/A"}
    assert ident.is_float_id
    assert spoilt.is_spoilt_id
    assert cost.kind == "whole"
    assert when.format == "excel"


@pytest.mark.parametrize(
    ("name", "concept"),
    [("Order_Date (UTC)", "created_at"), ("OrderID", "order_id"), ("Order #", "order_id"),
     ("Kunden-Nr.", "customer_id"), ("订单创建时间", "created_at"), ("宝贝总数量", "quantity"),
     ("Einzelpreis", "unit_price"), ("prix unitaire", "unit_price"), ("Número de pedido", "order_id"),
     ("quantité", "quantity"), ("amazon-order-id", "order_id"), ("已花费金额", "spend")],
)  # fmt: skip
def test_names_in_several_languages(name: str, concept: str) -> None:
    assert likeness(name, concept) > 0.8


def test_names_are_compared_by_words() -> None:
    assert plain("Größe_in CM (net)") == "grosse in cm"
    assert likeness("Postal Code", "region") == 0
    assert likeness("discount code", "discount") < 0.6


def test_a_price_that_grows_with_the_quantity_is_that_of_all_pieces() -> None:
    whole = [["A", "1", "18.99"], ["A", "2", "37.98"], ["B", "3", "30"], ["B", "1", "10"]]
    each = [["A", "1", "18.99"], ["A", "2", "18.99"], ["B", "3", "10"], ["B", "1", "10"]]
    assert grows(whole) == "A: 18.99 for 1, 37.98 for 2"
    assert grows(each) is None
    assert grows([["A", "1", "x"], ["A", "1", "3"]]) is None
