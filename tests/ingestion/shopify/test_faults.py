"""What goes wrong with Shopify, one thing at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion.api.errors import FeedError
from ingestion.shopify.jsonlines import Lines
from ingestion.shopify.making import admin_of
from ingestion.shopify.paging import pages
from ingestion.shopify.selections import ORDER
from ingestion.shopify.throttle import Throttle
from ingestion.source import SourceError
from tests.ingestion.fake_http import Fault
from tests.ingestion.shopify.kit import Played, played
from tests.ingestion.shopify.stories import filled, its_own, ours


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr("time.sleep", lambda _: None)
    with played(tmp_path, monkeypatch, filled(), polls=0) as one:
        yield one


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What the feeds give where nothing goes wrong."""
    with (
        pytest.MonkeyPatch.context() as patch,
        played(tmp_path_factory.mktemp("right"), patch, filled()) as one,
    ):
        return one.records()


def reasons(shop: Played) -> dict[str, str]:
    return {one.input: one.reason for one in shop.land().files if one.reason}


def test_throttled(shop: Played, right: dict[str, Any]) -> None:
    shop.shopify.throttles = 3
    assert shop.records() == right
    assert shop.shopify.refused == 3


def test_the_wait_comes_before_the_refusal() -> None:
    waits: list[float] = []
    throttle = Throttle(waits.append, clock=lambda: 0.0)
    status = {"maximumAvailable": 1000, "currentlyAvailable": 100, "restoreRate": 50}
    assert throttle.before("query") == 0
    throttle.after("query", {"extensions": {"cost": {"requestedQueryCost": 400, "throttleStatus": status}}})
    assert throttle.before("query") == 6  # 300 points are missing, 50 come back each second
    assert throttle.before("another one") == 0
    assert waits == [6]


@pytest.mark.parametrize("end", ["FAILED", "CANCELED", "EXPIRED", "gone"])
def test_an_operation_that_has_no_whole_result_is_begun_again(
    shop: Played, right: dict[str, Any], end: str
) -> None:
    shop.shopify.ends = [end]
    assert shop.records() == right
    queries = [one.query for one in shop.shopify.operations]
    assert queries.count(queries[0]) == 2


def test_an_operation_that_always_fails_refuses_its_feed(shop: Played) -> None:
    shop.shopify.ends = ["FAILED"] * 3
    with pytest.raises(FeedError, match=r"begun 3 times: failed \(INTERNAL_SERVER_ERROR\)"):
        shop.records()


def test_half_a_file_is_fetched_again(shop: Played, right: dict[str, Any]) -> None:
    shop.shopify.halves = 2
    shop.land()
    assert ours(shop) == its_own(shop.shop)


def test_half_an_answer_is_asked_for_again(shop: Played, right: dict[str, Any]) -> None:
    shop.http.faults += [Fault("cut", only="bulkOperationRunQuery"), Fault("drop", only="/files/")]
    shop.http.faults += [Fault("status", 503, only="Count"), Fault("cut", only="/files/")]
    assert shop.records() == right
    assert shop.http.broken == 4


def test_pages_that_give_records_twice_and_a_cursor_that_stands_still(shop: Played) -> None:
    shop.shopify.doubles = True
    found = list(_pages_of_orders(shop))
    assert len(found) > len({one["id"] for one in found}) == len(shop.shop.orders)


def test_a_version_that_is_gone_is_told(shop: Played) -> None:
    shop.shopify.serves = "2027-01"
    with pytest.raises(
        SourceError, match=r"serves API version 2026-10 no longer.*2027-01; set `version: 2027-01`"
    ):
        shop.records()


def test_a_version_that_is_not_found_is_told(shop: Played) -> None:
    shop.http.faults += [Fault("status", 404)]
    with pytest.raises(SourceError, match=r"404.*Set `version`"):
        shop.records()


def test_a_scope_that_is_missing_refuses_what_needs_it(shop: Played) -> None:
    shop.shopify.denies = {"QueryRoot.discountNodes": "read_discounts"}
    told = reasons(shop)
    assert list(told) == ["discounts"]
    assert "access denied" in told["discounts"]
    shop.shopify.denies = {
        "CustomerJourneySummary.lastVisit": "read_x",
        "QueryRoot.customersCount": "read_customers",
    }
    shop.shopify.denies |= {"QueryRoot.discountNodes": "read_discounts"}
    assert ours(shop)["orders"] == its_own(shop.shop)["orders"]
    shop.shop.customer(10)
    told = reasons(shop)
    assert "`read_customers`" in told["customers"]
    assert "install it anew" in told["customers"]
    assert "orders" not in told


def test_a_wrong_token_is_told_once_and_never_shown(shop: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPIFY_TOKEN", "shpat_wrong_wrong_wrong")
    with pytest.raises(SourceError, match=r"401") as told:
        shop.records()
    assert "wrong_wrong" not in str(told.value)


def test_a_server_that_is_down(shop: Played) -> None:
    shop.http.faults += [Fault("status", 502) for _ in range(6)]
    with pytest.raises(SourceError, match=r"502.*6 times"):
        shop.records()


def test_a_type_that_changed_refuses_its_feed_and_keeps_the_old_data(shop: Played) -> None:
    shop.land()
    before = ours(shop)["orders"]
    order = shop.shop.orders[101]
    shop.shop.touch(order)
    order["totalTaxSet"] = {"shopMoney": {"amount": {"value": "9"}}}
    told = reasons(shop)
    assert "is a list or an object" in told["orders"]
    assert ours(shop)["orders"] == before


def _pages_of_orders(shop: Played) -> Iterator[dict[str, Any]]:
    admin = admin_of(shop.config.source("shopify"))  # type: ignore[arg-type]
    for some in pages(admin, "orders", ORDER, "UPDATED_AT", "", size=2):
        yield from some


def test_pages_that_cost_too_much_are_asked_for_in_parts(shop: Played) -> None:
    admin = admin_of(shop.config.source("shopify"))  # type: ignore[arg-type]
    found = [one for some in pages(admin, "orders", ORDER, "UPDATED_AT", "", size=100) for one in some]
    assert len(found) == len(shop.shop.orders)
    assert shop.http.asked[-1].json["variables"]["first"] < 20


def _lines(*texts: bytes, count: int | None = None) -> Lines:
    return Lines(io.BytesIO(b"".join(one + b"\n" for one in texts)), {"objectCount": count})


def test_a_file_that_is_cut_between_lines_is_noticed() -> None:
    with pytest.raises(FeedError, match=r"has 1 lines, and 2 were announced"):
        list(_lines(b'{"id": "gid://shopify/Order/1"}', count=2).records(ORDER))


def test_a_line_that_is_cut_is_noticed() -> None:
    with pytest.raises(FeedError, match=r"line 1 .* no JSON object"):
        list(_lines(b'{"id": "gid://sho').records(ORDER))


def test_a_part_under_another_record_is_noticed() -> None:
    with pytest.raises(FeedError, match=r"line 2 .* part of no record above it"):
        list(
            _lines(b'{"id": "a"}', b'{"__typename": "LineItem", "id": "x", "__parentId": "b"}').records(ORDER)
        )


def test_a_killed_first_load_goes_on_with_the_operations_on_the_server(shop: Played) -> None:
    """The process dies after it has begun operations: the next one uses them."""
    shop.http.faults += [Fault("status", 401, only="/files/")]
    shop.http.faults += [Fault("status", 404, only="query Operation(")]
    with pytest.raises(SourceError):
        shop.land()
    assert ours(shop)["orders"] == []
    begun = len(shop.shopify.operations)
    assert begun >= 1
    shop.land()
    assert ours(shop) == its_own(shop.shop)
    queries = [one.query for one in shop.shopify.operations]
    assert len(queries) == len(set(queries)), "an operation was begun twice"


def test_the_first_load_lands_in_slices(shop: Played) -> None:
    shop.shop.later(days=40)
    shop.shop.order(201, shop.shop.line(4, 1))
    shop.shop.later(days=40)
    shop.shop.order(202, shop.shop.line(4, 2))
    shop.more = "slice_rows: 5"
    shop.land()
    assert ours(shop) == its_own(shop.shop)
    cut = [one.query for one in shop.shopify.operations if "orders(" in one.query]
    assert len(cut) > 1
    assert len(cut) == len(set(cut))
