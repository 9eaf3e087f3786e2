"""Reading an API: slices, look-back, reconciliation, drift, faults. The API is a toy; the machinery is the real one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ingestion import lake
from ingestion.config import Config
from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion.api import toy
from tests.ingestion.api.toy import Shop, configured
from tests.ingestion.fake_http import FakeServer, Fault, serving
from tests.ingestion.landed_rows import entity_rows, raw_rows
from tests.ingestion.landing import SECRET
from tests.ingestion.secrets import assert_nowhere

OLD = (datetime.now(UTC) - timedelta(days=30)).isoformat()


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    toy.installed(monkeypatch)
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    made = Shop()
    for number in range(1, 9):
        made.put(number, at=OLD, skus="AB")
    return made


@pytest.fixture
def server(shop: Shop) -> Iterator[FakeServer]:
    with serving(shop.answer) as fake:
        yield fake


def totals(config: Config) -> dict[str, str]:
    return {key[0]: str(row["total"]) for key, row in entity_rows(config, "toy", "orders").items()}


def lines(config: Config) -> set[str]:
    return {row["order_line_id"] for row in entity_rows(config, "toy", "order_lines").values()}


def as_shop(shop: Shop) -> tuple[dict[str, str], set[str]]:
    return (
        {str(number): f"{float(one['total']):.4f}" for number, one in shop.orders.items()},
        {line["id"] for one in shop.orders.values() for line in one["lines"]},
    )


def standing(config: Config) -> tuple[dict[str, str], set[str]]:
    return {key: f"{float(total):.4f}" for key, total in totals(config).items()}, lines(config)


def test_everything_lands_and_a_second_run_lands_nothing(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    first = lake.land(config, "toy")
    assert (first.rows, standing(config)) == (8 + 16 + 8, as_shop(shop))
    assert lake.land(config, "toy").load_id is None
    assert "since=" in str([one.query for one in server.asked[-1:]]) or server.asked[-1].one("since")


def test_the_first_reading_comes_in_slices_and_goes_on_after_a_failure(shop, server, tmp_path):
    config = configured(tmp_path, server.url, "slice_rows: 3")
    server.faults = [Fault("status", 500, after=2) for _ in range(3)]
    with pytest.raises(lake.SourceError, match="500"):
        lake.land(config, "toy")
    landed = {one.load_id for one in lake.completed_loads(config)}
    assert len(landed) >= 1
    assert 0 < len(totals(config)) < 8
    before = len(server.asked)
    result = lake.land(config, "toy")
    assert standing(config) == as_shop(shop)
    assert server.asked[before].one("after") != "0"  # what has landed is not read again
    assert result.rows < 32
    assert lake.land(config, "toy").load_id is None


def test_the_daily_reading_sees_changes_new_parts_and_parts_that_are_gone(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "toy")
    shop.put(2, "7.00", skus="A")  # one of its lines is gone
    shop.put(9, skus="CCC")
    shop.put(5, "8.00", at=OLD)  # changed, and nothing says so
    result = lake.land(config, "toy")
    missed = as_shop(shop)[0] | {"5": "10.0000"}
    assert standing(config) == (missed, {*as_shop(shop)[1], "5-1"})
    assert result.rows == 2 + 3 + 1 + 1  # two orders, three lines, the word that one is gone, one level
    lake.land(config, "toy", reconcile=True)
    assert standing(config) == as_shop(shop)


def test_a_reconciliation_finds_what_is_gone_and_what_is_back(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "toy")
    gone = shop.orders.pop(4)
    lake.land(config, "toy")
    assert "4" in totals(config)
    lake.land(config, "toy", reconcile=True)
    assert standing(config) == as_shop(shop)
    shop.orders[4] = gone
    lake.land(config, "toy", reconcile=True)
    assert standing(config) == as_shop(shop)
    assert lake.land(config, "toy", reconcile=True).load_id is None


def test_what_a_page_lost_is_asked_for_before_it_counts_as_deleted(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "toy")
    shop.lost = {3}
    assert lake.land(config, "toy", reconcile=True).load_id is None
    assert server.asked[-1].one("ids") == "3"
    assert standing(config) == as_shop(shop)


def test_much_that_is_gone_at_once_is_doubted(shop, server, tmp_path):
    for number in range(10, 100):
        shop.put(number, at=OLD)
    config = configured(tmp_path, server.url, "page: 50")
    lake.land(config, "toy")
    for number in range(10, 60):
        del shop.orders[number]
    result = lake.land(config, "toy", reconcile=True)
    assert "--allow-deletions" in result.problems[0]
    assert len(totals(config)) == 98
    lake.land(config, "toy", reconcile=True, allow_deletions=True)
    assert standing(config) == as_shop(shop)


def test_fewer_records_than_the_server_speaks_of_are_not_believed(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    before = server.handler

    def short(asked):
        answer = before(asked)
        answer.body["total"] = 9
        return answer

    server.handler = short
    result = lake.land(config, "toy")
    assert "9 records and gave 8" in result.problems[0]
    assert not totals(config)
    server.handler = before
    lake.land(config, "toy")
    assert standing(config) == as_shop(shop)


def test_a_new_column_is_kept_and_told(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "toy")
    shop.put(1, gift_note="call 07911 123456", colour="red", phone_number="07911 123456")
    result = lake.land(config, "toy")
    assert any("new column" in line and "colour" in line for line in result.problems)
    assert any("phone_number" in line and "left out" in line for line in result.problems)
    (row,) = [row for row in raw_rows(config, "toy", "orders") if row.get("colour") == "red"]
    assert row["gift_note"] == "call ‹phone›"
    assert "phone_number" not in row


def test_states_land_with_their_instant_when_they_differ_and_are_never_deleted(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    server.now = lambda: datetime(2026, 3, 1, tzinfo=UTC).timestamp()
    lake.land(config, "toy")
    server.now = lambda: datetime(2026, 3, 2, tzinfo=UTC).timestamp()
    shop.put(1, stock=[{"left": 4}])
    shop.put(2, stock=[])
    shop.put(3)
    lake.land(config, "toy")
    states = [(row["order_id"], row["left"], row["at"]) for row in raw_rows(config, "toy", "stock")]
    first, second = "2026-03-01T00:00:00+00:00", "2026-03-02T00:00:00+00:00"
    assert sorted(states) == sorted([*((str(n), "5", first) for n in range(1, 9)), ("1", "4", second)])


def test_a_vanished_column_refuses_its_table_alone_and_the_old_data_stays(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "toy")
    for number in (1, 2):
        shop.put(number, skus="X")
        del shop.orders[number]["total"]
    result = lake.land(config, "toy")
    assert any("none of 2 records has total" in line for line in result.problems)
    assert float(totals(config)["1"]) == 10
    assert {line for line in lines(config) if line.startswith("1-")} == {"1-0"}  # lines went on
    for number in (1, 2):
        shop.orders[number]["total"] = "3.00"
    lake.land(config, "toy")
    assert standing(config) == as_shop(shop)


def test_a_changed_type_refuses_its_table_alone(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "toy")
    shop.put(1, {"amount": 1}, skus="X")
    result = lake.land(config, "toy")
    assert any("total of record 1 is a list or an object" in line for line in result.problems)
    assert float(totals(config)["1"]) == 10
    assert {line for line in lines(config) if line.startswith("1-")} == {"1-0"}


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", 503),
        Fault("status", 429, {"Retry-After": "0"}),
        Fault("drop"),
        Fault("cut", after=1),
    ],
    ids=["503", "429", "drop", "cut"],
)
def test_a_passing_fault_passes(shop, server, tmp_path, fault):
    server.faults = [fault]
    config = configured(tmp_path, server.url)
    lake.land(config, "toy")
    assert server.broken == 1
    assert standing(config) == as_shop(shop)


def test_a_server_that_keeps_silent_is_given_up(shop, server, tmp_path):
    server.faults = [Fault("hang", seconds=3) for _ in range(3)]
    with pytest.raises(lake.SourceError, match="silent for more than 1 seconds, 3 times"):
        lake.land(configured(tmp_path, server.url, "timeout: 1 second"), "toy")


def test_a_long_wait_that_the_server_asks_for_is_told(shop, server, tmp_path):
    server.faults = [Fault("status", 429, {"Retry-After": "3600"})]
    with pytest.raises(lake.SourceError, match="come back in 60 minutes"):
        lake.land(configured(tmp_path, server.url), "toy")


def test_wrong_credentials_are_told_without_them(shop, server, tmp_path, monkeypatch):
    monkeypatch.setenv("TOY_TOKEN", "wrong-secret-token")
    with pytest.raises(lake.SourceError, match="401") as told:
        lake.land(configured(tmp_path, server.url), "toy")
    assert "wrong-secret-token" not in str(told.value)


def test_no_secret_and_nobody_s_address_reaches_the_disk(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "toy")
    server.faults = [Fault("status", 500) for _ in range(3)]
    with pytest.raises(lake.SourceError):
        lake.land(config, "toy")
    assert_nowhere(config.warehouse, [toy.TOKEN, SECRET, "p3@mail.example", "mail.example"], control="3-1")
