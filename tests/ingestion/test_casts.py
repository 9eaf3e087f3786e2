"""What becomes of a raw value under each type of a contract, exactly, in any session time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from ingestion.mapping.casts import cast, text, version

MONEY = "decimal(18,4)"


@pytest.fixture(params=["UTC", "Asia/Kolkata", "America/New_York"])
def session(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session whose own time zone must not matter."""
    with duckdb.connect() as connection:
        connection.execute(f"set timezone = '{request.param}'")
        yield connection


@pytest.fixture
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def evaluate(connection: duckdb.DuckDBPyConnection, expression: str, raw: str) -> Any:
    """The expression over one row whose `value` is the SQL `raw`."""
    row = connection.execute(
        f"select {expression} from (select value, {text('value')} as clean from (select {raw} as value))"
    ).fetchone()
    assert row is not None
    return row[0]


def as_type(
    connection: duckdb.DuckDBPyConnection,
    raw: str,
    data_type: str,
    zone: str = "UTC",
    formats: Sequence[str] = (),
    *,
    is_id: bool = False,
) -> Any:
    return evaluate(connection, cast("value", "clean", data_type, zone, formats, is_id=is_id), raw)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("'  Größe M '", "Größe M"),
        ("chr(9) || '1001' || chr(9)", "1001"),  # what spreadsheets' exports put around ids
        ("chr(65279) || 'x' || chr(160) || chr(12288)", "x"),
        ("'订单 1'", "订单 1"),
        ("''", None),
        ("' ' || chr(13) || chr(10)", None),
        ("null", None),
        ("12", "12"),
        ("17850.0::double", "17850.0"),
        ("timestamptz '2024-05-31 12:00:00+02'", "2024-05-31 10:00:00+00"),
    ],
)
def test_text_is_trimmed_of_every_white_space_and_empty_is_null(
    session: duckdb.DuckDBPyConnection, raw: str, wanted: str | None
) -> None:
    assert as_type(session, raw, "varchar") == wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [("'17850.0'", "17850"), ("'17850.00'", "17850"), ("17850.0::double", "17850"), ("'17850'", "17850"),
     ("'A.0'", "A.0"), ("'1.50'", "1.50"), ("' 7.0 '", "7"), ("null", None)],
)  # fmt: skip
def test_identifier_loses_the_decimals_of_a_spreadsheet_and_nothing_else(
    duck: duckdb.DuckDBPyConnection, raw: str, wanted: str | None
) -> None:
    assert as_type(duck, raw, "varchar", is_id=True) == wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("'6'", 6),
        ("' -6.0 '", -6),
        ("'+6.'", 6),
        ("6::tinyint", 6),
        ("6.0::double", 6),
        ("6.0000::decimal(18,4)", 6),
        ("sum(6)", 6),
        ("'6.5'", None),  # a plain cast would give 7
        ("6.5::double", None),
        ("6.5::decimal(4,1)", None),
        ("'1e3'", None),
        ("'0x10'", None),
        ("'1_000'", None),
        ("'1,000'", None),
        ("'six'", None),
        ("'99999999999999999999'", None),
        ("99999999999999999999::hugeint", None),
        ("true", None),
        ("null", None),
    ],
)
def test_integer_takes_whole_numbers_only(
    duck: duckdb.DuckDBPyConnection, raw: str, wanted: int | None
) -> None:
    assert as_type(duck, raw, "bigint") == wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("'2.55'", "2.55"),
        ("' 2.5 '", "2.5"),
        ("'2.34565'", "2.3457"),
        ("'2.34564999'", "2.3456"),
        ("'-2.34565'", "-2.3457"),
        ("2.34565::decimal(10,5)", "2.3457"),
        ("-2.34565::decimal(10,5)", "-2.3457"),
        ("0.1::double + 0.2::double", "0.3"),
        ("2.675::double", "2.675"),
        ("7", "7"),
        ("'1e-5'", "0"),
        ("'5.191590093e-6'", "0"),
        ("5.191590093e-6::double", "0"),
        ("'1.5E3'", "1500"),
        ("'1e999'", None),
        ("'1.0029999999999999'", "1.0030"),
        ("'.5'", "0.5"),
        ("'nan'", None),
        ("'inf'", None),
        ("'nan'::double", None),
        ("'inf'::double", None),
        ("'1_000.5'", None),
        ("'1,000.50'", None),
        ("'£5'", "5"),
        ("'12%'", None),
        ("'999999999999999'", None),
        ("''", None),
    ],
)
def test_money_is_rounded_half_up_to_four_decimals(
    duck: duckdb.DuckDBPyConnection, raw: str, wanted: str | None
) -> None:
    assert as_type(duck, raw, MONEY) == (None if wanted is None else Decimal(wanted))


@pytest.mark.parametrize("wanted", [True, False])
def test_boolean_takes_the_usual_words(duck: duckdb.DuckDBPyConnection, wanted: bool) -> None:
    words = (
        ("true", "T", "Yes", "y", "1", "1.0", "是") if wanted else ("FALSE", "f", "no", "N", "0", "0.0", "否")
    )
    assert [as_type(duck, f"' {word} '", "boolean") for word in words] == [wanted] * len(words)
    assert as_type(duck, f"{wanted}", "boolean") is wanted
    assert as_type(duck, f"{int(wanted)}", "boolean") is wanted
    assert as_type(duck, "'maybe'", "boolean") is None


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("'2011-07-01 08:26:00'", "2011-07-01T07:26"),  # summer time in London
        ("'2010-12-01T08:26'", "2010-12-01T08:26"),
        ("'2011/7/1 8:26'", "2011-07-01T07:26"),
        ("'2011-07-01'", "2011-06-30T23:00"),  # a day begins at midnight there
        ("'2011-07-01 08:26:00Z'", "2011-07-01T08:26"),
        ("'2011-07-01T08:26z'", "2011-07-01T08:26"),
        ("'2011-07-01 08:26:00 UTC'", "2011-07-01T08:26"),
        ("'2011-07-01 08:26:00 +0800'", "2011-07-01T00:26"),
        ("'2011-07-01T08:26:00.250+05:30'", "2011-07-01T02:56:00.250"),
        ("'2011-07-01 08:26-04'", "2011-07-01T12:26"),
        ("'2011-03-27 01:30:00'", "2011-03-27T01:30"),  # an hour that does not exist: ICU moves it on
        ("timestamp '2011-07-01 08:26:00'", "2011-07-01T07:26"),
        ("timestamp_ns '2011-07-01 08:26:00'", "2011-07-01T07:26"),
        ("date '2011-07-01'", "2011-06-30T23:00"),
        ("timestamptz '2011-07-01 08:26:00+00'", "2011-07-01T08:26"),
        ("'10/12/20'", None),  # a plain cast would give the year 10
        ("'01/12/2010'", None),
        ("'epoch'", None),
        ("'infinity'", None),
        ("'2011-02-30'", None),
        ("'20110701'", None),
        ("'2011-07-01 08:26 Europe/Paris'", None),
        ("20110701", None),
        ("true", None),
        ("' '", None),
    ],
)
def test_instant_is_utc_whatever_the_session(
    session: duckdb.DuckDBPyConnection, raw: str, wanted: str | None
) -> None:
    given = as_type(session, raw, "timestamp", "Europe/London")
    assert given == (None if wanted is None else datetime.fromisoformat(wanted))


@pytest.mark.parametrize(
    ("raw", "formats", "wanted"),
    [
        ("'01/07/2011 08:26'", ("%d/%m/%Y %H:%M",), "2011-07-01T07:26"),
        ("'01/07/2011'", ("%d/%m/%Y %H:%M", "%d/%m/%Y"), "2011-06-30T23:00"),
        ("'2011年07月01日'", ("%Y年%m月%d日",), "2011-06-30T23:00"),
        ("'01 Jul 2011 08:26 +0200'", ("%d %b %Y %H:%M %z",), "2011-07-01T06:26"),
        ("'1309508760'", ("epoch",), "2011-07-01T08:26"),
        ("1309508760123", ("epoch_ms",), "2011-07-01T08:26:00.123"),
        ("timestamp '2011-07-01 08:26:00'", ("%d/%m/%Y",), "2011-07-01T07:26"),
        ("'2011-07-01'", ("%d/%m/%Y",), None),
        ("'32/07/2011'", ("%d/%m/%Y",), None),
    ],
)
def test_instant_in_a_declared_format(
    session: duckdb.DuckDBPyConnection, raw: str, formats: Sequence[str], wanted: str | None
) -> None:
    given = as_type(session, raw, "timestamp", "Europe/London", formats)
    assert given == (None if wanted is None else datetime.fromisoformat(wanted))


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("'2011-07-01'", date(2011, 7, 1)),
        ("'2011-07-01 23:59:59'", date(2011, 7, 1)),
        ("'2011-07-01T17:00:00Z'", date(2011, 7, 2)),
        ("date '2011-07-01'", date(2011, 7, 1)),
        ("'1 July'", None),
    ],
)
def test_date_is_the_day_in_the_sources_zone(
    session: duckdb.DuckDBPyConnection, raw: str, wanted: date | None
) -> None:
    assert as_type(session, raw, "date", "Asia/Shanghai") == wanted


def test_version_grows_with_numbers_and_with_instants(session: duckdb.DuckDBPyConnection) -> None:
    expression = version("value", "clean", "Europe/London")
    assert evaluate(session, expression, "' 17.0 '") == 17
    assert evaluate(session, expression, "17::integer") == 17
    micros = 1_309_505_160_000_000
    for raw in ("'2011-07-01 08:26:00'", "timestamp '2011-07-01 08:26:00'", "'2011-07-01T07:26:00Z'"):
        assert evaluate(session, expression, raw) == micros
    assert evaluate(session, expression, "timestamptz '2011-07-01 07:26:00+00'") == micros
    assert evaluate(session, expression, "'v2'") is None


def test_type_that_contracts_do_not_know_is_an_error() -> None:
    with pytest.raises(ValueError, match="money"):
        cast("value", "clean", "money", "UTC")
