"""Exports that change their shape: what is new is kept, what is gone or different refuses its day alone."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from tests.ingestion.ga4_kit import configured, event, put
from tests.ingestion.memory_lake import Landed, MemoryLake

DAY1, DAY2 = "events_20260101.parquet", "events_20260102.parquet"


class Export:
    """An export in a shop's folder, and a lake that it lands in."""

    def __init__(self, shop: Path) -> None:
        self.shop, self.lake = shop, MemoryLake("ga")

    def land(self) -> Landed:
        return self.lake.land(configured(self.shop))

    def canonical(self) -> list[dict]:
        return self.lake.mapped(configured(self.shop))


@pytest.fixture
def export(shop: Path) -> Export:
    return Export(shop)


def test_older_exports_have_fewer_columns(shop: Path, export: Export) -> None:
    later = (
        "collected_traffic_source",
        "batch_page_id",
        "batch_ordering_id",
        "batch_event_index",
        "privacy_info",
    )
    put(shop, DAY1, event("page_view", "a"), without=later)
    put(shop, DAY2, event("page_view", "a", day=2, collected_traffic_source={"manual_source": "x"}))
    assert export.land().reasons == {}
    assert [row["utm_source"] for row in export.canonical()] == [None, "x"]


def test_a_column_that_is_gone_refuses_its_day_and_the_old_one_stays(shop: Path, export: Export) -> None:
    put(shop, DAY1, event("page_view", "a"))
    export.land()
    put(shop, DAY2, event("page_view", "a", day=2), without=("items",))
    put(shop, "events_20260103.parquet", event("page_view", "a", day=3))
    assert export.land().reasons == {
        "2026-01-02": f"{DAY2}: has no column items, which earlier days have; nothing of it was taken, because figures"
        " would change without a word"
    }
    assert [row["_file"] for row in export.canonical()] == ["2026-01-01", "2026-01-03"]


@pytest.mark.parametrize("column", ["event_timestamp", "event_name", "event_params", "user_pseudo_id"])
def test_without_these_there_is_no_event(shop: Path, export: Export, column: str) -> None:
    put(shop, DAY1, event("page_view", "a"), without=(column,))
    (reason,) = export.land().reasons.values()
    assert reason is not None
    assert f"has no column {column}, so it is no export of events" in reason


@pytest.mark.parametrize(
    ("column", "kind", "value", "said"),
    [
        (
            "event_timestamp",
            pa.timestamp("us"),
            0,
            "event_timestamp is timestamp[us], which should be a whole number",
        ),
        ("items", pa.string(), "[]", "items is string, which should be a list of records"),
        ("device", pa.string(), "{}", "device is string, which should be a record"),
        ("event_name", pa.int64(), 7, "event_name is int64, which should be text"),
    ],
)
def test_another_type_refuses_the_day(
    shop: Path, export: Export, column: str, kind: pa.DataType, value: object, said: str
) -> None:
    put(shop, DAY1, event("page_view", "a"))
    export.land()
    put(shop, DAY1, event("page_view", "b") | {column: value}, schema={column: kind})
    (reason,) = export.land().reasons.values()
    assert reason is not None
    assert said in reason
    assert [row["visitor_id"] for row in export.canonical()] == ["a"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"items": {"item_id": "p"}}, "line 2: items is object, which should be a list"),
        ({"device": "mobile"}, "line 2: device is varchar, which should be a record"),
        ({"event_timestamp": "2026-01-01"}, "line 2: event_timestamp is not a whole number of microseconds"),
        ({"event_name": None}, "line 2: has no event_name"),
        ({"user_pseudo_id": {"a": "b"}}, "line 2: user_pseudo_id is no single value but object"),
    ],
)
def test_another_type_in_json(shop: Path, export: Export, change: dict, said: str) -> None:
    put(shop, "events_20260101.json", event("page_view", "a"), event("page_view", "b") | change)
    (reason,) = export.land().reasons.values()
    assert reason is not None
    assert said in reason


def test_a_file_that_is_cut_off(shop: Path, export: Export) -> None:
    path = put(shop, "events_20260101.json.gz", *(event("page_view", f"v{at}", at) for at in range(200)))
    path.write_bytes(path.read_bytes()[:-50])
    (reason,) = export.land().reasons.values()
    assert reason is not None
    assert "its gzip data ends too early" in reason
    path = put(shop, "events_20260102.json", event("page_view", "a", day=2))
    path.write_text(path.read_text()[:-9])
    assert "line 1: is not JSON" in str(export.land().reasons["2026-01-02"])
    path = put(shop, "events_20260103.parquet", event("page_view", "a", day=3))
    path.write_bytes(path.read_bytes()[:-9])
    assert "cannot be opened as Parquet" in str(export.land().reasons["2026-01-03"])


@pytest.mark.parametrize("name", ["events_20260102.parquet", "events_20260102.json"])
def test_a_new_column_is_kept_and_told(shop: Path, export: Export, name: str) -> None:
    put(shop, "events_20260101" + Path(name).suffix, event("page_view", "a"))
    export.land()
    new = {"loyalty": {"tier": "gold"}, "customer_email": "ann@x.example"}
    schema = {"loyalty": pa.struct({"tier": pa.string()}), "customer_email": pa.string()}
    put(shop, name, event("page_view", "a", day=2) | new, schema=schema)
    result = export.land()
    assert "loyalty are new, and landed as text" in result.plan.problems
    assert "customer_email look personal and were left out" in result.plan.problems
    assert [json.loads(row["loyalty"]) for row in export.lake.raw("events") if row.get("loyalty")] == [
        {"tier": "gold"}
    ]
