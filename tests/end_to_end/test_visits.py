"""From an empty folder to published tables: visits out of an access log, and out of an export of Google Analytics.

The same two people in both. Ann comes by a newsletter at noon, looks at the cup, puts it in the cart, begins to pay and
orders A1; she comes back at 12:50, 37 minutes after her last event, by no campaign. Bob comes from Google and leaves.
In the log there are a bot with three pages, and a second visit of Bob's telephone, which is another visitor.
"""

from __future__ import annotations

import polars as pl
import pytest

from tests.end_to_end.exports import export, small_shop
from tests.end_to_end.shop import Shop
from tests.ingestion.ga4_kit import SHOP, event, put
from tests.ingestion.landing import SECRET
from tests.ingestion.weblog_kit import CHROME, GOOGLEBOT, IPHONE, ROUTES, line, write

pytestmark = [pytest.mark.timeout(900)]
NEWS = "/?utm_source=news&utm_medium=email"
SOURCES = f"""
  - name: web
    type: weblog
    shop: main
    path: "logs/access.log*"
    hosts: shop.example
{ROUTES}
  - name: ga
    type: ga4
    shop: tracked
    path: "export/events_*"
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Two shops, one with orders and its log, one that only Google saw, after a run."""
    shop = small_shop(tmp_path_factory.mktemp("visits"))
    shop.environment["OPSMART_PII_KEY"] = SECRET
    given = shop.folder / "opsmart.yml"
    text = given.read_text().replace(
        "shops:\n", "shops:\n  - {id: tracked, name: Tracked, timezone: Europe/London, currency: GBP}\n"
    )
    given.write_text(text.rstrip() + "\n" + SOURCES)
    export(shop, "2026-01-01.csv", "A1,1,cup,1,10.00,0,2026-01-01 12:13:00,ann")
    write(
        shop.folder,
        line(NEWS, 0),
        line("/style.css", 0),
        line("/product/cup", 1),
        line("/cart/add", 10, method="POST", status=302),
        line("/checkout", 11),
        line("/order-received/A1", 13),
        line("/", 50),
        line("/", 20, address="192.0.2.2", referrer="https://www.google.com/"),
        line("/", 25, address="192.0.2.2", agent=IPHONE),
        *(line(f"/product/{one}", 30, address="192.0.2.3", agent=GOOGLEBOT) for one in range(3)),
    )
    put(shop.folder, "events_20260101.parquet", *tracked())
    put(shop.folder, "events_intraday_20260101.parquet", event("page_view", "x"))
    shop.run()
    return shop


def tracked() -> list[dict]:
    return [
        event("session_start", "ann"),
        event("page_view", "ann", params={"page_location": SHOP + NEWS}),
        event("view_item", "ann", 1, items=["cup"]),
        event("add_to_cart", "ann", 10, items=["cup", "jug"]),
        event("begin_checkout", "ann", 11, items=["cup", "jug"]),
        event("purchase", "ann", 13, items=["cup", "jug"], ecommerce={"transaction_id": "A1"}),
        event("page_view", "ann", 50),
        event("page_view", "bob", 20, params={"page_referrer": "https://www.google.com/"}),
        event("page_view", None, 20),
    ]


STEPS = ("product_view_sessions", "cart_sessions", "checkout_sessions", "purchase_sessions")


def funnel(shop: Shop, of: str) -> dict[str, object]:
    return shop.ask(
        f"select sessions, {', '.join(STEPS)}, bounces, bot_sessions from mart_funnel_daily"
        f" where shop_id = '{of}' and period_type = 'day'"
        " and date = '2026-01-01' and channel = 'all' and device = 'all' and visitor_type = 'all'"
    ).row(0, named=True)


def sessions(shop: Shop, of: str) -> list[tuple]:
    found: pl.DataFrame = shop.ask(
        "select strftime(started_at, '%H:%M') as at, channel, device, page_views, product_views, cart_adds"
        f" from fct_sessions where shop_id = '{of}' order by started_at"
    )
    return found.rows()


def test_sessions_of_the_log(shop: Shop) -> None:
    assert sessions(shop, "main") == [
        ("12:00", "email", "desktop", 1, 1, 1),
        ("12:20", "organic_search", "desktop", 1, 0, 0),
        ("12:25", "direct", "mobile", 1, 0, 0),
        ("12:50", "direct", "desktop", 1, 0, 0),
    ]


def test_sessions_of_the_export(shop: Shop) -> None:
    assert sessions(shop, "tracked") == [
        ("12:00", "email", "mobile", 1, 1, 2),
        ("12:20", "organic_search", "mobile", 1, 0, 0),
        ("12:50", "direct", "mobile", 1, 0, 0),
    ]


def test_the_funnels(shop: Shop) -> None:
    steps = dict.fromkeys(
        ["product_view_sessions", "cart_sessions", "checkout_sessions", "purchase_sessions"], 1
    )
    assert funnel(shop, "main") == {"sessions": 4, **steps, "bounces": 3, "bot_sessions": 1}
    assert funnel(shop, "tracked") == {"sessions": 3, **steps, "bounces": 2, "bot_sessions": 0}


def test_machines_are_counted_apart(shop: Shop) -> None:
    found = shop.ask(
        "select traffic, sessions, events from mart_bot_traffic where shop_id = 'main' and period_type = 'day'"
        " and date = '2026-01-01' order by traffic"
    )
    assert found.rows() == [("all", 5, 11), ("declared", 1, 3), ("people", 4, 8)]


def test_the_order_is_owed_to_the_newsletter(shop: Shop) -> None:
    found = shop.ask("select channel, orders from fct_sessions where orders > 0")
    assert found.rows() == [("email", 1)]


@pytest.mark.soak  # another whole run
def test_the_next_day_is_read_on(shop: Shop) -> None:
    log = shop.folder / "logs" / "access.log"
    log.rename(log.with_name("access.log.1"))
    write(shop.folder, line("/", 24 * 60, agent=CHROME))
    put(shop.folder, "events_20260101.parquet", *tracked()[:-3])  # written again, and smaller
    put(shop.folder, "events_20260102.json", event("page_view", "ann", day=2))
    shop.run()
    assert len(sessions(shop, "main")) == 5
    assert [row[0] for row in sessions(shop, "tracked")] == ["12:00", "12:00"]
