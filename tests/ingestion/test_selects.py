"""Selects of a configuration: what is row-wise, what is read, what is refused, and that the text stays as it is."""

from __future__ import annotations

import duckdb
import pytest

from ingestion.mapping.selects import SelectError, understand


def over(text: str) -> list[tuple[object, ...]]:
    """What the select over the input `lines` gives for two raw rows, by name of the output."""
    select = understand(text, "lines")
    with duckdb.connect() as connection:
        connection.execute(
            "create table landed as select *, false as _deleted"
            " from (values (1, 'x', 'L1', 1, 'f.csv', 1), (2, 'y', 'L2', 2, 'f.csv', 7))"
            ' as t(a, "订单 号", _load_id, _load_seq, _file, _row)'
        )
        sql = select.over_raw(['{input}."a" as extra'] if select.rowwise else [])
        return connection.execute(
            f"select * from ({sql.replace('__raw__', 'landed')}) order by all"
        ).fetchall()


@pytest.mark.parametrize(
    "text",
    [
        "select a + 1 as b",
        "select a + 1 as b from lines",
        "SELECT a + 1 b FROM Lines AS l -- from nothing\n",
        "select l.a + 1 as b from lines l where l.a is not distinct from l.a",
        "-- 说明\nselect /* 订单 */ a + 1 as b from lines where a > 0 order by a; ",
        "select lines.a + 1 as b from \"lines\" where extract(year from date '2020-01-01') = 2020",
        "select a + 1 as b where a is distinct from 0 -- end",
        "select b: a + 1",
    ],
)
def test_row_wise_select_takes_the_rows_provenance_along(text: str) -> None:
    assert understand(text, "lines").rowwise
    assert over(text) == [("L1", 1, "f.csv", 1, False, 1, 2), ("L2", 2, "f.csv", 7, False, 2, 3)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("select sum(a) as b", [(3,)]),
        ("select max(a) as b from lines group by _file", [(2,)]),
        ("select arg_max(a, _row) as b", [(2,)]),
        ("select distinct 1 as b from lines", [(1,)]),
        ("select a as b qualify row_number() over (order by a desc) = 1", [(2,)]),
        ("select sum(a) over () as b from lines", [(3,), (3,)]),
        ("select a as b order by a desc limit 1", [(2,)]),
        (
            "with t as (select a, count(*) as n from lines group by a) select t.a + n as b from t",
            [(2,), (3,)],
        ),
        ("select l.a as b from lines l join lines as r on l.a = r.a + 1", [(2,)]),
        ("select a as b from lines union all select a from lines where a = 1", [(1,), (1,), (2,)]),
        ("select unnest([a, a]) as b", [(1,), (1,), (2,), (2,)]),
        ("select u.x as b from lines, unnest([a]) as u(x)", [(1,), (2,)]),
        ("select a as b where a = (select max(a) from lines)", [(2,)]),
        ("select any_value(a) filter (where a = 2) as b", [(2,)]),
        ("select string_agg(\"订单 号\", ',' order by a) as b", [("x,y",)]),
    ],
)
def test_other_selects_see_all_rows_and_carry_nothing(text: str, rows: list[tuple[object, ...]]) -> None:
    select = understand(text, "lines")
    assert not select.rowwise
    assert select.outputs == ("b",)
    assert over(text) == rows


def test_columns_read_are_the_raw_ones_behind_all_renaming() -> None:
    select = understand(
        'select trim("订单 号") as order_id, Qty as qty, upper(order_id) as again, address.city as city,'
        " list_transform(tags, t -> t || 'x') as tags2, _file as source_file where l.Price > 0 and qty > 0",
        "l",
    )
    assert select.reads == {
        "order_id": {"订单 号"},
        "qty": {"Qty"},
        "again": {"订单 号"},
        "city": {"address"},
        "tags2": {"tags"},
        "source_file": frozenset(),
    }
    assert select.filters == {"Price", "qty"}
    cte = "with t as (select k as id, p * q as v from l)"
    grouped = understand(f"{cte} select id as a, sum(v) as b from t group by id", "l")
    assert grouped.raw_columns == grouped.filters == {"k", "p", "q"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("select a as b from orders", "reads orders; it can only read its own input, lines"),
        ("select a as b from main.lines", "reads main.lines"),
        ("select a as b from read_csv('/etc/passwd')", "can only read its own input"),
        ("select a as b from 'other.parquet'", "can only read its own input"),
        ("select a as b where a in (select x from secrets)", "reads secrets"),
        ("select a as b from lines union all select c as b", "does not read its input"),
        ("with t as (select 1 as k) select k as b from t", "does not read its input"),
        ("with lines as (select * from lines) select a as b from lines", "give it another name"),
        ("select *", "name the columns"),
        ("select columns('a.*')", "name the columns"),
        ("select lines.* from lines", "name the columns"),
        ("select a + 1 from lines", "needs a name for the column `a + 1`"),
        ("select a as x, b as X", "gives x twice"),
        ("select random() as b", "may change from run to run"),
        ("select current_date as b", "may change from run to run"),
        ("select a as b where t < now()", "may change from run to run"),
        ("select uuid() as b", "may change from run to run"),
        ("select getenv('HOME') as b", "may change from run to run"),
        ("select ? as b", "has a parameter"),
        ("select $1 as b", "has a parameter"),
        ("from lines select a as b", "should begin with select"),
        ("delete from lines", "should be one select"),
        ("select a as b; select a as c", "should be one select"),
        ("", "should be one select"),
        ("select a as b\nfrom lines\nwhre a", "is not valid SQL in its line 3"),
        ("select 'a as b", "unterminated quoted string"),
    ],
)  # fmt: skip
def test_what_a_mapping_may_not_do_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(SelectError) as caught:
        understand(text, "lines")
    assert said in str(caught.value)
