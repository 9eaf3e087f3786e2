"""Numbers and dates as people and back-ends write them: read where they are plain, declared or unambiguous."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from ingestion.mapping.casts import cast, expected_sql, text
from ingestion.value_format import PLAIN, ValueFormat

MONEY = "decimal(18,4)"
GERMAN = ValueFormat(decimal=",", thousands=".", dates="day_first")
ENGLISH = ValueFormat(thousands=",", dates="month_first")
FRENCH = ValueFormat(decimal=",", thousands=" ")
SWISS = ValueFormat(thousands="'")


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'Asia/Kolkata'")  # which must not matter
        yield connection


def read(
    duck: duckdb.DuckDBPyConnection,
    given: Any,
    data_type: str = MONEY,
    values: ValueFormat = PLAIN,
    zone: str = "UTC",
    *formats: str,
    **options: Any,
) -> Any:
    """`given` as a column of one row, cast."""
    typed = cast("value", "clean", data_type, zone, formats, values=values, **options)
    kind = "varchar" if isinstance(given, str) else "double"
    row = duck.execute(
        f"select {typed} from (select value, {text('value', values.missing)} as clean"
        f" from (select ?::{kind} as value))",
        [given],
    ).fetchone()
    assert row is not None
    return row[0]


def told(
    duck: duckdb.DuckDBPyConnection, given: str, data_type: str = MONEY, values: ValueFormat = PLAIN
) -> str:
    row = duck.execute(
        f"select {expected_sql('value', data_type, (), values)} from (select ? as value)", [given]
    ).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("¥12.50", "12.5"), ("￥12.50", "12.5"), ("CN¥ 12.50", "12.5"), ("$5", "5"), ("US$5", "5"), ("€5.00", "5"),
        ("5.00 €", "5"), ("£5", "5"), ("5元", "5"), ("12.50 CNY", "12.5"), ("USD 3", "3"), ("R$ 7.90", "7.9"),
        ("(12.00)", "-12"), ("($12.00)", "-12"), ("$(12.00)", "-12"), ("12.50-", "-12.5"), ("¥-5", "-5"), ("-¥5", "-5"),
        ("−5", "-5"), ("+5", "5"), ("１２．５", "12.5"), ("（１２）", "-12"), ("－３", "-3"),
        ("1.2万", "12000"), ("¥1.25万元", "12500"), ("3亿", "300000000"), ("0.5 萬", "5000"), ("-2万", "-20000"),
        ('="12.50"', "12.5"),
    ],
)  # fmt: skip
def test_what_reads_in_one_way_only_needs_no_declaration(
    duck: duckdb.DuckDBPyConnection, given: str, wanted: str
) -> None:
    assert read(duck, given) == Decimal(wanted)


@pytest.mark.parametrize("given", ["1,234.50", "1,234", "1.234,50", "1 234", "12,5", "1'234", "1,5万"])
def test_separators_that_nobody_declared_are_refused(duck: duckdb.DuckDBPyConnection, given: str) -> None:
    assert read(duck, given) is None
    assert read(duck, given, "bigint") is None


def test_a_point_is_decimal_unless_declared_otherwise(duck: duckdb.DuckDBPyConnection) -> None:
    assert read(duck, "1.234") == Decimal("1.234")
    assert read(duck, "1.234", values=GERMAN) == Decimal(1234)
    assert read(duck, "1.234", values=ValueFormat(decimal=",")) is None


@pytest.mark.parametrize(
    ("given", "values", "wanted"),
    [
        ("1.234,50", GERMAN, "1234.5"), ("1.234.567", GERMAN, "1234567"), ("12,5", GERMAN, "12.5"),
        ("-1.234,50 €", GERMAN, "-1234.5"), ("1234,5", GERMAN, "1234.5"), ("1.5", GERMAN, None),
        ("1.23.456", GERMAN, None),
        ("1,234.50", ENGLISH, "1234.5"), ("$1,234.50", ENGLISH, "1234.5"), ("(1,234.50)", ENGLISH, "-1234.5"),
        ("1234.5", ENGLISH, "1234.5"), ("12,34,567.80", ENGLISH, "1234567.8"), ("1,5", ENGLISH, None),
        ("1,2345", ENGLISH, None), ("12.345", ENGLISH, "12.345"), ("1,234.5万", ENGLISH, "12345000"),
        ("1 234,50", FRENCH, "1234.5"), ("1\u202f234,50", FRENCH, "1234.5"), ("1\xa0234", FRENCH, "1234"),
        ("1 23", FRENCH, None), ("1'234.50", SWISS, "1234.5"), ("1’234.50", SWISS, "1234.5"),
    ],
)  # fmt: skip
def test_declared_signs_are_read_strictly(
    duck: duckdb.DuckDBPyConnection, given: str, values: ValueFormat, wanted: str | None
) -> None:
    assert read(duck, given, values=values) == (None if wanted is None else Decimal(wanted))


def test_numbers_that_are_numbers_already_do_not_care(duck: duckdb.DuckDBPyConnection) -> None:
    assert read(duck, 1234.5, values=GERMAN) == Decimal("1234.5")
    assert read(duck, 1234.0, "bigint", GERMAN) == 1234


@pytest.mark.parametrize(
    ("given", "values", "wanted"),
    [("1,234", ENGLISH, 1234), ("1.234", GERMAN, 1234), ("1.2万", PLAIN, 12000), ("1.23456万", PLAIN, None),
     ("１２", PLAIN, 12), ("(3)", PLAIN, -3), ("3,0", GERMAN, 3), ("3,5", GERMAN, None), ("6.0", PLAIN, 6)],
)  # fmt: skip
def test_whole_numbers(
    duck: duckdb.DuckDBPyConnection, given: str, values: ValueFormat, wanted: int | None
) -> None:
    assert read(duck, given, "bigint", values) == wanted


def test_a_percentage_is_no_money_and_a_rate_only_where_it_is_said(duck: duckdb.DuckDBPyConnection) -> None:
    share = ValueFormat(percent=True)
    assert read(duck, "12.5%") is None
    assert read(duck, "12.5%", values=share) == Decimal("0.125")
    assert read(duck, "-3 %", values=share) == Decimal("-0.03")
    assert read(duck, "12.5", values=share) == Decimal("12.5")
    assert read(duck, "12.5％", "double") == 0.125
    assert "percent: true" in told(duck, "12.5%")


def test_words_for_nothing_are_missing_where_declared(duck: duckdb.DuckDBPyConnection) -> None:
    declared = ValueFormat(missing=("--", "N/A"))
    for word in ("--", " -- ", "n/a"):
        assert read(duck, word, values=declared) is None
        shown = duck.execute(f"select {text('v', declared.missing)} from (select ? as v)", [word]).fetchone()
        assert shown == (None,)  # so it is empty, and not a bad value
    assert read(duck, "--", "varchar") == "--"
    assert "missing" in told(duck, "--")
    assert "missing" in told(duck, "N/A", "timestamp")


@pytest.mark.parametrize(
    ("given", "data_type", "values", "option"),
    [
        ("1,234", MONEY, PLAIN, "thousands"), ("1,5", "bigint", PLAIN, 'decimal: ","'),
        ("1 234", MONEY, PLAIN, 'thousands: " "'), ("1.5", MONEY, ValueFormat(decimal=","), 'thousands: "."'),
        ("05/06/2024", "timestamp", PLAIN, "dates: day_first or dates: month_first"),
        ("20240531", "date", PLAIN, "dates: year_first"), ("45443.5", "timestamp", PLAIN, "format: excel"),
        ("1717113600", "timestamp", PLAIN, "format: epoch for"), ("1717113600000", "timestamp", PLAIN, "epoch_ms"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_option_that_would_read_it(
    duck: duckdb.DuckDBPyConnection, given: str, data_type: str, values: ValueFormat, option: str
) -> None:
    assert read(duck, given, data_type, values) is None
    assert option in told(duck, given, data_type, values)


def at(said: str) -> datetime:
    return datetime.fromisoformat(said)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("2024年5月31日", "2024-05-31T00:00"), ("2024年05月31日 14:30:05", "2024-05-31T14:30:05"),
        ("2024年5月31日 下午3:45", "2024-05-31T15:45"), ("2024/5/31 上午9:05:07", "2024-05-31T09:05:07"),
        ("2024年5月31日14时30分", "2024-05-31T14:30"), ("２０２４-０５-３１", "2024-05-31T00:00"),
        ("2024.5.31", "2024-05-31T00:00"), ("2024-05-31 3:45 PM", "2024-05-31T15:45"),
        ("2024-05-31 12:00 a.m.", "2024-05-31T00:00"), ("31 May 2024", "2024-05-31T00:00"),
        ("May 31, 2024", "2024-05-31T00:00"), ("31-May-2024 10:00", "2024-05-31T10:00"),
        ("Fri, 31 May 2024 10:00:00 +0200", "2024-05-31T08:00"), ("Sept 3, 2024", "2024-09-03T00:00"),
        ("31-May-24", "2024-05-31T00:00"), ("Apr-17-24", "2024-04-17T00:00"),
        ("May 31, 2024 3:45:00 PM PDT", "2024-05-31T22:45"), ("Jan 1, 2024 10:00:00 PST", "2024-01-01T18:00"),
    ],
)  # fmt: skip
def test_dates_that_read_in_one_way_only(duck: duckdb.DuckDBPyConnection, given: str, wanted: str) -> None:
    assert read(duck, given, "timestamp") == at(wanted)


@pytest.mark.parametrize(
    "given", ["31 Foo 2024", "May 2024", "2024-05-31 13:45 PM", "2024年13月1日", "2024-02-30", "99/99/2024"]
)
def test_dates_that_are_none(duck: duckdb.DuckDBPyConnection, given: str) -> None:
    for order in (None, "day_first", "month_first", "year_first"):
        assert read(duck, given, "timestamp", ValueFormat(dates=order)) is None


@pytest.mark.parametrize(
    ("given", "day_first", "month_first"),
    [
        ("01/02/2024", "2024-02-01T00:00", "2024-01-02T00:00"), ("31/05/2024 14:30", "2024-05-31T13:30", None),
        ("5/31/2024 2:30 PM", None, "2024-05-31T13:30"), ("31.05.24", "2024-05-30T23:00", None),
        ("1-2-2024 10:11:12", "2024-02-01T10:11:12", "2024-01-02T10:11:12"),
        ("01/07/2011 08:26 +0200", "2011-07-01T06:26", "2011-01-07T06:26"),
        ("2024-05-31", "2024-05-30T23:00", "2024-05-30T23:00"),
    ],
)  # fmt: skip
def test_the_order_of_day_and_month_is_declared(
    duck: duckdb.DuckDBPyConnection, given: str, day_first: str | None, month_first: str | None
) -> None:
    for order, wanted in (("day_first", day_first), ("month_first", month_first)):
        values = ValueFormat(dates=order)  # type: ignore[arg-type]
        assert read(duck, given, "timestamp", values, "Europe/London") == (wanted and at(wanted))
    if not given.startswith("2024"):
        assert read(duck, given, "timestamp") is None


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("20240531", "2024-05-31T00:00"), ("20240531123059", "2024-05-31T12:30:59"),
     ("20240531 12:30:59", "2024-05-31T12:30:59"), ("24-05-31", "2024-05-31T00:00"), ("99999999", None)],
)  # fmt: skip
def test_year_first_also_reads_eight_digits(
    duck: duckdb.DuckDBPyConnection, given: str, wanted: str | None
) -> None:
    assert read(duck, given, "timestamp", ValueFormat(dates="year_first")) == (wanted and at(wanted))


def test_day_numbers_of_a_spreadsheet(duck: duckdb.DuckDBPyConnection) -> None:
    wanted = {
        "45443": "2024-05-31T00:00",
        "45443.5": "2024-05-31T12:00",
        "45443.999988426": "2024-05-31T23:59:59",
    }
    for given, instant in wanted.items():
        assert read(duck, given, "timestamp", PLAIN, "UTC", "excel") == at(instant)
    assert read(duck, 45443.5, "timestamp", PLAIN, "Asia/Shanghai", "excel") == at("2024-05-31T04:00")
    assert [read(duck, one, "timestamp", PLAIN, "UTC", "excel") for one in ("0.5", "x", "3000000")] == [
        None
    ] * 3
    assert read(duck, "2024-05-31", "timestamp", PLAIN, "UTC", "excel", "%Y-%m-%d") == at("2024-05-31T00:00")


def test_the_zone_of_an_input_outweighs_the_sources(duck: duckdb.DuckDBPyConnection) -> None:
    values = ValueFormat(timezone="America/New_York")
    assert read(duck, "2024-05-31 10:00", "timestamp", values, "Europe/London") == at("2024-05-31T14:00")


def test_ids_that_a_spreadsheet_has_spoilt(duck: duckdb.DuckDBPyConnection) -> None:
    wanted = {
        "'00123": "00123",
        '="20240531001"': "20240531001",
        "17850.0": "17850",
        "A'1": "A'1",
        "1.5E": "1.5E",
    }
    assert {given: read(duck, given, "varchar", is_id=True) for given in wanted} == wanted
    assert read(duck, "2.04E+17", "varchar", is_id=True) is None  # its digits are gone
    assert read(duck, "2.04E+17", "varchar") == "2.04E+17"
