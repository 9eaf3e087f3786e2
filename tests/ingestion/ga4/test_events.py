"""What the events of an export are among ours, and that both of its forms say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.config import ConfigError
from tests.ingestion.ga4_kit import SHOP, configured, event, put
from tests.ingestion.memory_lake import MemoryLake

OURS = (
    "event_type",
    "variant_id",
    "product_id",
    "order_id",
    "search_term",
    "customer_id",
    "page_path",
    "device",
)


def mapped(shop: Path, *events: dict, more: str = "", name: str = "events_20260101.parquet") -> list[dict]:
    put(shop, name, *events)
    return taken(shop, more)[0]


def taken(shop: Path, more: str = "") -> tuple[list[dict], MemoryLake]:
    """The events of all that is there, and the lake."""
    lake, config = MemoryLake("ga"), configured(shop, more)
    lake.land(config)
    assert not lake.rejected(config)
    return lake.canonical(config), lake


def brief(rows: list[dict], *columns: str) -> list[tuple]:
    return [tuple(row.get(column) for column in columns) for row in rows]


CAMPAIGN = "?utm_source=News&utm_medium=e-mail&utm_campaign=New%20Year"
VISIT = (
    event("session_start", "a"),
    event("page_view", "a", params={"page_location": f"{SHOP}/{CAMPAIGN}"}),
    event("view_item_list", "a", 1, items=["p", "q"], params={"page_location": f"{SHOP}/cups"}),
    event("select_item", "a", 2, items=["p"]),
    event("view_item", "a", 3, items=["p"], params={"page_location": f"{SHOP}/cups/p?color=red"}),
    event("view_search_results", "a", 4, params={"search_term": "jug"}),
    event("add_to_cart", "a", 5, items=["p", "q"]),
    event("remove_from_cart", "a", 6, items=["q"]),
    event("login", "a", 7, user_id="C7"),
    event("begin_checkout", "a", 8, items=["p", "r"], user_id="C7"),
    event("purchase", "a", 9, items=["p", "r"], user_id="C7", ecommerce={"transaction_id": "T-1"}),
    event("scroll", "a", 10),
)  # fmt: skip


def test_a_visit(shop: Path) -> None:
    rows = mapped(shop, *VISIT)
    assert brief(rows, "event_type", "variant_id", "order_id", "search_term", "customer_id") == [
        ("page_view", None, None, None, None),
        ("impression", "p", None, None, None),
        ("impression", "q", None, None, None),
        ("click", "p", None, None, None),
        ("product_view", "p", None, None, None),
        ("search", None, None, "jug", None),
        ("add_to_cart", "p", None, None, None),
        ("add_to_cart", "q", None, None, None),
        ("remove_from_cart", "q", None, None, None),
        ("login", None, None, None, "C7"),
        ("begin_checkout", None, None, None, "C7"),
        ("purchase", None, "T-1", None, "C7"),
    ]
    first = rows[0]
    assert (first["utm_source"], first["utm_medium"], first["utm_campaign"]) == ("News", "e-mail", "New Year")
    assert str(first["event_at"]) == "2026-01-01 12:00:00"
    assert (first["device"], first["user_agent_class"], first["country"]) == (
        "mobile",
        "browser",
        "United Kingdom",
    )
    assert brief(rows, "page_path")[4] == ("/cups/p",)


@pytest.mark.parametrize(
    "name", ["events_20260101.json", "events_20260101.jsonl.gz", "events_20260101_000000000000"]
)
def test_json_says_the_same_as_parquet(
    shop: Path, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("json")
    path = put(other, name if "json" in name else f"{name}.json", *VISIT)
    if "json" not in name:  # BigQuery's own way to number files gives them no ending
        path.rename(path.with_suffix(""))
    theirs, _ = taken(other)
    assert theirs == mapped(shop, *VISIT)
    assert len(theirs) == 12


def test_a_page_with_several_articles_is_seen_once(shop: Path) -> None:
    rows = mapped(shop, event("view_item", "a", items=["p", "q", "r"]))
    assert brief(rows, "event_type", "variant_id") == [
        ("product_view", "p"),
        ("impression", "q"),
        ("impression", "r"),
    ]


def test_items_of_an_order_stay_in_raw_although_a_purchase_is_one_event(shop: Path) -> None:
    rows = mapped(shop, event("purchase", "a", items=["p", "q"], ecommerce={"transaction_id": "(not set)"}))
    assert brief(rows, "event_type", "order_id") == [("purchase", None)]
    raw = taken(shop)[1].raw("events")
    assert [(row["item_id"], row["item_price"], row["item_index"], row["items"]) for row in raw] == [
        ("p", "2.5", 0, 2),
        ("q", "2.5", 1, 2),
    ]


def test_where_a_visit_comes_from(shop: Path) -> None:
    def page(minute: int, address: str, **given: object) -> dict:
        params = {"page_location": SHOP + address, **given.pop("params", {})}  # type: ignore[dict-item]
        return event("page_view", "a", minute, params=params, **given)

    collected = {"manual_source": "bing", "manual_medium": "organic", "manual_campaign_name": "(not set)"}
    rows = mapped(
        shop,
        page(0, "/?utm_source=x", collected_traffic_source=collected),  # what Google collected outweighs the address
        page(1, "/", params={"source": "partner", "medium": "referral"}),  # as older exports say it
        page(2, "/?gclid=abc"),
        page(3, "/?fbclid=abc"),
        page(4, "/", collected_traffic_source={"gclid": "abc"}),
        page(5, "/", params={"page_referrer": "https://www.google.com/"}),
        page(6, "/", params={"page_referrer": "https://shop.example/cups"}),  # its own page, without www
        page(7, "/", traffic_source={"source": "first", "medium": "cpc", "name": "ever"}),  # the user's
    )  # fmt: skip
    assert brief(rows, "utm_source", "utm_medium", "utm_campaign", "referrer") == [
        ("bing", "organic", None, None),
        ("partner", "referral", None, None),
        ("google", "cpc", None, None),
        ("facebook", None, None, None),
        ("google", "cpc", None, None),
        (None, None, None, "https://www.google.com/"),
        (None, None, None, None),
        (None, None, None, None),
    ]


def test_events_of_one_instant_are_in_the_order_of_their_batch(shop: Path) -> None:
    """A browser sends a batch with one time for all of its events."""
    steps = ["begin_checkout", "add_to_cart", "view_item", "page_view"]
    told = [
        event(name, "a", batch_page_id=1, batch_ordering_id=1, batch_event_index=at)
        for at, name in enumerate(steps)
    ]
    assert brief(mapped(shop, *reversed(told)), "event_type") == [
        ("begin_checkout",), ("add_to_cart",), ("product_view",), ("page_view",)
    ]  # fmt: skip


def test_without_a_batch_they_are_in_the_order_of_the_steps(shop: Path) -> None:
    told = [event(name, "a") for name in ("begin_checkout", "add_to_cart", "view_item", "page_view")]
    assert brief(mapped(shop, *told), "event_type") == [
        ("page_view",), ("product_view",), ("add_to_cart",), ("begin_checkout",)
    ]  # fmt: skip


def test_ids_are_the_same_whenever_a_day_is_exported(shop: Path) -> None:
    first = mapped(shop, *VISIT, event("page_view", "b"), event("page_view", "b"))
    again = mapped(
        shop, event("page_view", "b"), *reversed(VISIT), event("page_view", "b"), event("page_view", "late")
    )
    ids = {row["event_id"] for row in first}
    assert len(ids) == len(first) == 14  # two events that are the same in everything are two
    assert ids < {row["event_id"] for row in again}


def test_no_id_of_a_visitor_no_visit(shop: Path) -> None:
    put(
        shop,
        "events_20260101.parquet",
        event("page_view", None),
        event("page_view", None),
        event("page_view", "a"),
    )
    lake = MemoryLake("ga")
    result = lake.land(configured(shop))
    assert [row.ignored for row in result.rows] == [2]
    assert result.plan.problems == ["2026-01-01: 2 of 3 events have no visitor (no consent)"]
    assert len(lake.canonical(configured(shop))) == 1


def test_apps(shop: Path) -> None:
    rows = mapped(
        shop,
        event(
            "screen_view", "a", platform="ANDROID", params={"page_location": None, "firebase_screen": "Cart"}
        ),
    )
    assert brief(rows, "event_type", "page_path", "device", "user_agent_class") == [
        ("page_view", "Cart", "app", "app")
    ]


def test_names_of_one_s_own_and_other_fields_of_items(shop: Path) -> None:
    more = """    events: {quick_view: product_view, login: null}
    variant: item_variant
    product: item_id
"""
    items = [{"item_id": "P", "item_variant": "P-red"}]
    rows = mapped(
        shop,
        event("quick_view", "a") | {"items": items},
        event("login", "a", 1),
        event("page_view", "a", 2),
        more=more,
    )
    assert brief(rows, "event_type", "variant_id", "product_id") == [
        ("product_view", "P-red", "P"),
        ("page_view", None, None),
    ]


def test_a_kind_that_there_is_not(shop: Path) -> None:
    with pytest.raises(ConfigError, match=r"events.quick_view is 'product_vew', which is no kind of event"):
        configured(shop, "    events: {quick_view: product_vew}\n")


def test_an_id_is_kept_apart_by_the_source_s_batch_and_by_the_visitor(shop: Path) -> None:
    rows = mapped(
        shop,
        event("page_view", "a"),
        event("page_view", "b"),
        event("page_view", "a", event_bundle_sequence_id=2),
    )
    assert len({row["event_id"] for row in rows}) == 3
