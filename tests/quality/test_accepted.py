"""What counts now."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.accepted import fingerprint, newest_at
from tests.quality.conftest import Warehouse, line


def test_nothing_has_landed(warehouse: Warehouse) -> None:
    assert newest_at(warehouse) is None
    nothing = fingerprint(warehouse)
    warehouse.decide()
    assert (newest_at(warehouse), fingerprint(warehouse)) == (None, nothing)


def test_a_new_file_moves_both_and_a_refused_one_neither(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()]})
    warehouse.decide()
    before = fingerprint(warehouse)
    assert newest_at(warehouse) == datetime(2011, 1, 5, 10, tzinfo=UTC)
    warehouse.land({"b.csv": [line(Qty="x", At="2011-03-01 00:00:00")]})
    warehouse.decide()
    assert (newest_at(warehouse), fingerprint(warehouse)) == (datetime(2011, 1, 5, 10, tzinfo=UTC), before)
    warehouse.land({"c.csv": [line(At="2011-02-01 00:00:00")]})
    warehouse.decide()
    assert newest_at(warehouse) == datetime(2011, 2, 1, tzinfo=UTC)
    assert fingerprint(warehouse) != before


def test_a_corrected_file_takes_its_wrong_date_back(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line(At="2099-01-01 00:00:00")]})
    warehouse.land({"a.csv": [line()]})
    warehouse.decide()
    assert newest_at(warehouse) == datetime(2011, 1, 5, 10, tzinfo=UTC)


def test_what_is_no_longer_configured_does_not_move_the_clock(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()]})
    warehouse.decide()
    warehouse.selects = []
    assert newest_at(warehouse) is None
