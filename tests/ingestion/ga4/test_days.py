"""A day is what is replaced: intraday rows, files that are gone, days that shrank, days that nobody looks at again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion import lake
from tests.ingestion.ga4_kit import configured, event, put
from tests.ingestion.landing import CHILD, kill_at
from tests.ingestion.memory_lake import Landed, MemoryLake


class Export:
    """An export in a shop's folder, and a lake that it lands in."""

    def __init__(self, shop: Path) -> None:
        self.shop, self.lake = shop, MemoryLake("ga")

    def land(self, **options: bool) -> Landed:
        return self.lake.land(configured(self.shop), **options)

    def names(self) -> list[str]:
        return [str(one["event_type"]) for one in self.lake.canonical(configured(self.shop))]


@pytest.fixture
def export(shop: Path) -> Export:
    return Export(shop)


def test_intraday_rows_count_until_the_day_is_there_and_never_both(shop: Path, export: Export) -> None:
    intraday = put(shop, "events_intraday_20260101.parquet", event("page_view", "a"), event("login", "a", 1))
    export.land()
    assert export.names() == ["page_view", "login"]
    put(
        shop,
        "events_intraday_20260101.parquet",
        event("page_view", "a"),
        event("login", "a", 1),
        event("search", "a", 2),
    )
    export.land()
    assert export.names() == ["page_view", "login", "search"]
    put(shop, "events_20260101.parquet", event("page_view", "a"), event("search", "a", 2))
    assert export.land().count == 2
    assert export.names() == ["page_view", "search"]
    intraday.unlink()
    assert not export.land().rows


def test_an_intraday_table_that_is_gone_before_its_day_comes_leaves_its_rows(
    shop: Path, export: Export
) -> None:
    put(shop, "events_intraday_20260101.parquet", event("page_view", "a"))
    export.land()
    (shop / "export" / "events_intraday_20260101.parquet").unlink()
    assert export.land().plan.vanished == ["2026-01-01"]
    assert export.names() == ["page_view"]
    put(shop, "events_20260101.parquet", event("login", "a"))
    export.land()
    assert export.names() == ["login"]


def test_a_day_s_own_table_replaces_intraday_rows_however_late_it_comes(shop: Path, export: Export) -> None:
    put(shop, "events_intraday_20260101.parquet", event("page_view", "a"))
    put(shop, "events_20260120.parquet", event("page_view", "b", day=20))
    export.land()
    put(shop, "events_20260101.parquet", event("login", "a"))
    export.land()
    assert export.names() == ["login", "page_view"]


def test_a_day_that_is_written_again_with_fewer_events_loses_the_others(shop: Path, export: Export) -> None:
    put(shop, "events_20260101.parquet", *(event("page_view", "a", at) for at in range(5)))
    export.land()
    put(shop, "events_20260101.parquet", event("page_view", "a", 0), event("page_view", "a", 3))
    export.land()
    assert len(export.names()) == 2
    put(shop, "events_20260101.parquet")
    export.land()
    assert export.names() == []


def test_several_files_make_a_day_and_one_that_is_gone_takes_its_rows_along(
    shop: Path, export: Export
) -> None:
    put(shop, "events_20260101_000000000000.parquet", event("page_view", "a"))
    second = put(shop, "events_20260101_000000000001.parquet", event("login", "a", 1))
    assert export.land().count == 2
    assert [row["_row"] for row in export.lake.raw("events")] == [1, 2]
    second.unlink()
    export.land()
    assert export.names() == ["page_view"]


def test_days_before_the_window_are_not_even_opened(shop: Path, export: Export) -> None:
    old = put(shop, "events_20260101.parquet", event("page_view", "a"))
    put(shop, "events_20260104.parquet", event("page_view", "a", day=4))
    export.land()
    old.write_bytes(b"nothing that could be read")
    inside = export.land()  # the window of four days, 1 to 4 January
    assert [(one.file, one.status) for one in inside.rows] == [("2026-01-01", "unreadable")]
    put(shop, "events_20260101.parquet", event("page_view", "a"), event("login", "a", 1))
    export.land()
    put(shop, "events_20260105.parquet", event("page_view", "a", day=5))
    export.land()
    old.write_bytes(b"nothing that could be read")
    before = old.stat().st_atime_ns
    assert not export.land().rows
    assert old.stat().st_atime_ns == before
    found = export.land(reconcile=True)
    assert [(one.file, one.status) for one in found.rows] == [("2026-01-01", "unreadable")]
    assert export.names() == ["page_view", "login", "page_view", "page_view"]


def test_an_old_day_is_compared_when_everything_is(shop: Path, export: Export) -> None:
    put(shop, "events_20260101.parquet", event("page_view", "a"))
    put(shop, "events_20260110.parquet", event("page_view", "a", day=10))
    export.land()
    put(shop, "events_20260101.parquet", event("login", "a"))
    assert not export.land().rows
    export.land(reconcile=True)
    assert export.names() == ["login", "page_view"]


def test_days_that_are_missing_and_files_that_say_no_day_are_told(shop: Path, export: Export) -> None:
    for day in (1, 3, 7):
        put(shop, f"events_2026010{day}.parquet", event("page_view", "a", day=day))
    put(shop, "events_old.parquet", event("page_view", "a"))
    planned = lake.plan(configured(shop), "ga")
    assert planned.inputs[0].new == ["2026-01-01", "2026-01-03", "2026-01-07"]
    assert planned.problems == [
        "events_old.parquet: the name says no day (events_YYYYMMDD…), so it is passed over",
        "2026-01-02 is missing",
        "2026-01-04 to 2026-01-06 are missing",
    ]
    put(shop, "events_intraday_20260108.parquet", event("page_view", "a", day=8))
    assert lake.plan(configured(shop), "ga").note == "4 days, newest whole day 2026-01-07, in part 2026-01-08"


def test_no_file_at_all_is_a_mistake_of_the_path(shop: Path, export: Export) -> None:
    with pytest.raises(
        lake.SourceError, match=r"source ga: no file named events_YYYYMMDD… matches export/events_\*"
    ):
        export.land()


def test_the_same_day_in_two_formats_would_count_twice(shop: Path, export: Export) -> None:
    put(shop, "events_20260101.parquet", event("page_view", "a"))
    put(shop, "events_20260101.json", event("page_view", "a"))
    (one,) = export.land().rows
    assert one.reason is not None
    assert one.reason.startswith("has files of Parquet and of JSON")


@pytest.mark.parametrize("point", ["extracted", "landed"])
def test_a_run_that_is_killed_is_taken_up_and_counted_once(shop: Path, repository: Path, point: str) -> None:
    put(
        shop,
        "events_20260101.parquet",
        event("page_view", "a"),
        event("add_to_cart", "a", 1, items=["p", "q"]),
    )
    configured(shop)
    kill_at(point, shop, repository, CHILD.replace('"retail"', '"ga"'))
    lake.land(configured(shop), "ga")
    assert raw_names(shop) == ["page_view", "add_to_cart", "add_to_cart"]
    assert lake.land(configured(shop), "ga").load_id is None


def test_a_long_history_lands_in_slices_that_a_kill_leaves(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.ga4 import source

    monkeypatch.setattr(source, "SLICE_BYTES", 1)
    for day in (1, 2, 3):
        put(shop, f"events_2026010{day}.parquet", event("page_view", "a", day=day))
    lake.land(configured(shop), "ga")
    loads = {row.file: row.load_seq for row in lake.completed_loads(configured(shop))}
    assert loads == {"2026-01-01": 1, "2026-01-02": 2, "2026-01-03": 3}


def raw_names(shop: Path) -> list[str]:
    """Names of the events that landed, in their order."""
    files = [str(path) for path in (shop / "warehouse" / "raw" / "ga" / "events").glob("*/*.parquet")]
    rows = duckdb.execute("select event_name from read_parquet(?) order by _file, _row", [files])
    return [name for (name,) in rows.fetchall()]
