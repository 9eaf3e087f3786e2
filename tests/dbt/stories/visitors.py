"""Whose sessions are: visitors who tell it late, devices of several people, and what else is known of somebody."""

from __future__ import annotations

from typing import Any

from tests.dbt.kit.rows import Row, customer, order, product
from tests.dbt.kit.telling import MAX_LINKS, Step, Story
from tests.dbt.stories.book import sales, story
from tests.dbt.stories.deletions import gone


def page(event: str, at: str, visitor: str = "v", account: str | None = None, **more: Any) -> Row:
    """Something that a visitor looks at, signed in or not."""
    return {
        "event_id": event,
        "event_at": at,
        "visitor_id": visitor,
        "customer_id": account,
        "event_type": "page_view",
        **more,
    }


@story
def a_visitor_signs_in_at_last() -> Story:
    """The account turns out to be somebody known by an address, then a test account, and then there is no log-in."""
    return {
        0: Step(
            {
                **sales(order("1", "2024-01-05 10:00", email_hash="e")),
                ("events", "a"): [
                    page("1", "2024-01-05 10:00", utm_source="google", utm_medium="cpc"),
                    page("2", "2024-01-31 19:00"),
                    page("3", "2024-01-31 10:00", "w"),
                    page("6", "2024-02-03 10:00", "w", "a"),
                ],
            }
        ),
        1: Step(
            {("events", "b"): [page("4", "2024-02-01 10:00", account="a", received_at="2024-02-01 19:00")]}
        ),
        2: Step({("customers", "c"): [customer("a", email_hash="e")]}),
        3: Step({("events", "c"): [page("5", "2024-02-20 10:00"), page("0", "2023-12-31 10:00")]}),
        5: Step({("events", "b"): [], ("customers", "c"): [customer("a", email_hash="e", is_test=True)]}),
    }


@story
def a_tablet_is_shared() -> Story:
    """Two people order from it, one signs in late between them, one order is deleted, and one was a test."""
    ann, ben = (
        order("1", "2024-01-10 10:00", "a", visitor_id="t", version=1),
        order("2", "2024-01-20 10:00", "b", visitor_id="t", version=1),
    )
    return {
        0: Step(
            {
                **sales(ann, ben),
                ("events", "a"): [
                    page(str(day), f"2024-01-{day:02} 09:50", "t", device="tablet") for day in range(8, 31, 2)
                ],
            }
        ),
        1: Step({("events", "b"): [page("c", "2024-01-16 09:55", "t", "c", received_at="2024-02-01 10:00")]}),
        2: Step(
            {("orders", "gone"): [gone(ben, 2)], ("events", "d"): [page("d", "2024-02-04 10:00", "t", "b")]}
        ),
        3: Step({("orders", "test"): [{**ann, "is_test": True, "version": 3}]}),
        5: Step({("events", "b"): [], ("events", "a"): [page("8", "2024-01-08 09:50", "t")]}),
    }


@story
def a_till_has_too_many_people() -> Story:
    """And again few enough, when those who came last are gone."""
    many = [
        order(str(n), f"2024-01-{n + 10} 10:00", f"c{n}", visitor_id="till") for n in range(MAX_LINKS + 1)
    ]
    return {
        0: Step(
            {
                **sales(*many[:-1]),
                ("events", "a"): [
                    page(str(n), f"2024-01-{n + 10} 09:55", "till") for n in range(MAX_LINKS + 4)
                ],
            }
        ),
        1: Step({("orders", "x"): many[-1:]}),
        2: Step({("orders", "x"): []}),
        3: Step({("orders", "y"): [{**many[-1], "order_id": "y"}]}),
        5: Step({("orders", str(many[0]["order_id"])): many[:1]}),
    }


@story
def somebody_asks_and_says() -> Story:
    """Tickets and reviews of an account and of an order, which become another person's; categories that change."""
    asked = {"ticket_id": "1", "customer_id": "a", "opened_at": "2024-01-30 10:00"}
    said = {"review_id": "1", "order_id": "2", "created_at": "2024-01-30 10:00", "rating": 2}
    return {
        0: Step(
            {
                **sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-06 10:00", phone_hash="p")),
                ("products", "p"): [product("v1", category="hats", version=1)],
                ("tickets", "t"): [
                    {**asked, "resolved_at": "2024-02-03 10:00", "csat": 4},
                    {**asked, "ticket_id": "2", "customer_id": None, "order_id": "2"},
                    {**asked, "ticket_id": "3", "opened_at": "2024-02-04 10:00"},
                    {**asked, "ticket_id": "4", "customer_id": "z"},
                ],
                ("reviews", "r"): [said, {**said, "review_id": "2", "order_id": None, "customer_id": "a"}],
            }
        ),
        1: Step({("customers", "c"): [customer("a", phone_hash="p", accepts_marketing=True)]}),
        2: Step({("products", "q"): [product("v1", category="shoes", version=2)], ("tickets", "t"): [asked]}),
        3: Step(
            {
                ("reviews", "r"): [{**said, "rating": 5}],
                ("orders", "n"): [order("3", "2024-02-28 10:00", "a")],
            }
        ),
        5: Step({("customers", "c"): [], ("tickets", "u"): [{**asked, "ticket_id": "5", "order_id": "2"}]}),
    }
