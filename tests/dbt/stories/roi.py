"""Advertising, visits and orders that come in any order: what each order is owed to changes with all of them."""

from __future__ import annotations

from typing import Any

from tests.dbt.kit.rows import Row, order, refund
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story

BY_AD = {"utm_source": "search", "utm_medium": "cpc", "utm_campaign": "7"}
BY_MAIL = {"utm_source": "letter", "utm_medium": "email"}


def visit(event: str, at: str, visitor: str = "x", kind: str = "page_view", **more: Any) -> Row:
    """An event of a visitor, by default a page view."""
    return {
        "event_id": event, "visitor_id": visitor, "event_at": at, "event_type": kind, "page_path": "/", **more
    }  # fmt: skip


def spent(day: str, spend: float, **more: Any) -> Row:
    """What campaign 7 cost on a day."""
    return {
        "date": day,
        "platform": "search",
        "campaign_id": "7",
        "campaign": "Seven",
        "spend": spend,
        **more,
    }


@story
def what_an_order_is_owed_to_is_found_out_later() -> Story:
    """Earlier visits, an order between two, a log-in that says whose visits were whose, one order that goes."""
    return {
        0: Step(
            {
                **sales(
                    order("1", "2024-01-30 10:20", "a"),
                    order("2", "2024-01-10 10:00", "b", visitor_id="y"),
                    order("3", "2024-01-31 10:00"),
                ),
                ("events", "e"): [
                    visit("11", "2024-01-30 10:00", **BY_AD),
                    visit("12", "2024-01-30 10:10", kind="login", customer_id="a"),
                    visit("13", "2024-01-30 10:20", kind="purchase", order_id="1"),
                    visit("21", "2024-01-10 09:50", "y", **BY_MAIL),
                    visit("31", "2024-01-31 09:55", "z"),
                    visit("32", "2024-01-31 10:00", "z", "purchase", order_id="3"),
                ],
                ("ad_spend", "s"): [spent("2024-01-30", 40), spent("2024-01-31", 15, currency="USD")],
            }
        ),
        1: Step(
            {
                # earlier visits of the same browser, and of another one that a log-in is told of
                ("events", "f"): [
                    visit("09", "2024-01-12 10:00", **BY_MAIL),
                    visit("10", "2024-01-13 10:00", **BY_MAIL),
                    visit("41", "2024-01-20 10:00", "w", **BY_AD),
                    visit("51", "2024-02-01 10:00", "x", kind="login", customer_id="a"),
                ],
                ("ad_spend", "t"): [spent("2024-01-20", 5), spent("2024-01-30", 44)],
            }
        ),
        2: Step(
            {
                # an order between the visits, and whose the second browser was
                **sales(order("4", "2024-01-15 10:00", "a"), order("5", "2024-02-04 10:00", "b")),
                ("events", "g"): [
                    visit("42", "2024-02-03 10:00", "w", kind="login", customer_id="a"),
                    visit("52", "2024-02-04 09:50", "y", **BY_AD),
                ],
            }
        ),
        3: Step(
            {
                ("orders", "4"): [
                    order("4", "2024-01-15 10:00", "a", financial_status="voided"),
                    order("5", "2024-02-04 10:00", "b"),
                ],
                ("refunds", "r"): [refund("r", 3, "2024-03-01 10:00", "1")],
                ("ad_spend", "s"): [spent("2024-01-31", 15, currency="USD")],
                ("customers", "c"): [
                    {"customer_id": "a", "email_hash": "m@x"},
                    {"customer_id": "b", "email_hash": "m@x"},
                ],
            }
        ),
        5: Step({("events", "e"): [visit("13", "2024-01-30 10:20", kind="purchase", order_id="1")]}),
    }


@story
def visits_and_orders_of_one_moment() -> Story:
    """Orders at one instant, a visit of that instant and of exactly the window before, two orders in a session."""
    at = "2024-01-31 10:00"
    return {
        0: Step(
            {
                **sales(order("1", at, "a"), order("2", at, "a"), order("3", "2024-01-31 10:05", "a")),
                ("events", "e"): [
                    visit("1", "2024-01-01 10:00", kind="login", customer_id="a", **BY_MAIL),
                    visit("2", at, "y", kind="login", customer_id="a", **BY_AD),
                    visit("3", "2024-01-31 10:05", "y", "purchase", order_id="3"),
                ],
                ("ad_spend", "s"): [spent("2024-02-04", 9), spent("2024-01-31", 2)],
                ("promotions", "p"): [{"promotion_id": "k", "kind": "coupon"}],
                ("order_promotions", "p"): [{"order_id": "1", "promotion_id": "k", "amount": 1}],
            }
        ),
        1: Step({("orders", "1"): [order("2", at, "a"), order("3", "2024-01-31 10:05", "a")]}),
        2: Step({("promotions", "p"): [{"promotion_id": "k", "kind": "coupon", "funded_by": "platform"}]}),
        3: Step(
            {
                ("orders", "1"): [order("1", at, "a", visitor_id="y"), order("3", "2024-01-31 10:05", "b")],
                ("ad_spend", "s"): [],
            }
        ),
    }


@story
def an_order_is_moved_past_a_visit() -> Story:
    """What had led to the order after it led to the moved one."""
    after = order("2", "2024-01-31 10:00", "a")
    return {
        0: Step(
            {
                **sales(order("1", "2024-01-10 10:00", "a"), after),
                ("events", "e"): [visit("1", "2024-01-20 10:00", kind="login", customer_id="a", **BY_MAIL)],
            }
        ),
        1: Step({("orders", "1"): [order("1", "2024-01-25 10:00", "a"), after]}),
    }
