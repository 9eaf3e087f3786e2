"""What people look at, search for and put into their carts, told early, late, twice, differently and not at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.dbt.kit.rows import Row, line, order, payment, product
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


def act(number: str, at: str, what: str, visitor: str = "v", **more: object) -> Row:
    """An event."""
    return {
        "event_id": number, "visitor_id": visitor, "event_at": datetime.fromisoformat(at), "event_type": what, **more
    }  # fmt: skip


def visit(number: str, at: str, visitor: str = "v", buys: str | None = None, **more: object) -> list[Row]:
    """Somebody comes, searches, views an article, and fills the cart; with an order to tell of, that too."""
    first = datetime.fromisoformat(at)
    steps: list[tuple[str, dict[str, object]]] = [
        ("page_view", more),
        ("search", {"search_term": "Tea ", "search_results": int(number) % 2}),
        ("product_view", {"variant_id": "v1"}),
        ("add_to_cart", {"variant_id": "v1"}),
    ]
    if buys is not None:
        steps += [("begin_checkout", {}), ("purchase", {"order_id": buys})]
    return [
        act(f"{number}-{place}", str(first + timedelta(minutes=place)), what, visitor, **given)
        for place, (what, given) in enumerate(steps)
    ]


def totals(day: str, scope: str = "shop", **more: object) -> Row:
    """What the platform says of a day."""
    return {
        "date": datetime.fromisoformat(day).date(),
        "scope": scope,
        "uv": 50,
        "pv": 90,
        "cart_uv": 9,
        **more,
    }


@story
def carts_are_left_and_found_again() -> Story:
    """An order of a cart that was left five days before; a late event, one that is taken back, one told differently."""
    return {
        0: Step(
            {
                **sales(order("1", "2024-01-25 10:05:10", "a"), order("2", "2024-01-30 09:10", "b")),
                ("events", "a"): [
                    *visit("1", "2024-01-20 10:00", utm_source="mail", utm_medium="email"),
                    *visit("2", "2024-01-25 10:00", buys="1", customer_id="a", device="mobile"),
                    *visit("3", "2024-01-30 09:00", "w", buys="2")[4:],
                ],
                ("products", "p"): [product("v1", product_id="P", category="tops")],
            }
        ),
        1: Step(
            {
                ("events", "b"): visit("3", "2024-01-30 09:00", "w", buys="2")[:4],
                ("orders", "3"): [order("3", "2024-02-01 11:06", "c", visitor_id="x")],
                ("order_lines", "3"): [line("3", "v1")],
            },
            other={"events": visit("4", "2024-02-01 11:00", "x", customer_id="a")},
        ),
        2: Step(
            {("products", "p"): [product("v1", product_id="Q", category="tops")]},
            other={
                "events": [
                    {**visit("2", "2024-01-25 10:00")[3], "_deleted": True},
                    {**visit("4", "2024-02-01 11:00", "x")[1], "search_term": "cups", "version": 2},
                ]
            },
        ),
        3: Step(
            {
                ("orders", "3"): [
                    order("3", "2024-02-01 11:06", "c", visitor_id="x", financial_status="voided")
                ],
                ("events", "c"): [
                    act("5", "2024-01-25 10:29", "page_view"),
                    act("6", "2024-01-26 10:00", "begin_checkout"),
                    act("7", "2024-02-28 10:00", "product_view", product_id="R"),
                ],
            }
        ),
        5: Step(refuse=[(0, "export", "events", "a")]),
    }


@story
def nothing_but_totals_until_a_tracker_comes() -> Story:
    """Also the orders come later than the purchases that the tracker tells of."""
    return {
        0: Step(
            {
                ("traffic_daily", "t"): [
                    totals("2024-01-30"),
                    totals("2024-01-30", "product", scope_id="v1", paying_buyers=2),
                    totals("2024-01-31", device="app"),
                    totals("2024-02-01"),
                ],
                ("events", "a"): visit("1", "2024-01-29 10:00", buys="1"),
            }
        ),
        1: Step({("events", "b"): visit("2", "2024-01-30 10:00", "w", buys="2")}),
        2: Step(
            {
                **sales(order("1", "2024-01-29 10:05", "a"), order("2", "2024-01-30 10:05", "a")),
                ("payments", "p"): [payment("1", "2", 10, "2024-02-02 10:00")],
                ("traffic_daily", "t"): [totals("2024-01-31", device="app", uv=60)],
            }
        ),
        3: Step({("events", "b"): []}),
    }
