"""What breaks, what drifts, what must not leak: told in one line, without a value, and the other inputs go on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ingestion import lake
from tests.ingestion.fake_http import Answer, Fault
from tests.ingestion.landed_rows import raw_rows
from tests.ingestion.rest.shop import OFFSET, Shop, as_shop, configured, problems, standing
from tests.ingestion.secrets import assert_nowhere

FAULTS = {
    "429 with Retry-After": Fault("status", 429, {"Retry-After": "0"}, after=1),
    "503": Fault("status", 503, after=1),
    "half a body": Fault("cut", after=1),
    "dropped": Fault("drop", after=1),
    "silence": Fault("hang", seconds=2, after=1),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_passing_fault_costs_nothing(shop, server, tmp_path, fault):
    server.faults = [fault]
    lake.land(configured(tmp_path, server.url, source="timeout: 1 seconds"), "api")
    config = configured(tmp_path, server.url)
    assert (server.broken, standing(config)) == (1, as_shop(shop))


def test_rows_that_move_up_while_pages_are_turned_are_not_lost(shop, server, tmp_path):
    first = server.handler

    def answer(asked):
        given = first(asked)
        if asked.one("offset") == "0" and 2 in shop.orders and asked.path == "/api/orders":
            del shop.orders[2]  # after the first page: 4 moves from the second page to the first
        return given

    server.handler = answer
    config = configured(tmp_path, server.url)
    lake.land(config, "api")
    assert set(standing(config)[0]) >= {str(number) for number in shop.orders}


def test_a_page_given_twice_counts_once(shop, server, tmp_path):
    def answer(asked):
        at = int(asked.one("page") or 0)
        rows = [one for _, one in sorted(shop.orders.items())]
        start = 3 * (at - 1 if at > 1 else at)
        return Answer({"data": {"orders": rows[start : start + 3]}})

    server.handler = answer
    config = configured(tmp_path, server.url, "page_number")
    lake.land(config, "api")
    assert standing(config) == as_shop(shop)


REFUSED = {
    "endless": (lambda shop: Answer({"data": {"orders": [shop.orders[1]]}}), "gave the same page 3 times"),
    "html": (lambda shop: Answer(b"<html>Log in</html>", headers={"Content-Type": "text/html"}), "no JSON"),
    "another selector": (lambda shop: Answer({"orders": []}), "nothing at data.orders .data_selector.; it has orders"),
    "no id": (lambda shop: Answer({"data": {"orders": [{"number": 1}]}}), "a record has no id"),
    "no objects": (lambda shop: Answer({"data": {"orders": ["a"]}}), "no list of objects"),
    "a total that is none": (
        lambda shop: Answer({"data": {"orders": [shop.orders[1]]}, "meta": {"total": "many"}}), "meta.total",
    ),
    "forbidden": (lambda shop: Answer({"message": "not yours"}, 403), "lack the permission"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_list_of_records_refuses_the_input_and_says_why(shop, server, tmp_path, kind):
    given, said = REFUSED[kind]
    server.handler = lambda asked: given(shop)
    paginator = OFFSET if kind == "a total that is none" else "{type: offset, limit: 3}"
    config = configured(tmp_path, server.url, paginator)
    told = problems(config)
    assert re.search(said, told), told
    assert "mail.example" not in told


def test_a_link_to_another_server_is_not_followed(shop, server, tmp_path):
    server.handler = lambda asked: Answer(
        {"data": {"orders": [shop.orders[1]]}, "next": "http://other.example/api/orders?page=2"}
    )
    assert "another server (other.example)" in problems(configured(tmp_path, server.url, "json_link"))


def test_auto_does_not_believe_what_it_can_only_guess(shop, server, tmp_path):
    server.handler = lambda asked: Answer({"data": {"orders": [shop.orders[1]]}})
    assert "write paginator: single_page" in problems(configured(tmp_path, server.url, "auto"))


def test_one_input_fails_and_the_others_land(shop, server, tmp_path):
    inputs = "coupons: {path: coupons, data_selector: $, paginator: single_page, key: id}"
    config = configured(tmp_path, server.url, inputs=inputs)
    assert "coupons" in problems(config)
    assert standing(config) == as_shop(shop)


def test_a_column_that_vanished_refuses_its_table_and_the_old_rows_stay(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "api")
    before = standing(config)
    for one in shop.orders.values():
        one["placed_at"] = one.pop("created_at")
    told = problems(config)
    assert "created_at" in told
    assert "placed_at" not in str(raw_rows(config, "api", "orders"))
    assert standing(config) == before


def test_a_new_column_lands(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "api")
    shop.orders[1]["gift"] = {"wrap": "red"}
    lake.land(config, "api")
    assert {row.get("gift__wrap") for row in raw_rows(config, "api", "orders")} == {None, "red"}


def test_what_looks_personal_and_is_not_declared_refuses_the_input(shop, server, tmp_path):
    shop.orders[1]["contact"] = {"mail": "secret.person@mail.example"}
    config = configured(tmp_path, server.url)
    told = problems(config)
    assert "contact__mail" in told
    assert "personal: {" in told
    assert "secret.person" not in told


def test_secrets_and_people_are_nowhere(shop, server, tmp_path, monkeypatch):
    monkeypatch.setenv("WORD", "very-secret-word-42")
    config = configured(
        tmp_path, server.url, "json_link",
        client="auth: {type: api_key, name: key, api_key: '${WORD}', location: query}", source="slice_rows: 3",
    )  # fmt: skip
    server.handler = lambda asked: _echoing(shop, asked)
    server.faults = [Fault("status", 500, after=2) for _ in range(6)]
    with pytest.raises(lake.SourceError) as told:
        lake.land(config, "api")
    assert "very-secret" not in str(told.value)
    lake.land(config, "api")
    people = ["p1@mail.example", "p8@mail.example", "1 High Street", "650 555 0137"]
    assert_nowhere(config.warehouse, ["very-secret-word-42", *people], control="7-1")


def _echoing(shop: Shop, asked: Any) -> Answer:
    """The next link repeats the key."""
    given = shop.answer(asked)
    if given.body.get("next"):
        given.body["next"] += f"&key={asked.one('key')}"
    return given
