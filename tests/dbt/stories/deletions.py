"""What the source says is gone: it goes, stays gone when older news come late, and may come back."""

from __future__ import annotations

from tests.dbt.kit.rows import Row, cost, customer, line, order, refund
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


def gone(row: Row, version: int | None = None) -> Row:
    """The row as a source says that it was deleted."""
    return {**row, "_deleted": True, "version": version}


@story
def a_deleted_order_comes_back() -> Story:
    first = order("1", "2024-01-05 10:00", "a", version=1)
    return {
        0: Step(sales(first, order("2", "2024-01-06 10:00", "b", version=1))),
        1: Step({("orders", "gone"): [gone(first, 2)]}),
        2: Step({("orders", "back"): [{**first, "version": 3}]}),
        3: Step({("orders", "gone again"): [gone(first, 4)]}),
    }


@story
def older_news_of_a_deleted_order_come_late() -> Story:
    first = order("1", "2024-01-05 10:00", "a", version=1)
    return {
        0: Step(sales(first, order("2", "2024-01-06 10:00", "b", version=1))),
        1: Step({("orders", "gone"): [gone(first, 9)]}),
        2: Step({("orders", "late"): [{**first, "version": 5, "customer_id": "c"}]}),
        3: Step({("orders", "later"): [{**first, "version": 10, "customer_id": "d"}]}),
    }


@story
def a_deletion_comes_before_its_row() -> Story:
    first = order("1", "2024-01-05 10:00", "a", version=1)
    return {
        0: Step({("orders", "gone"): [gone(first, 2), order("2", "2024-01-06 10:00", "b", version=1)]}),
        1: Step(sales(first)),
    }


@story
def a_deletion_is_refused_and_accepted() -> Story:
    first = order("1", "2024-01-05 10:00", "a")
    return {
        0: Step(sales(first, order("2", "2024-01-06 10:00", "b"))),
        1: Step({("orders", "gone"): [gone(first)]}),
        2: Step(refuse=[(1, "export", "orders", "gone")]),
        3: Step(accept=[(1, "export", "orders", "gone")]),
    }


@story
def lines_refunds_and_costs_are_deleted() -> Story:
    first, second = line("1"), line("1", no="2", price=7)
    back = refund("r1", 3, "2024-01-20 10:00", "1")
    dear = cost("v1", "2024-01-01 00:00", 4)
    return {
        0: Step(
            {
                **sales(order("1", "2024-01-05 10:00", "a")),
                ("order_lines", "1"): [first, second],
                ("refunds", "x"): [back],
                ("unit_costs", "x"): [cost("v1", "2023-01-01 00:00", 2), dear],
                ("customers", "x"): [customer("a", email_hash="e")],
            }
        ),
        1: Step({("order_lines", "gone"): [gone(second)], ("unit_costs", "gone"): [gone(dear)]}),
        2: Step({("refunds", "gone"): [gone(back)]}),
        3: Step({("customers", "gone"): [gone(customer("a", email_hash="e"))]}),
    }


@story
def a_feed_deletes_what_a_file_gave() -> Story:
    first = order("1", "2024-01-05 10:00", "a", version=1)
    return {
        0: Step(sales(first), other={"orders": [order("2", "2024-01-06 10:00", "b", version=1)]}),
        1: Step(other={"orders": [gone(first, 2), order("3", "2024-01-31 10:00", "b", version=1)]}),
        2: Step({("orders", "late"): [{**first, "version": 1}]}),
        3: Step(other={"orders": [gone(order("3", "2024-01-31 10:00", "b"), 2)]}),
    }
