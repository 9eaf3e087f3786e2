"""What visitors do, and what becomes known of it late."""

from __future__ import annotations

from typing import Any

from tests.dbt.kit.rows import Row, order
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


def seen(event: str, at: str, visitor: str = "v", kind: str = "page_view", **more: Any) -> Row:
    """An event of a visitor."""
    return {"event_id": event, "event_at": at, "visitor_id": visitor, "event_type": kind, **more}


def bought(event: str, at: str, order_id: str, visitor: str = "v") -> list[Row]:
    """All steps of a purchase, a minute each."""
    kinds = ("product_view", "add_to_cart", "begin_checkout", "purchase")
    return [
        seen(f"{event}{n}", f"{at}:0{n}", visitor, kind, order_id=order_id if kind == "purchase" else None)
        for n, kind in enumerate(kinds)
    ]


@story
def a_late_event_joins_two_sessions() -> Story:
    """What was two sessions is one, is longer, is two again, and is of another beginning."""
    return {
        0: Step(
            {
                ("events", "a"): [
                    seen("1", "2024-01-30 10:00", utm_source="google"),
                    seen("2", "2024-01-30 10:50"),
                    seen("3", "2024-01-30 23:50"),
                    seen("4", "2024-01-31 00:20"),
                    seen("5", "2024-01-31 00:50:00.000001"),
                    seen("6", "2024-01-31 10:00", "w"),
                ]
            }
        ),
        1: Step({("events", "b"): [seen("7", "2024-01-30 10:20"), seen("8", "2024-02-01 10:00")]}),
        2: Step(
            {
                ("events", "c"): [
                    seen("9", "2024-01-30 09:45", utm_source="bing"),
                    seen("0", "2024-01-30 11:20"),
                ]
            }
        ),
        3: Step({("events", "b"): [seen("8", "2024-02-01 10:00", _deleted=True)]}),
        5: Step(
            {
                ("events", "c"): [seen("9", "2024-01-30 09:45", "w")],
                ("events", "d"): [seen("4", "2024-01-31 12:00")],
            }
        ),
    }


@story
def an_event_is_another_one_afterwards() -> Story:
    """Of another visitor, of another instant, of a machine; some come twice, and one again after it was deleted."""
    return {
        0: Step(
            other={
                "events": [
                    *bought("a", "2024-01-10 10", "1"),
                    seen("b", "2024-01-10 10:20", "w", engaged_ms=3),
                    seen("b", "2024-01-10 10:20", "w", engaged_ms=3),
                    seen("c", "2024-01-10 10:20", "w", "product_view"),
                ]
            }
        ),
        1: Step(
            other={
                "events": [seen("b", "2024-01-10 10:20", "v", version=1), seen("d", "2024-01-10 10:40", "w")]
            }
        ),
        2: Step(
            other={
                "events": [
                    seen("a2", "2024-01-10 11:00", kind="begin_checkout", version=1),
                    seen("d", "2024-01-10 10:40", "w", user_agent_class="bot", version=1),
                ]
            }
        ),
        3: Step(
            other={"events": [seen("a0", "2024-01-10 10:00", kind="product_view", version=2, _deleted=True)]}
        ),
        5: Step(
            other={
                "events": [
                    seen("a0", "2024-01-10 09:59", kind="product_view", version=3),
                    seen("a2", "2024-01-10 10:02", kind="begin_checkout", version=2),
                    seen("d", "2024-01-10 10:40", "w", version=2),
                ]
            }
        ),
    }


@story
def orders_come_from_sessions() -> Story:
    """Before and after their events, by their visitor alone, of nobody, in two sessions, and no longer."""
    return {
        0: Step(
            {
                ("events", "a"): [
                    *bought("a", "2024-01-12 10", "1"),
                    seen("n", "2024-01-13 10:00", kind="purchase", order_id="1"),
                    *bought("b", "2024-01-31 10", "2", "w"),
                    *bought("g", "2024-01-31 11", "CART-1", "x"),
                    seen("t", "2024-01-31 12:00", "till", customer_id="a"),
                ],
                **sales(
                    order("3", "2024-01-31 12:30", "b", visitor_id="till"),
                    order("5", "2024-02-01 19:00", visitor_id="till"),
                ),
            }
        ),
        1: Step(
            sales(
                order("1", "2024-01-12 10:04"),
                order("2", "2024-01-31 10:02", financial_status="pending"),
                order("4", "2024-01-31 10:00"),
            )
        ),
        2: Step(
            {
                ("events", "b"): [
                    seen("t2", "2024-01-31 12:20", "till"),
                    seen("t3", "2024-02-01 18:40", "till"),
                ]
            }
        ),
        3: Step(
            {
                ("orders", "2"): [order("2", "2024-01-31 10:02", financial_status="paid")],
                ("events", "c"): [seen("a3", "2024-01-12 10:03", kind="purchase", order_id="4", version=1)],
            }
        ),
        5: Step(refuse=[(0, "export", "orders", "3")]),
    }


@story
def a_shop_gets_its_first_order_and_campaigns() -> Story:
    """Until then the tracker's word is all there is; the campaign of a session is known when its spend is reported."""
    spent = {"platform": "google_ads", "campaign_id": "g-1", "spend": 10}
    return {
        0: Step(
            {
                ("events", "a"): [
                    *bought("a", "2024-01-12 10", "1"),
                    seen(
                        "b", "2024-01-12 11:00", utm_source="google", utm_medium="cpc", utm_campaign="Spring"
                    ),
                    seen("c", "2024-02-03 11:00", utm_source="google", utm_medium="cpc", utm_campaign="G-1"),
                ]
            }
        ),
        1: Step({("ad_spend", "a"): [{"date": "2024-01-12", **spent}]}),
        2: Step(
            {
                ("ad_spend", "b"): [{"date": "2024-02-02", "campaign": "spring", **spent}],
                **sales(order("1", "2024-01-12 10:04")),
            }
        ),
        3: Step({("ad_spend", "a"): []}),
        5: Step({("ad_spend", "b"): [], ("orders", "1"): [], ("order_lines", "1"): []}),
    }
