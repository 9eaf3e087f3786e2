"""Web events land as `events` by configuration: nothing is lost, and what they say is what the file says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.end_to_end.nested import EVENTS, add_nested
from tests.end_to_end.shop import Shop

pytestmark = pytest.mark.timeout(900)
KINDS = {
    "product_view": "product_view", "search": "search", "add_to_cart": "add_to_cart", "purchase": "purchase",
    "shipping_details": "begin_checkout", "wishlist_add": "click", "compare": "click", "filter_results": "click",
    "support_chat": "click",
}  # fmt: skip

CHANNELS = {"organic": "organic_search", "social": "organic_social"}
"""Where ours have other names."""


@pytest.fixture(scope="module")
def raw(real_data: Path) -> pl.DataFrame:
    """The file, read by other means."""
    return pl.read_csv(real_data / "web_events" / "ecom.csv.gz", infer_schema=False).with_columns(
        at=pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M:%S")
    )


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, repository: Path, real_data: Path
) -> dict[str, pl.DataFrame]:
    """Tables after `opsmart run`, beside two shops whose events are nested."""
    example = repository / "ingestion" / "files" / "examples" / "web_events.yml"
    shop = Shop.from_example(tmp_path_factory.mktemp("web"), example, real_data)
    add_nested(shop.folder)
    # There are no sales in it, and a release without sales is not published; the events are there for all that.
    printed = shop.run(code=3)
    assert "31,106 rows" in printed
    assert "mart_sales_daily: rows is 0" in printed
    with duckdb.connect(str(shop.warehouse / "state" / "build.duckdb"), read_only=True) as connection:
        return {
            name: connection.sql(f"select * from {name}").pl()
            for name in ("canonical.int_events", "canonical.int_sessions", "main.fct_sessions")
        }


@pytest.fixture(scope="module")
def events(built: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The canonical events of the file."""
    return built["canonical.int_events"].filter(pl.col("shop_id") == "main")


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


def test_sessions_are_the_file_s_own(built: dict[str, pl.DataFrame], raw: pl.DataFrame) -> None:
    """The file's sessions are not mapped: the warehouse makes its own, by the same rule for every source."""
    ours = built["canonical.int_sessions"].filter(pl.col("shop_id") == "main")
    theirs = raw.group_by("session_id").agg(
        visitor_id=pl.col("user_id").first(),
        started_at=pl.col("at").min(),
        ended_at=pl.col("at").max(),
        events=pl.len(),
        page_views=pl.col("event").replace_strict(KINDS, default="page_view").eq("page_view").sum(),
    )
    assert ours.height == theirs.height == 3_605
    columns = ["visitor_id", "started_at", "ended_at", "events", "page_views"]
    theirs = theirs.select(columns).cast({name: ours.schema[name] for name in columns})
    assert counted(ours.select(columns)).equals(counted(theirs))


def test_visits_come_by_the_file_s_channels(built: dict[str, pl.DataFrame], raw: pl.DataFrame) -> None:
    ours = built["main.fct_sessions"].filter(pl.col("shop_id") == "main")
    landed = (
        raw.sort("at", maintain_order=True).group_by("session_id").agg(pl.col("acquisition_channel").first())
    )
    theirs = landed["acquisition_channel"].replace(CHANNELS).value_counts()
    assert dict(ours["channel"].value_counts().iter_rows()) == dict(theirs.iter_rows())


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_nested_events_make_the_same_sessions(built: dict[str, pl.DataFrame], form: str) -> None:
    """Also with the steps of each, which the tracker alone tells in a shop without orders."""
    assert built["canonical.int_events"].filter(pl.col("shop_id") == form).height == len(EVENTS) - 2
    columns = ["visitor_id", "events", "page_views", "channel", "visitor_type"]
    steps = ["product_view_at", "cart_at", "checkout_at", "purchase_at"]
    rows = (
        built["main.fct_sessions"]
        .filter(pl.col("shop_id") == form)
        .sort("visitor_id", "started_at")
        .select("session_date", *columns, *(pl.col(step).is_not_null() for step in steps))
        .rows()
    )
    day = date(2024, 3, 1)
    assert rows == [
        (day, "ann", 5, 1, "paid_search", "new", True, True, True, True),
        (day, "ann", 1, 1, "direct", "returning", False, False, False, False),
        (day, "bob", 3, 1, "email", "new", True, False, False, False),
        (day, "eve", 2, 0, "direct", "new", True, True, False, False),
    ]


def counted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.group_by(pl.all()).len().sort(pl.all())
