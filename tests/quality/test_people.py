"""Decisions of persons."""

from __future__ import annotations

import pytest

from quality import people
from quality.acceptance import Key
from tests.quality.conftest import Warehouse, line


def _key(load_id: str, file: str) -> Key:
    return Key("retail", "lines", load_id, file)


def test_a_person_accepts_a_refused_file(warehouse: Warehouse) -> None:
    load_id = warehouse.land({"a.csv": [line(Qty="x"), line()]})
    warehouse.decide()
    decision = people.accept(warehouse, _key(load_id, "a.csv"), who="ann", note="known typo")
    assert (decision.status, decision.reason, decision.decided_by) == ("accepted", "known typo", "ann")
    assert warehouse.query("select status, decided_by, is_current from staging.accepted_loads") == [
        ("accepted", "ann", True)
    ]
    assert warehouse.query("select row from staging.rejects") == [(1,)], "the bad row stays out"


def test_a_person_refuses_the_newer_delivery_and_the_older_counts_again(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()]})
    newer = warehouse.land({"a.csv": [line(Qty="9")]})
    warehouse.decide()
    people.refuse(warehouse, _key(newer, "a.csv"), who="ann")
    assert warehouse.query("select load_seq from staging.accepted_loads where is_current") == [(1,)]


def test_it_outlives_the_gate_and_the_build_database(warehouse: Warehouse) -> None:
    load_id = warehouse.land({"a.csv": [line(Qty="x"), line()]})
    warehouse.decide()
    people.accept(warehouse, _key(load_id, "a.csv"), who="ann")
    warehouse.max_reject_share = 0.3  # other thresholds: the gate looks at every file again
    warehouse.decide()
    before = warehouse.table()
    assert before[0][before[0].index("ann")] == "ann"
    warehouse.build_db.unlink()
    warehouse.decide()
    assert warehouse.table() == before


def test_a_record_without_its_row_is_brought_in_line(warehouse: Warehouse) -> None:
    load_id = warehouse.land({"a.csv": [line()]})
    warehouse.decide()
    database = warehouse.build_db.read_bytes()
    people.refuse(warehouse, _key(load_id, "a.csv"), who="ann")
    warehouse.build_db.write_bytes(database)  # as after a kill between the record and the table
    with (warehouse.state / "published" / "decisions.jsonl").open("a") as file:
        file.write('{"source": "ret')  # and one that was cut short
    warehouse.decide()
    assert warehouse.query("select status, decided_by from staging.accepted_loads") == [("refused", "ann")]
    people.accept(warehouse, _key(load_id, "a.csv"), who="bob")
    assert people.marks(warehouse)[_key(load_id, "a.csv")].who == "bob"


def test_reset_gives_it_back_to_the_gate(warehouse: Warehouse) -> None:
    load_id = warehouse.land({"a.csv": [line()]})
    warehouse.decide()
    people.refuse(warehouse, _key(load_id, "a.csv"), who="ann")
    people.reset(warehouse, _key(load_id, "a.csv"), who="ann")
    decision = warehouse.decide()["a.csv"]
    assert (decision.status, decision.decided_by) == ("accepted", "gate")


def test_what_cannot_be_decided(warehouse: Warehouse) -> None:
    load_id = warehouse.land({"a.csv": [line()]}, unreadable={"b.csv": "broken"})
    warehouse.decide()
    with pytest.raises(people.DecisionError, match="no such file"):
        people.accept(warehouse, _key(load_id, "z.csv"), who="ann")
    with pytest.raises(people.DecisionError, match="nothing of it was landed"):
        people.accept(warehouse, _key(load_id, "b.csv"), who="ann")
    with pytest.raises(people.DecisionError, match="who"):
        people.refuse(warehouse, _key(load_id, "a.csv"), who="gate")
