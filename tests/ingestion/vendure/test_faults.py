"""What goes wrong between a Vendure server and us, one by one."""

from __future__ import annotations

import copy

import pytest

from ingestion import lake
from tests.ingestion.fake_http import FakeServer, Fault
from tests.ingestion.landed_rows import entity_rows, raw_rows
from tests.ingestion.secrets import assert_nowhere
from tests.ingestion.vendure.conftest import BY_NAME
from tests.ingestion.vendure.fake_vendure import KEY, PASSWORD, FakeVendure
from tests.ingestion.vendure.records import at, order

ORDERS = 7


@pytest.fixture(autouse=True)
def _orders(shop: FakeVendure) -> None:
    for number in range(1, ORDERS + 1):
        shop.put("orders", order(number, days_ago=20 - number))


def codes(config) -> list[str]:
    return sorted(row["order_id"] for row in entity_rows(config, "vendure", "orders").values())


ALL = [f"C{number}" for number in range(1, ORDERS + 1)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", 503, after=3),
        Fault("status", 429, {"Retry-After": "0"}, after=3),
        Fault("cut", after=3),
        Fault("drop", after=3),
    ],
    ids=["unavailable", "throttled", "half an answer", "dropped"],
)
def test_what_passes_is_waited_for(shop, server: FakeServer, configured, fault: Fault) -> None:
    config = configured()
    server.faults = [fault]
    lake.land(config, "vendure")
    assert server.broken == 1
    assert codes(config) == ALL


@pytest.mark.parametrize("kind", ["short", "repeated"])
def test_half_a_page_and_records_given_twice_neither_lose_nor_double(shop, configured, kind: str) -> None:
    config = configured()
    getattr(shop, kind).add("orders")
    lake.land(config, "vendure")
    assert not getattr(shop, kind)
    assert codes(config) == ALL
    assert sorted(row["code"] for row in raw_rows(config, "vendure", "orders")) == ALL


def test_more_records_of_one_instant_than_a_page_holds(shop, configured) -> None:
    for one in shop.records["orders"].values():
        one["createdAt"] = at(30)
    config = configured("page_size: 2")
    lake.land(config, "vendure")
    assert codes(config) == ALL


def test_a_session_that_ends_is_begun_again(shop, server: FakeServer, configured) -> None:
    config = configured(who=BY_NAME)
    lake.land(config, "vendure")
    shop.put("orders", order(9))
    real = shop.answer

    def ends(asked):
        if b"orders(" in asked.body and shop.token == "token-1":
            shop.token = "token-2"
        return real(asked)

    server.handler = ends
    lake.land(config, "vendure")
    assert shop.token == "token-2"
    assert codes(config) == [*ALL, "C9"]


@pytest.mark.parametrize("who", ["api_key: wrong", "username: nobody, password: wrong"])
def test_wrong_credentials_are_said_and_not_shown(configured, who: str) -> None:
    config = configured(who=who)
    with pytest.raises(lake.SourceError, match=r"FORBIDDEN|INVALID_CREDENTIALS") as raised:
        lake.land(config, "vendure")
    assert "wrong" not in str(raised.value)


def test_money_with_other_decimals_is_refused(shop, configured) -> None:
    shop.precision = 3
    with pytest.raises(lake.SourceError, match="3 decimals"):
        lake.land(configured(), "vendure")


def test_an_error_that_passes_is_asked_again(shop, configured) -> None:
    shop.errors["orders"] = [{"message": "Deadlock", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]
    config = configured()
    lake.land(config, "vendure")
    assert codes(config) == ALL


def test_a_list_that_may_not_be_read_is_refused_and_the_others_land(shop, configured) -> None:
    """The role lacks ReadPromotion; the reason is told, and what was there before stays."""
    config = configured()
    lake.land(config, "vendure")
    forbidden = {
        "message": "You are not currently authorized",
        "extensions": {"code": "FORBIDDEN"},
        "path": ["promotions"],
    }
    shop.errors["promotions"] = [forbidden] * 3
    shop.put("orders", order(8))
    result = lake.land(config, "vendure")
    assert [one.reason for one in result.files if one.status == "unreadable"] == [
        f"{config.source('vendure').url}: You are not currently authorized [FORBIDDEN] at promotions"
    ]
    assert codes(config) == [*ALL, "C8"]
    assert len(entity_rows(config, "vendure", "promotions")) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.pop("lines"), "orders 3 is not as this source knows it: lacks 'lines'"),
        (lambda one: one.update(shippingLines="none"), "orders 3 is not as this source knows it"),
        (lambda one: one["payments"][0].update(amount="26.60"), "orders 3 is not as this source knows it"),
    ],
    ids=["gone", "another type", "decimals"],
)
def test_a_changed_record_refuses_its_list_only(shop, configured, change, said: str) -> None:
    config = configured()
    lake.land(config, "vendure")
    changed = copy.deepcopy(shop.records["orders"]["3"])
    change(changed)
    shop.put("orders", changed)
    shop.records["customers"]["7"].update(phoneNumber="+442079460000", updatedAt=at(0))
    result = lake.land(config, "vendure")
    refused = {one.input: one.reason for one in result.files if one.status == "unreadable"}
    assert len(refused) == 7
    assert said in refused["orders"]
    assert codes(config) == ALL
    assert len(raw_rows(config, "vendure", "customers")) == 2


def test_a_first_reading_goes_on_where_it_stopped(shop, server: FakeServer, configured) -> None:
    config = configured("page_size: 2, slice_rows: 4")
    server.faults = [Fault("status", 500, only="orders(", after=4) for _ in range(6)]
    with pytest.raises(lake.SourceError, match="500"):
        lake.land(config, "vendure")
    before = codes(config)
    assert 0 < len(before) < ORDERS
    shop.asked.clear()
    lake.land(config, "vendure")
    first = next(options for name, options in shop.asked if name == "orders")
    assert {"createdAt"} <= {key for one in first["filter"]["_and"] for key in one}  # not from the beginning
    assert codes(config) == ALL


def test_daily_reading_asks_for_changed_recent_and_unfinished_orders(shop, configured) -> None:
    """A refund moves no updatedAt: seen of an order of 19 days, and of an old one that is not finished; of an old one
    that is delivered by a reconciliation only."""
    shop.put("orders", order(20, days_ago=200))
    shop.put("orders", order(21, days_ago=200, state="Delivered"))
    shop.put("orders", order(22, days_ago=500))
    config = configured()
    lake.land(config, "vendure")
    for number in (1, 20, 21, 22):
        shop.records["orders"][str(number)]["payments"][0]["state"] = "Cancelled"
    lake.land(config, "vendure")
    assert voided(config) == {"C1", "C20"}
    lake.land(config, "vendure", reconcile=True)
    assert voided(config) == {"C1", "C20", "C21", "C22"}


def voided(config) -> set[str]:
    return {
        row["order_id"]
        for row in entity_rows(config, "vendure", "payments").values()
        if row["kind"] == "void"
    }


def test_what_is_gone_is_gone_after_a_reconciliation_and_may_come_back(shop, configured) -> None:
    config = configured()
    lake.land(config, "vendure")
    customer = shop.records["customers"].pop("7")
    gone = shop.records["orders"].pop("4")
    lake.land(config, "vendure")
    assert (codes(config), len(entity_rows(config, "vendure", "customers"))) == (ALL, 1)
    lake.land(config, "vendure", reconcile=True)
    assert codes(config) == [one for one in ALL if one != "C4"]
    assert "C4" not in {row["order_id"] for row in entity_rows(config, "vendure", "order_lines").values()}
    assert not entity_rows(config, "vendure", "customers")
    shop.put("customers", customer)
    shop.put("orders", gone)
    lake.land(config, "vendure", reconcile=True)
    assert (codes(config), len(entity_rows(config, "vendure", "customers"))) == (ALL, 1)


def test_neither_secrets_nor_personal_data_reach_the_disk(shop, configured) -> None:
    values = [KEY, PASSWORD, "ann.buyer@mail.example", "+442079460958", "2079460958", "Secret Lane"]
    config = configured()
    lake.land(config, "vendure")
    assert_nowhere(config.warehouse, values, control="Pot, blue")
