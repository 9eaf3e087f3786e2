"""What changes, what goes, what breaks: by the real machinery, from a server that does as it is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from ingestion import lake
from tests.ingestion.fake_http import Answer, Fault
from tests.ingestion.landed_rows import raw_rows
from tests.ingestion.rest.shop import OFFSET, as_shop, configured, standing

SINCE = "incremental: {start_param: since}"


def test_objects_become_columns_and_lists_json(shop, server, tmp_path):
    shop.put(9, tags=["a"])
    config = configured(tmp_path, server.url)
    lake.land(config, "api")
    rows = raw_rows(config, "api", "orders")
    one = next(row for row in rows if row["id"] == "9")
    assert (one["buyer__vip"], json.loads(one["tags"])) == ("false", ["a"])
    assert len(one["buyer__email"]) == 64
    assert not [name for name in one if name.startswith("address")]


def test_only_what_changed_is_asked_for_and_lands(shop, server, tmp_path):
    config = configured(tmp_path, server.url, orders=SINCE)
    lake.land(config, "api")
    shop.change(3, total="11.00", lines=[{"id": "3-9", "sku": "C", "qty": 1, "price": 1}])
    shop.orders[5]["total"] = "99.00"  # moves no time: only a reconciliation sees it
    del shop.orders[6]
    before = len(server.asked)
    result = lake.land(config, "api")
    assert result.rows == 1 + 1 + 2  # the order, its new line, its two lines that are gone
    told = server.asked[before].one("since")
    assert datetime.now(UTC) - datetime.fromisoformat(told) < timedelta(days=1, hours=1)
    lake.land(config, "api", reconcile=True, allow_deletions=True)
    assert standing(config) == as_shop(shop)
    assert lake.land(config, "api", reconcile=True).load_id is None


def test_a_look_back_finds_what_was_committed_late(shop, server, tmp_path):
    config = configured(tmp_path, server.url, orders="incremental: {start_param: since, lookback: 3 days}")
    lake.land(config, "api")
    shop.put(9, at=(datetime.now(UTC) - timedelta(days=2)).isoformat())
    shop.put(10, at=(datetime.now(UTC) - timedelta(days=4)).isoformat())
    lake.land(config, "api")
    assert set(standing(config)[0]) == {str(number) for number in range(1, 10)}


def test_recent_records_are_read_again_whatever_their_time_says(shop, server, tmp_path):
    def answer(asked):
        if asked.one("created"):
            return Answer({"data": {"orders": [shop.orders[8]]}, "meta": {"total": 1}})
        return shop.answer(asked)

    server.handler = answer
    more = f"{SINCE}\nrecent: {{start_param: created, days: 30, format: date}}"
    config = configured(tmp_path, server.url, orders=more)
    lake.land(config, "api")
    shop.orders[8]["total"] = "12.00"
    lake.land(config, "api")
    assert standing(config)[0]["8"] == 12
    assert server.asked[-1].one("created") == (datetime.now(UTC) - timedelta(days=30)).date().isoformat()


def test_what_is_read_whole_shows_what_is_gone_and_what_comes_back(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "api")
    gone = shop.orders.pop(4)
    lake.land(config, "api")
    assert standing(config) == as_shop(shop)
    shop.orders[4] = gone
    lake.land(config, "api")
    assert standing(config) == as_shop(shop)


def test_before_something_is_believed_to_be_deleted_it_is_asked_for(shop, server, tmp_path):
    def answer(asked):
        if asked.path == "/api/orders":  # the list has lost an order
            rows = [one for number, one in sorted(shop.orders.items()) if number != 4]
            return Answer({"data": {"orders": rows}})
        return shop.answer(asked)

    check = 'check: {path: "/orders/{id}", data_selector: order}'
    config = configured(tmp_path, server.url, "single_page", orders=check)
    lake.land(configured(tmp_path, server.url, OFFSET, orders=check), "api")
    server.handler = answer
    lake.land(config, "api")
    assert standing(config) == as_shop(shop)


def test_the_first_reading_comes_in_slices_and_goes_on_after_a_kill(shop, server, tmp_path):
    config = configured(tmp_path, server.url, source="slice_rows: 3", orders=SINCE)
    server.faults = [Fault("status", 500, after=2) for _ in range(6)]
    with pytest.raises(lake.SourceError, match="500"):
        lake.land(config, "api")
    landed = len(standing(config)[0])
    assert 0 < landed < 8
    before = len(server.asked)
    lake.land(config, "api")
    assert server.asked[before].one("offset") != "0"
    assert standing(config) == as_shop(shop)


def test_slices_of_time_cover_everything(shop, server, tmp_path):
    for number, one in shop.orders.items():
        one["created_at"] = f"{2018 + number}-03-01T00:00:00Z"

    def answer(asked):
        start, end = asked.one("from", ""), asked.one("to", "9")
        rows = [one for one in shop.orders.values() if start <= one["created_at"] < end]
        return Answer({"data": {"orders": rows}, "meta": {"total": len(rows)}})

    server.handler = answer
    slices = "slices: {start_param: from, end_param: to, since: 2021-01-01, length: 365 days}"
    config = configured(tmp_path, server.url, orders=slices)
    lake.land(config, "api")
    assert standing(config) == as_shop(shop)
    assert [asked.one("from") for asked in server.asked][:3] == [
        "",
        "2021-01-01T00:00:00Z",
        "2022-01-01T00:00:00Z",
    ]


def test_a_search_is_posted_with_the_time_in_its_body(shop, server, tmp_path):
    search = """method: POST
json: {kind: all}
paginator: {type: cursor, cursor_path: meta.after, cursor_body_path: cursor}
incremental: {json: {since: "{incremental.start_value}"}}"""
    config = configured(tmp_path, server.url, orders=search)
    lake.land(config, "api")
    shop.change(2, total="3.00")
    assert lake.land(config, "api").rows == 1
    assert server.asked[0].method == "POST"
    assert server.asked[0].json == {"kind": "all"}
    assert set(server.asked[-1].json) == {"kind", "since"}
    assert standing(config) == as_shop(shop)


@pytest.mark.parametrize("parallel", [1, 4])
def test_details_and_children_are_asked_for_each_record(shop, server, tmp_path, parallel):
    def answer(asked):
        number = asked.path.rpartition("/detail/")[2]
        if number and number != asked.path:
            return Answer({"order": {"total": f"{int(number)}.50"}})
        if asked.path.endswith("/refunds"):
            number = asked.path.split("/")[-2]
            return Answer({"refunds": [{"sum": 1.5, "at": "2026-02-01T00:00:00Z"}] if number == "7" else []})
        return shop.answer(asked)

    server.handler = answer
    more = f"""detail: {{path: "/detail/{{id}}", data_selector: order}}
children:
  refunds: {{path: "/orders/{{id}}/refunds", data_selector: refunds, paginator: single_page}}
parallel: {parallel}"""
    refunds = """refunds:
  within: orders
  each: refunds
  parent: order_id
  key: [order_id, place]
  add: {place: "#"}"""
    entity = """refunds:
  from: refunds
  columns: {refund_id: {sql: "order_id || '-' || place"}, order_id: order_id, amount: sum, refunded_at: at}"""
    config = configured(tmp_path, server.url, orders=more, inputs=refunds, entities=entity)
    lake.land(config, "api")
    assert standing(config)[0] == {str(number): number + 0.5 for number in shop.orders}
    (refund,) = raw_rows(config, "api", "refunds")
    assert (refund["order_id"], refund["place"], refund["sum"]) == ("7", "1", "1.5")


def test_stock_lands_as_states_of_an_instant(shop, server, tmp_path):
    stock = [{"sku": "A", "here": 5}, {"sku": "B", "here": 7}]
    shop.answers["/stock"] = lambda asked: Answer(stock)
    inputs = """stock:
  path: stock
  data_selector: $
  paginator: single_page
  key: sku
  snapshot_at: read_at"""
    entity = (
        "inventory_levels: {from: stock, columns: {variant_id: sku, snapshot_at: read_at, on_hand: here}}"
    )
    config = configured(tmp_path, server.url, inputs=inputs, entities=entity)
    lake.land(config, "api")
    stock[0]["here"] = 4
    assert lake.land(config, "api").rows == 1
    assert sorted(int(row["here"]) for row in raw_rows(config, "api", "stock")) == [4, 5, 7]
