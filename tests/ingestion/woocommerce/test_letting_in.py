"""Who is let in, by which address, and what is said where nobody is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.api.errors import FeedError
from ingestion.config import ConfigError, load_config
from ingestion.lake import LandResult
from ingestion.source import SourceError
from tests.ingestion.woocommerce import kit
from tests.ingestion.woocommerce.answers import Answer
from tests.ingestion.woocommerce.server import KEY, SECRET, Server, once
from tests.ingestion.woocommerce.shop import FakeShop


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    kit.prepared(monkeypatch)


@pytest.fixture
def shop() -> FakeShop:
    shop = FakeShop()
    shirt = shop.product("Shirt", "10.00", 5)
    shop.order([(shirt, 2, "10.00")])
    return shop


def reasons(result: LandResult) -> dict[str, str]:
    return {one.input: one.reason or "" for one in result.files if one.status == "unreadable"}


def test_over_http_each_request_is_signed(tmp_path: Path, shop: FakeShop) -> None:
    with Server(shop) as server:
        config = kit.configured(tmp_path, server)
        kit.land(config)
        assert kit.column(config, "orders", "total") == ["24.00"]
        assert all(SECRET not in one.uri for one in server.seen)


def test_plain_permalinks_answer_at_rest_route(tmp_path: Path, shop: FakeShop) -> None:
    with Server(shop, plain_permalinks=True) as server:
        kit.land(kit.configured(tmp_path / "with", server, more="rest_route: true"))
        assert kit.column(load_config(tmp_path / "with" / "opsmart.yml"), "orders", "id") == ["12"]
        with pytest.raises(SourceError, match="rest_route: true"):
            kit.land(kit.configured(tmp_path / "without", server))


def test_wordpress_may_believe_to_live_elsewhere(tmp_path: Path, shop: FakeShop) -> None:
    with Server(shop, home="http://localhost:8080/shop") as server:
        config = kit.configured(tmp_path, server)
        kit.land(config)
        assert kit.column(config, "orders", "id") == ["12"]


def test_a_wrong_secret_is_said_and_not_shown(
    tmp_path: Path, shop: FakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WOO_SECRET", "cs_wrong_one")
    with Server(shop) as server, pytest.raises(SourceError, match="signature does not match") as caught:
        kit.land(kit.configured(tmp_path, server))
    assert "cs_wrong_one" not in str(caught.value)
    assert KEY not in str(caught.value)


def test_an_attempt_more_is_signed_anew(tmp_path: Path, shop: FakeShop) -> None:
    """WooCommerce takes no nonce twice. The first attempt is answered after the shop has looked at its signature."""
    with Server(shop) as server:
        hits = []

        def busy(request: object) -> None:
            hits.append(request)
            if len(hits) == 3:  # settings/general, settings/tax, orders
                server.faults.append(once("orders", Answer("", 503), 1))

        server.before = busy
        config = kit.configured(tmp_path, server)
        real = server._let_in
        nonces: list[str] = []

        def let_in(uri: str, given: dict[str, str], headers: object) -> None:
            nonces.append(given["oauth_nonce"])
            real(uri, given, headers)
            if len(nonces) == 3:
                from tests.ingestion.woocommerce.answers import Refusal

                raise Refusal(503, "busy", "Briefly unavailable for scheduled maintenance.")

        server._let_in = let_in  # type: ignore[method-assign]
        kit.land(config)
        assert kit.column(config, "orders", "id") == ["12"]
        assert len(set(nonces)) == len(nonces) > 4


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("url: http://shop.example", "for this machine alone"),
        ("url: ftp://shop.example", "not the address of a shop"),
        ("url: https://ann:pass@shop.example", "has a user in it"),
    ],
)
def test_addresses_that_would_give_data_away_are_refused(tmp_path: Path, line: str, said: str) -> None:
    with Server(FakeShop()) as server:
        config = kit.configured(tmp_path, server)
    text = config.path.read_text("utf-8").replace(f"url: {server.url}", line)
    config.path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=said):
        load_config(config.path)


def test_another_currency_stops_the_source(tmp_path: Path, shop: FakeShop) -> None:
    with Server(shop) as server:
        config = kit.configured(tmp_path, server)
        shop.currency = "EUR"
        with pytest.raises(SourceError, match=r"counts in EUR.*in GBP"):
            kit.land(config)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            Answer({"code": "woocommerce_rest_cannot_view", "message": "Sorry, you cannot view this."}, 403),
            "permission",
        ),
        (
            Answer(
                "<br />Warning: Undefined array key [] in plugin.php", headers={"Content-Type": "text/html"}
            ),
            "no JSON",
        ),
        (Answer({"data": []}), "no list of records"),
        (Answer([{"name": "no id"}], headers={"X-WP-Total": "1"}), "no number as its id"),
    ],
)
def test_what_is_no_collection_is_said(tmp_path: Path, answer: Answer, said: str) -> None:
    with Server(FakeShop()) as server:
        server.faults.append(once("customers", answer, 1_000))
        with pytest.raises(FeedError, match=said):
            list(kit.feed(kit.configured(tmp_path, server), "customers").everything())


def test_a_collection_that_cannot_be_read_is_refused_alone(tmp_path: Path, shop: FakeShop) -> None:
    shop.customer("ann@example.com")
    with Server(shop) as server:
        config = kit.configured(tmp_path, server)
        server.faults.append(once("customers", Answer({"message": "Sorry."}, 403), 1_000))
        assert list(reasons(kit.land(config))) == ["customers"]
        assert kit.column(config, "orders", "id") == ["12"]
        server.faults.clear()
        kit.land(config)
        assert len(kit.standing(config, "customers")) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"code": "too_many"}, 429, {"Retry-After": "0"}),
        Answer("", 502),
        Answer([], dropped=True),
        Answer([{"id": 1}], halved=True),
        Answer([], silence=1.3),
    ],
    ids=["429", "502", "dropped", "halved", "silent"],
)
def test_what_passes_is_waited_for(tmp_path: Path, shop: FakeShop, answer: Answer) -> None:
    with Server(shop) as server:
        server.faults.append(once("orders", answer, 2))
        assert kit.ids(
            kit.feed(kit.configured(tmp_path, server, more="timeout: 1 second"), "orders").everything()
        ) == [12]
        assert server.routes().count("orders") == 3
