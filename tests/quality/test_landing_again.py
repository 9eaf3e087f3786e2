"""What the landing gate decides when files come again, the mapping changes or what it knew is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quality import gx
from tests.quality.conftest import LINES, ORDERS, Warehouse, line, select


def test_a_new_delivery_of_a_file_replaces_the_old_one(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()], "b.csv": [line()]})
    warehouse.decide()
    warehouse.land({"a.csv": [line(Qty="3")]})
    warehouse.decide()
    current = "select file, load_seq from staging.accepted_loads where is_current order by 1"
    assert warehouse.query(current) == [("a.csv", 2), ("b.csv", 1)]


def test_a_refused_delivery_leaves_the_old_one_current(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()]})
    warehouse.land({"a.csv": [line(Qty="three")]}, unreadable={"b.csv": "broken"})
    warehouse.decide()
    assert warehouse.query("select file, load_seq from staging.accepted_loads where is_current") == [
        ("a.csv", 1)
    ]


def test_every_delivery_of_a_feed_counts(warehouse: Warehouse) -> None:
    warehouse.land({"": [line("1")]})
    warehouse.land({"": [line("2")]})
    warehouse.decide()
    assert warehouse.query("select load_seq from staging.accepted_loads where is_current order by 1") == [
        (1,),
        (2,),
    ]


def test_a_repaired_mapping_takes_a_refused_file_back(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line(Qty="2 pcs"), line(Qty="3 pcs")]})
    assert warehouse.decide()["a.csv"].status == "refused"
    tolerant = '"Qty"', "replace(\"Qty\", ' pcs', '')"
    warehouse.selects = [
        replace(LINES, sql=LINES.sql.replace(*tolerant), problems_sql=LINES.problems_sql.replace(*tolerant)),
        ORDERS,
    ]
    assert warehouse.decide()["a.csv"].status == "accepted"
    assert warehouse.query("select count(*) from staging.rejects") == [(0,)]


def test_what_is_no_longer_configured_keeps_its_decisions(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()]})
    warehouse.decide()
    decided = "select * exclude (is_current) from staging.accepted_loads"
    before = warehouse.query(decided)
    warehouse.selects = []
    assert warehouse.decide() == {}
    assert warehouse.query(decided) == before


def test_a_lost_build_database_gets_the_same_decisions(warehouse: Warehouse) -> None:
    bad = [line(str(n), Qty="x" if n == 3 else "1") for n in range(10)]
    for files in ({"a.csv": [line()]}, {"b.csv": bad}, {"a.csv": [line(At="soon")], "c.csv": [line()]}):
        warehouse.land(files, unreadable={f"{len(files)}.csv": "broken"})
        warehouse.decide()
    rejects = "select * from staging.rejects order by all"
    one_by_one = warehouse.table(), warehouse.query(rejects)
    warehouse.build_db.unlink()
    warehouse.decide()
    assert (warehouse.table(), warehouse.query(rejects)) == one_by_one


def test_personal_values_are_masked_in_rejects(warehouse: Warehouse) -> None:
    inputs = {"lines": type("Input", (), {"personal": {"Code": "hash"}})()}
    warehouse.sources = [type("Source", (), {"name": "retail", "inputs": inputs})()]
    warehouse.selects = [
        select(
            "order_lines",
            "Invoice",
            {"order_id": ("Invoice", "varchar", "text"), "variant_id": ("Code", "bigint", "a number"),
             "quantity": ("Qty", "bigint", "a whole number")},
        )
    ]  # fmt: skip
    warehouse.land({"a.csv": [line("1", Code="secret", Qty="ann@example.com +4915112345678")]})
    decision = warehouse.decide()["a.csv"]
    values = dict(warehouse.query("select column_name, value from staging.rejects"))
    assert values == {"variant_id": "‹personal›", "quantity": "‹email› ‹phone›"}
    assert "example.com" not in decision.message + "".join(decision.examples)


def test_great_expectations_judges_a_load_not_each_file(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.land({f"{n}.csv": [line()] for n in range(40)})
    frames: list[int] = []
    judged = gx.validate
    monkeypatch.setattr(
        gx, "validate", lambda frame, suite: (frames.append(len(frame)), judged(frame, suite))[1]
    )
    warehouse.decide()
    assert frames == [40 * 5, 40]  # a row per file and column, a row per file


def test_bad_rows_without_a_number_cannot_stay_out_alone(warehouse: Warehouse) -> None:
    warehouse.land({"": [line(str(n), Qty="x" if n < 2 else "1") for n in range(20)]})
    for file in warehouse.raw.rglob("*.parquet"):
        _without_row_numbers(file)
    decision = warehouse.decide()[""]
    assert (decision.status, decision.rejected_rows) == ("refused", 2)
    assert "cannot be left out" in decision.message


def _without_row_numbers(path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(path).drop_columns(["_file", "_row"])
    pq.write_table(table.drop_columns(["load_id"]) if "load_id" in table.column_names else table, path)


def test_types_that_differ_between_loads_are_judged_the_same_in_one_pass(warehouse: Warehouse) -> None:
    for n, value in enumerate((2, [1, 2], "3", None, 4.0)):
        warehouse.land({f"{n}.parquet": [line(Qty=value)]})
        warehouse.decide()
    one_by_one = warehouse.table()
    warehouse.build_db.unlink()
    warehouse.decide()
    assert warehouse.table() == one_by_one
    assert [row[8] for row in one_by_one] == ["accepted", "refused", "accepted", "refused", "accepted"]
