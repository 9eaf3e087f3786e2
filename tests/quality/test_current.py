"""Which deliveries count now, and the newest instant in them, which `as_of: latest` takes."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.quality.conftest import LINES, ORDERS, Warehouse, line


def newest(warehouse: Warehouse) -> datetime | None:
    [(found,)] = warehouse.query("select max(newest_at) from staging.accepted_loads where is_current")
    return None if found is None else found.replace(tzinfo=UTC)


def test_nothing_has_landed(warehouse: Warehouse) -> None:
    assert warehouse.decide() == {}
    assert newest(warehouse) is None


def test_a_new_file_moves_the_clock_and_a_refused_one_does_not(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()]})
    warehouse.land({"b.csv": [line(Qty="x", At="2011-03-01 00:00:00")]})
    warehouse.decide()
    assert newest(warehouse) == datetime(2011, 1, 5, 10, tzinfo=UTC)
    warehouse.land({"c.csv": [line(At="2011-02-01 00:00:00")]})
    warehouse.decide()
    assert newest(warehouse) == datetime(2011, 2, 1, tzinfo=UTC)


def test_a_corrected_file_takes_its_wrong_date_back(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line(At="2099-01-01 00:00:00")]})
    warehouse.land({"a.csv": [line()]})
    warehouse.decide()
    assert newest(warehouse) == datetime(2011, 1, 5, 10, tzinfo=UTC)


def test_what_is_no_longer_configured_does_not_count_until_it_is_again(warehouse: Warehouse) -> None:
    warehouse.land({"a.csv": [line()]})
    warehouse.decide()
    warehouse.selects = []
    assert warehouse.decide() == {}
    assert newest(warehouse) is None
    warehouse.selects = [LINES, ORDERS]
    assert warehouse.decide() == {}
    assert newest(warehouse) is not None
