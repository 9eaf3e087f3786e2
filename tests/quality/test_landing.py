"""What the landing gate decides of good, bad and strange files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest

from quality import gx, rejects
from tests.quality.conftest import LINES, ORDERS, Warehouse, line, select


def instant(day: int, hour: int) -> datetime:
    """As the tables hold it: UTC, without saying so."""
    return datetime(2011, 1, day, hour, tzinfo=UTC).replace(tzinfo=None)


def test_good_files_are_accepted_and_current(warehouse: Warehouse) -> None:
    load_id = warehouse.land(
        {"a.csv": [line("1"), line("2", At="2011-01-07 09:00:00")], "b.csv": [line("3")]}
    )
    decisions = warehouse.decide()
    assert [d.status for d in decisions.values()] == ["accepted", "accepted"]
    assert warehouse.query(
        "select source_name, input, load_id, load_seq, file, content_hash, rows, rejected_rows, status, reason,"
        " decided_by, newest_at, is_current from staging.accepted_loads where file = 'a.csv'"
    ) == [
        (
            "retail",
            "lines",
            load_id,
            1,
            "a.csv",
            "a.csv1",
            2,
            0,
            "accepted",
            None,
            "gate",
            instant(7, 9),
            True,
        )
    ]
    assert warehouse.query("select count(*) from staging.rejects") == [(0,)]


def test_a_second_look_decides_nothing(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse.land({"a.csv": [line()]})
    warehouse.decide()
    monkeypatch.setattr(gx, "validate", lambda *_: pytest.fail("nothing is new, so nothing is judged"))
    assert warehouse.decide() == {}


def test_one_bad_file_does_not_sink_the_others(warehouse: Warehouse) -> None:
    good = {f"{n:03}.csv": [line(str(n))] * 3 for n in range(20)}
    warehouse.land({**good, "bad.csv": [line(Qty="two"), line(Qty="x"), line()]})
    decisions = warehouse.decide()
    assert [d.key.file for d in decisions.values() if d.status == "refused"] == ["bad.csv"]
    message = decisions["bad.csv"].message
    assert "\n" not in message
    for part in (
        "bad.csv",
        "2 of 3 rows",
        "Qty",
        "row 1",
        "order_lines.quantity",
        "'two'",
        "a whole number",
        "mend",
    ):
        assert part in message


def test_bad_rows_are_left_out_while_few(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [*[line(str(n)) for n in range(9)], line("9", Qty="many")]})
    decision = warehouse.decide()["a.csv"]
    assert (decision.status, decision.rejected_rows) == ("accepted", 1)
    assert decision.examples == ("row 10, column order_lines.quantity is 'many', expected a whole number",)
    assert warehouse.query(
        "select file, row, entity, entity_key, column_name, value, expected from staging.rejects"
    ) == [("a.csv", 10, "order_lines", "9", "quantity", "many", "a whole number")]


def test_the_share_that_may_be_rejected_is_a_threshold(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line(Qty="many"), line(), line()]})
    assert warehouse.decide()["a.csv"].status == "refused"
    warehouse.max_reject_share = 0.5
    assert warehouse.decide()["a.csv"].status == "accepted"


def test_a_row_that_is_rejected_does_not_count_for_newest_at(warehouse: Warehouse) -> None:
    rows = [line(str(n)) for n in range(9)]
    warehouse.land({"a.csv": [*rows, line(None, At="2099-01-01 00:00:00")]})
    assert warehouse.decide()["a.csv"].newest_at == instant(5, 10)


@pytest.mark.parametrize("with_columns", [True, False])
def test_a_missing_column_is_named_with_the_nearest(warehouse: Warehouse, with_columns: bool) -> None:
    warehouse.with_columns = with_columns
    renamed = {key if key != "Qty" else "Qtty": value for key, value in line().items()}
    warehouse.land({"old.csv": [line()]})
    warehouse.land({"new.csv": [renamed]})
    decisions = warehouse.decide()
    assert decisions["old.csv"].status == "accepted"
    assert decisions["new.csv"].status == "refused"
    if (
        with_columns
    ):  # without a note of the file's columns, a column that others of the pass have looks empty
        assert "column Qty is missing, which order_lines.quantity is mapped from (nearest: Qtty)" in (
            decisions["new.csv"].message
        )


def test_a_column_that_is_missing_in_one_file_of_a_load(warehouse: Warehouse) -> None:
    without = {key: value for key, value in line().items() if key != "Price"}
    warehouse.land({"a.csv": [line()], "b.csv": [without]})
    decisions = warehouse.decide()
    assert decisions["a.csv"].status == "accepted"
    assert "column Price is missing" in decisions["b.csv"].message


def test_a_mapped_column_that_no_file_has(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [{"Invoice": "1", "Code": "A", "Qty": "1", "At": "2011-01-01"}]})
    assert "column Price is missing" in warehouse.decide()["a.csv"].message


def test_a_column_that_only_later_loads_have_is_null_before(warehouse: Warehouse) -> None:
    without = {key: value for key, value in line().items() if key != "Price"}
    warehouse.land({"1.csv": [without], "1.jsonl": [without]})
    assert {d.status for d in warehouse.decide().values()} == {"refused", "accepted"}
    warehouse.land({"2.csv": [line()]})
    decisions = warehouse.decide()
    assert [d.status for d in decisions.values()] == ["accepted"] * 3, "looked at again, as a rebuild would"
    assert decisions["1.csv"].reason == "columns that it does not have yet, NULL here: Price"
    warehouse.land({"3.csv": [without], "3.jsonl": [without]})
    decisions = warehouse.decide()
    assert (
        "column Price is missing, which order_lines.unit_price is mapped from" in decisions["3.csv"].message
    )
    assert decisions["3.jsonl"].status == "accepted", "a row of JSON names only what it fills"


def test_a_select_that_groups_rows_is_judged_file_by_file(warehouse: Warehouse) -> None:
    keys = 'select Invoice as order_id, max(try_cast("At" as timestamp)) as created_at from __raw__ as lines group by 1'
    rows = f"select ''::varchar as _load_id, ''::varchar as _file, null::bigint as _row, * from ({keys})"
    problems = (
        "select _load_id, _file, _row, order_id as entity_key, 'created_at' as column_name, null as value,"
        f" 'a value' as expected from ({rows}) where created_at is null"
    )
    warehouse.selects = [LINES, replace(ORDERS, sql=rows, problems_sql=problems, rowwise=False)]
    good = [line("1"), line("1", At="")]
    warehouse.land(
        {"a.csv": good, "b.csv": [*good * 50, line("2", At="")], "c.csv": [line(At="2011-01-09 08:00")]}
    )
    decisions = warehouse.decide()
    assert {file: d.status for file, d in decisions.items()} == {
        "a.csv": "accepted", "b.csv": "refused", "c.csv": "accepted",
    }  # fmt: skip
    assert "1 rows with bad values cannot be left out on their own" in decisions["b.csv"].message
    assert decisions["c.csv"].newest_at == instant(9, 8)


def test_a_column_that_is_dropped_as_personal(warehouse: Warehouse) -> None:
    inputs = {"lines": type("Input", (), {"personal": {"price": "drop"}})()}
    warehouse.sources = [type("Source", (), {"name": "retail", "inputs": inputs})()]
    warehouse.land({"a.csv": [{"Invoice": "1", "Code": "A", "Qty": "1", "At": "2011-01-01"}]})
    assert "dropped as personal data" in warehouse.decide()["a.csv"].message


def test_new_columns_are_noted_not_refused(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()]})
    warehouse.land({"b.csv": [line(Colour="red")]})
    decisions = warehouse.decide()
    assert (decisions["a.csv"].reason, decisions["b.csv"].status) == (None, "accepted")
    assert decisions["b.csv"].reason == "new columns that nothing is mapped from: Colour"


def test_an_unreadable_file_is_refused_with_its_reason(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()]}, unreadable={"b.csv": "not gzip although it is named .gz"})
    decisions = warehouse.decide()
    assert decisions["a.csv"].status == "accepted"
    assert decisions["b.csv"].message == "retail/lines b.csv: refused: not gzip although it is named .gz"


def test_a_file_of_which_nothing_is_usable(warehouse: Warehouse) -> None:
    warehouse.selects = [
        select("order_lines", "Invoice", {"order_id": ("Invoice", "varchar", "text")}, "Qty = '7'")
    ]
    warehouse.land({"a.csv": [line()], "empty.csv": []})
    decisions = warehouse.decide()
    assert "none of its 1 rows reaches an entity" in decisions["a.csv"].message
    assert decisions["empty.csv"].status == "accepted"


def test_rows_that_vanished_from_raw(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()], "b.csv": [line()]})
    warehouse.manifest[0] = replace(warehouse.manifest[0], rows=5)
    decisions = warehouse.decide()
    assert "raw holds 1 of the 5 rows" in decisions["a.csv"].message
    assert decisions["b.csv"].status == "accepted"


def test_a_damaged_parquet_file_refuses_its_load_only(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()]})
    load_id = warehouse.land({"b.csv": [line()]})
    warehouse.land({"c.csv": [line()]})
    landed = warehouse.raw / f"retail/lines/load_id={load_id}/a.parquet"
    sound = landed.read_bytes()
    landed.write_bytes(b"PAR1 nonsense PAR1")
    decisions = warehouse.decide()
    assert {file: d.status for file, d in decisions.items()} == {
        "a.csv": "accepted", "b.csv": "refused", "c.csv": "accepted",
    }  # fmt: skip
    assert "cannot be read" in decisions["b.csv"].message
    landed.write_bytes(sound)
    assert {file: d.status for file, d in warehouse.decide().items()} == {"b.csv": "accepted"}


def test_what_is_wrong_with_the_machine_is_not_the_files_fault(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise duckdb.IOException("Could not write to file: No space left on device")

    warehouse.land({"a.csv": [line()]})
    monkeypatch.setattr(rejects, "collect", full)
    with pytest.raises(duckdb.IOException):
        warehouse.decide()
    assert warehouse.table() == []


def test_a_cast_in_a_select_that_fails_refuses_only_its_file(warehouse: Warehouse) -> None:
    strict = LINES.sql.replace("try_cast", "cast")
    warehouse.selects = [
        replace(LINES, sql=strict, problems_sql=LINES.problems_sql.replace("try_cast", "cast"))
    ]
    warehouse.land({f"{n}.csv": [line()] for n in range(9)} | {"bad.csv": [line(Qty="two")]})
    decisions = warehouse.decide()
    assert [d.key.file for d in decisions.values() if d.status == "refused"] == ["bad.csv"]
    assert "try_cast" in decisions["bad.csv"].message


def test_a_type_with_which_a_select_cannot_be_planned_refuses_its_load(warehouse: Warehouse) -> None:
    doubled = '"Qty"', '("Qty" * 2)'
    sql, problems = (text.replace(*doubled) for text in (LINES.sql, LINES.problems_sql))
    warehouse.selects = [replace(LINES, sql=sql, problems_sql=problems)]
    for n, value in enumerate((1, "2", 3)):
        warehouse.land({f"{n}.parquet": [line(Qty=value)]})
    decisions = warehouse.decide()
    assert [d.status for d in decisions.values()] == ["accepted", "refused", "accepted"]
    assert "Cannot" in decisions["1.parquet"].message or "No function" in decisions["1.parquet"].message


def test_a_changed_type_that_cannot_be_cast_is_refused(warehouse: Warehouse) -> None:
    warehouse.land({"a.parquet": [line(Qty=2)]})
    warehouse.decide()
    warehouse.land({"b.parquet": [line(Qty=[1, 2])]})
    assert "column order_lines.quantity is '[1, 2]'" in warehouse.decide()["b.parquet"].message
