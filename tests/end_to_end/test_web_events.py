"""Web events land as `events` by configuration: nothing is lost, and what they say is what the file says."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.end_to_end.shop import Shop

pytestmark = pytest.mark.timeout(900)
KINDS = {
    "product_view": "product_view", "search": "search", "add_to_cart": "add_to_cart", "purchase": "purchase",
    "shipping_details": "begin_checkout", "wishlist_add": "click", "compare": "click", "filter_results": "click",
    "support_chat": "click",
}  # fmt: skip


@pytest.fixture(scope="module")
def raw(real_data: Path) -> pl.DataFrame:
    """The file, read by other means."""
    return pl.read_csv(real_data / "web_events" / "ecom.csv.gz", infer_schema=False).with_columns(
        at=pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M:%S")
    )


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory, repository: Path, real_data: Path) -> pl.DataFrame:
    """The canonical events after `opsmart run`."""
    example = repository / "ingestion" / "files" / "examples" / "web_events.yml"
    shop = Shop.from_example(tmp_path_factory.mktemp("web"), example, real_data)
    # There are no sales in it, and a release without sales is not published; the events are there for all that.
    printed = shop.run(code=3)
    assert "31,106 rows" in printed
    assert "mart_sales_daily: rows is 0" in printed
    with duckdb.connect(str(shop.warehouse / "state" / "build.duckdb"), read_only=True) as connection:
        return connection.sql("select * from canonical.int_events").pl()


def test_every_event_is_there(events: pl.DataFrame, raw: pl.DataFrame) -> None:
    assert events.height == raw.height == 31_106
    ours = events.select("visitor_id", at=pl.col("event_at"), name=pl.col("page_path").str.strip_prefix("/"))
    theirs = raw.select(visitor_id="user_id", at="at", name="event")
    assert counted(ours).equals(counted(theirs.cast({"at": ours.schema["at"]})))


def test_events_that_are_the_same_in_every_column_are_all_kept(
    events: pl.DataFrame, raw: pl.DataFrame
) -> None:
    assert raw.height - raw.unique().height == 30
    assert events["event_id"].n_unique() == raw.height


def test_what_happened_is_said_in_our_words(events: pl.DataFrame, raw: pl.DataFrame) -> None:
    expected = raw["event"].replace_strict(KINDS, default="page_view").value_counts()
    assert dict(events["event_type"].value_counts().iter_rows()) == dict(expected.iter_rows())


def test_devices_and_channels_are_those_of_the_file(events: pl.DataFrame, raw: pl.DataFrame) -> None:
    for ours, theirs in (
        ("device", raw["platform"]),
        ("utm_medium", raw["acquisition_channel"].replace("direct", None)),
    ):
        assert dict(events[ours].value_counts().iter_rows()) == dict(theirs.value_counts().iter_rows())


def test_visits_by_half_an_hour_of_silence_are_the_files_own_sessions(
    events: pl.DataFrame, raw: pl.DataFrame
) -> None:
    """The file's sessions are not mapped: the warehouse makes its own, by the same rule for every source."""
    silence = pl.col("event_at").diff().over("visitor_id") > pl.duration(minutes=30)
    starts = events.sort("visitor_id", "event_at").select(silence.fill_null(value=True).sum()).item()
    assert starts == raw["session_id"].n_unique() == 3_605


def counted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.group_by(pl.all()).len().sort(pl.all())
