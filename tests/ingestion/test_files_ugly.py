"""Exports as spreadsheets and back-ends write them: junk around the table, merged headers, tables on their side."""

from __future__ import annotations

import gzip
import io

import pytest
import xlsxwriter

from ingestion.files import delimited
from ingestion.files.readers import Reading, open_reader
from tests.ingestion.reading import read, refusal

GOOGLE = """\
Campaign report
"November 1, 2026 - November 30, 2026"
Campaign,Campaign ID,Cost,Clicks
"Brand, exact",101,"1,234.50",310
Shopping,102,87.20,45
Total: Campaigns,,"1,321.70",355
Total: Account
"""


def ignored(content: bytes | str, name: str = "a.csv", **options) -> int:
    raw = content.encode() if isinstance(content, str) else content
    reader = open_reader(name, lambda: io.BytesIO(raw), Reading(**options))
    list(reader.batches())
    return reader.ignored


def sheet(*rows: list, merged: tuple[tuple[int, int, int, int, str], ...] = ()) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("report")
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if value is not None:
                    page.write(y, x, value)
        for cells in merged:
            page.merge_range(*cells)
    return out.getvalue()


def test_a_header_is_found_by_its_names_and_totals_are_left_out_and_counted():
    options = {"header_contains": (("campaign",), ("Cost", "费用")), "ignore": ("^Total",)}
    columns, rows, numbers = read(GOOGLE, **options)
    assert columns == ["Campaign", "Campaign ID", "Cost", "Clicks"]
    assert rows == [["Brand, exact", "101", "1,234.50", "310"], ["Shopping", "102", "87.20", "45"]]
    assert numbers == [1, 2]
    assert ignored(GOOGLE, **options) == 2


def test_a_chinese_report_in_gb18030_with_semicolons_and_lines_around_it():
    junk = "巨量引擎 投放报表;;\n导出时间;2026-11-24;\n"
    text = junk + "日期;广告组;消耗\n2026-11-23;春季;12,50\n合计;;12,50\n说明：不含返点\n"
    options = {"encoding": "gb18030", "delimiter": ";", "header_contains": (("费用", "消耗"), ("日期",))}
    columns, rows, _ = read(text.encode("gb18030"), **options, ignore=("^合计", "^说明"))
    assert (columns, rows) == (["日期", "广告组", "消耗"], [["2026-11-23", "春季", "12,50"]])
    assert "line 6 has 1" in refusal(text.encode("gb18030"), **options)


def test_a_byte_order_mark_does_not_hide_the_header():
    content = "junk\nCampaign,Cost\nA,1\n".encode("utf-16")
    assert read(content, header_contains=(("Campaign",),))[1] == [["A", "1"]]
    content = "\ufeffCampaign,Cost\nA,1\n".encode()
    assert read(content, header_contains=(("Campaign",),))[1] == [["A", "1"]]


def test_a_header_that_is_nowhere_is_told_with_the_row_that_comes_closest():
    told = refusal(GOOGLE, header_contains=(("Campaign",), ("Spend", "费用")))
    assert told.startswith("none of the first 7 lines has all of Campaign, Spend/费用")
    assert told.endswith("line 3 has no Spend")


def test_rows_are_numbered_from_the_header_with_those_left_out():
    text = "a,b\nx,1\nTotal,9\ny,2\nSum\nz,3\n"
    _, rows, numbers = read(text, ignore=("^(Total|Sum)$",))
    assert (rows, numbers) == ([["x", "1"], ["y", "2"], ["z", "3"]], [1, 3, 5])
    quoted = text.replace("z,3", '"z\nz",3\nSum\n"w",4')
    assert read(quoted, ignore=("^(Total|Sum)$",))[2] == [1, 3, 5, 7]
    assert ignored(quoted, ignore=("^(Total|Sum)$",)) == 3


@pytest.mark.parametrize("block", [64, 1 << 22])
def test_many_rows_left_out_over_many_blocks(monkeypatch, block):
    monkeypatch.setattr(delimited, "_BLOCK", block)
    lines = [
        f"{'#' if n % 3 == 0 else ''}{n},{n if n % 5 else ''}" + (",odd" if n % 6 == 0 else "")
        for n in range(500)
    ]
    _, rows, numbers = read("a,b\n" + "\n".join(lines) + "\n", ignore=("^#",))
    wanted = [n for n in range(500) if n % 3]
    assert [row[0] for row in rows] == [str(n) for n in wanted]
    assert numbers == [n + 1 for n in wanted]


def test_rows_with_nothing_in_them_are_left_out_only_when_told():
    text = "a,b\n,\nx,1\n , \n"
    assert len(read(text)[1]) == 3
    assert read(text, ignore=("^$",))[1] == [["x", "1"]]


def test_what_is_left_out_is_matched_by_its_first_filled_field():
    assert read('a,b\n,"\xa0Total "\nx,1\n', ignore=("^Total$",))[1] == [["x", "1"]]


def test_merged_cells_of_a_header_count_for_all_their_columns():
    text = "Orders,,,Traffic,\nId,Date,,Visits,Buyers\n1,2026-11-23,x,10,2\n"
    columns, rows, _ = read(text, header_rows=2)
    assert columns == ["Orders / Id", "Orders / Date", "Orders", "Traffic / Visits", "Traffic / Buyers"]
    assert rows == [["1", "2026-11-23", "x", "10", "2"]]


def test_a_merged_header_in_a_sheet():
    content = sheet(
        ["shop report"],
        [None] * 5,
        ["商品编号", "访客", None, "支付", None],
        [None, "访客数", "新访客数", "件数", "金额"],
        ["A1", 10, 3, 2, 19.9],
        ["合计", 10, 3, 2, 19.9],
        merged=((2, 0, 3, 0, "商品编号"), (2, 1, 2, 2, "访客"), (2, 3, 2, 4, "支付")),
    )
    options = {"header_contains": (("商品编号",), ("金额", "销售额")), "header_rows": 2, "ignore": ("^合计",)}
    columns, rows, numbers = read(content, "a.xlsx", **options)
    assert columns == ["商品编号", "访客 / 访客数", "访客 / 新访客数", "支付 / 件数", "支付 / 金额"]
    assert (rows, numbers) == ([["A1", "10", "3", "2", "19.9"]], [1])
    assert ignored(content, "a.xlsx", **options) == 1
    assert "set header_row: 3" in refusal(content, "a.xlsx")


def test_a_header_of_three_rows():
    text = "A,,B,\nx,,y,z\n1,2,,4\nv,v,v,v\n"
    assert read(text, header_rows=3)[0] == ["A / x / 1", "A / x / 2", "B / y", "B / z / 4"]


def test_a_table_on_its_side():
    text = 'CategoryKey,1,2,3\r\nCategoryName,Bikes,"Parts, other",Clothes\r\n'
    columns, rows, numbers = read(text, transpose=True)
    assert columns == ["CategoryKey", "CategoryName"]
    assert rows == [["1", "Bikes"], ["2", "Parts, other"], ["3", "Clothes"]]
    assert numbers == [1, 2, 3]
    assert read(gzip.compress(text.encode()), "a.csv.gz", transpose=True)[1] == rows
    assert read(sheet(["Key", 1, 2], ["Name", "a", None]), "a.xlsx", transpose=True)[:2] == (
        ["Key", "Name"], [["1", "a"], ["2", None]],
    )  # fmt: skip
    assert refusal("a,1,2\nb,1\n", transpose=True) == "line 1 has 3 fields, but line 2 has 2"


def test_a_total_in_a_table_on_its_side_is_a_column():
    assert read("Month,1,2,Total\nSales,5,6,11\n", transpose=True, ignore=("^Total",))[1] == [
        ["1", "5"],
        ["2", "6"],
    ]


@pytest.mark.parametrize(
    ("footer", "option"),
    [
        ("Total\n", "ignore: ['(?i)^(grand |sub)?total']"),
        ("合计,,\n", "ignore: ['^(合计|总计|小计|汇总|总和)']"),
        ("Gesamt\n", "ignore: ['(?i)^(gesamt|insgesamt)']"),
        ("\nGenerated by Ann Lee\n-----\n", "ignore: ['(?i)^(generated|"),
        ("Ann Lee\n", "ignore: ['^[A-Za-z]']"),
        ("* without returns\n", r"ignore: ['^\*']"),
    ],
)
def test_odd_rows_at_the_end_are_told_with_the_option_that_leaves_them_out(footer, option):
    text = "id,n\n1,2\n3,4\n" + footer
    told = refusal(text)
    assert option in told
    assert "Ann" not in told
    pattern = told.split("ignore: ['")[1].split("']")[0].split("', '")
    assert read(text, ignore=tuple(pattern))[1] == [["1", "2"], ["3", "4"]]


def test_odd_rows_that_look_like_the_others_are_no_footer():
    assert "ignore" not in refusal("id,n\nx,2\ny,4\nz\n")
    assert "ignore" not in refusal("id,n\n1,2\nTotal\n3,4\n")


@pytest.mark.parametrize(
    "junk", ["Report of orders\n", "1,2,3\n", "column,column,column\n", "Orders,,\nfor,2026,\n", ",,\n"]
)
def test_junk_where_the_header_should_be_is_told_with_the_row_that_looks_like_one(junk):
    text = junk + "Order ID,Date,Amount\n1,2026-11-23,5\n2,2026-11-24,6\n3,2026-11-24,7\n"
    row = junk.count("\n") + 1
    assert f"set header_row: {row}" in refusal(text)
    assert read(text, header_row=row)[0] == ["Order ID", "Date", "Amount"]


def test_numbers_may_be_names_where_somebody_says_so_or_nothing_else_is_there():
    assert read("2024,2025\n1,2\n3,4\n")[0] == ["2024", "2025"]
    assert read("1,2\nName,Price\n", header_row=1)[0] == ["1", "2"]


def test_ignore_that_no_engine_takes():
    assert refusal("a\n1\n", ignore=("(?=x)",)).startswith("ignore cannot be used")
