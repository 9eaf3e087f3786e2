"""Orders and people that change after they were built."""

from __future__ import annotations

from tests.dbt.kit.rows import cost, customer, line, order, payment, refund
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


@story
def an_order_is_paid_and_refunded() -> Story:
    return {
        0: Step(sales(order("1", "2024-01-30 23:00", "a", version=1, financial_status="pending"), price=50)),
        1: Step(
            {
                ("orders", "s1"): [order("1", "2024-01-30 23:00", "a", version=2, financial_status="paid")],
                ("payments", "s1"): [
                    payment("p1", "1", 50, "2024-02-01 09:00", "authorization"),
                    payment("p2", "1", 50, "2024-02-01 10:00", "capture", fee=1),
                ],
            }
        ),
        2: Step(
            {("refunds", "s2"): [refund("r1", 20, "2024-02-04 10:00", "1", status="pending", version=1)]}
        ),
        3: Step(
            {
                ("refunds", "s3"): [refund("r1", 20, "2024-02-20 10:00", "1", status="success", version=2)],
                ("orders", "s3"): [
                    order("1", "2024-01-30 23:00", "a", version=3, financial_status="partially_refunded")
                ],
            }
        ),
        5: Step(
            {("orders", "s4"): [order("1", "2024-01-30 23:00", "a", version=4, financial_status="voided")]}
        ),
    }


@story
def a_payment_moves_to_another_order() -> Story:
    sale = {**sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-06 10:00", "b"), price=50)}
    return {
        0: Step({**sale, ("payments", "p"): [payment("p1", "1", 50, "2024-01-05 11:00", version=1)]}),
        1: Step({("payments", "q"): [payment("p1", "2", 50, "2024-01-06 11:00", version=2)]}),
    }


@story
def an_earlier_order_comes_late() -> Story:
    """It opens a cohort in a month without one, two months before anything else."""
    return {
        0: Step(sales(order("3", "2024-01-05 10:00", "a"), order("4", "2024-01-20 10:00", "b"))),
        1: Step(sales(order("5", "2024-02-01 10:00", "a"))),
        2: Step(sales(order("1", "2023-10-03 10:00", "a"))),
        3: Step(sales(order("2", "2023-12-03 10:00", "a"), order("0", "2023-09-03 10:00", "b"))),
        5: Step({("orders", "1"): []}),
    }


@story
def a_cohort_empties() -> Story:
    return {
        0: Step(sales(order("1", "2023-11-05 10:00", "a", version=1))),
        1: Step({("orders", "v2"): [order("1", "2023-11-05 10:00", "a", version=2, is_test=True)]}),
        2: Step({("orders", "v3"): [order("1", "2023-11-05 10:00", "a", version=3, is_test=False)]}),
        3: Step(
            {("orders", "v4"): [order("1", "2023-11-05 10:00", "a", version=4, financial_status="voided")]}
        ),
    }


@story
def an_account_turns_out_to_be_a_guest() -> Story:
    """Orders as a guest and with an account become one person's, a refund without an order moves along."""
    return {
        0: Step(
            {
                ("customers", "c"): [customer("a", version=1, country="FR")],
                **sales(
                    order("1", "2023-12-05 10:00", email_hash="merged@x"),
                    order("2", "2024-01-06 10:00", "a"),
                    order("3", "2024-01-08 10:00", "b"),
                ),
                ("refunds", "r"): [refund("r1", 5, "2024-01-09 10:00", customer_id="a", variant_id="v9")],
            }
        ),
        1: Step({("customers", "d"): [customer("a", version=2, country="FR", email_hash="merged@x")]}),
        2: Step(
            {
                ("customers", "e"): [
                    customer("b", version=1, email_hash="merged@x", created_at="2024-01-01 10:00")
                ]
            }
        ),
        3: Step({("customers", "f"): [customer("a", version=3, phone_hash="p", is_test=True)]}),
        5: Step({("customers", "f"): []}),
    }


@story
def two_accounts_of_one_person_tie() -> Story:
    return {
        0: Step(
            {
                ("customers", f"c{n}"): [
                    customer(f"a{n}", email_hash="tie@x", country=f"C{n}", region=f"R{n % 7}", city="X")
                ]
                for n in range(40)
            }
        ),
        1: Step({("customers", "late"): [customer("b", email_hash="tie@x", country="B")]}),
        2: Step(
            {
                ("orders", "o"): [
                    order(
                        f"{n}", "2024-02-03 10:00", email_hash="other@x", country=f"C{n}", region=f"R{n % 7}"
                    )
                    for n in range(40)
                ]
            }
        ),
        3: Step(
            sales(order("n", "2024-02-03 09:00", email_hash="other@x"), order("m", "2024-02-03 09:00", "a1"))
        ),
    }


@story
def an_order_moves_in_time() -> Story:
    return {
        0: Step(
            sales(
                order("1", "2023-12-30 10:00", "a", version=1), order("2", "2024-01-06 10:00", "a", version=1)
            )
        ),
        1: Step({("orders", "v2"): [order("1", "2024-01-15 10:00", "a", version=2)]}),
        2: Step({("orders", "v3"): [order("1", "2024-03-01 10:00", "a", version=3)]}),  # after as_of
        5: Step({("orders", "v4"): [order("1", "2023-11-15 10:00", "a", version=4)]}),
    }


@story
def a_line_moves_to_another_order() -> Story:
    return {
        0: Step(
            {
                ("orders", "o"): [
                    order("1", "2024-01-05 10:00", "a", discount_total=3),
                    order("2", "2024-01-20 10:00", "b", discount_total=2),
                ],
                ("order_lines", "l"): [line("1", "v1"), line("1", "v2", no="2", price=7), line("2", "v1")],
            }
        ),
        1: Step({("order_lines", "l"): [line("1", "v1"), line("2", "v2", no="2", price=7), line("2", "v1")]}),
        2: Step(
            {
                ("order_lines", "l"): [
                    line("2", "v1", line_type="shipping"),
                    line("2", "v2", no="2", price=7, discount=1),
                ]
            }
        ),
    }


@story
def an_order_alone_changes() -> Story:
    """Its lines stay what they were delivered as, but share another discount and have another cost."""
    first = order("1", "2024-01-05 10:00", "a", version=1, discount_total=3)
    costs = [cost("v1", "2024-01-01 00:00", 4), cost("v1", "2024-01-15 00:00", 5)]
    return {
        0: Step({**sales(first, price=30), ("unit_costs", "k"): costs}),
        1: Step({("orders", "v2"): [order("1", "2024-01-05 10:00", "a", version=2, discount_total=6)]}),
        2: Step({("orders", "v3"): [order("1", "2024-01-20 10:00", "a", version=3, discount_total=6)]}),
    }


@story
def paid_and_cancelled_later() -> Story:
    """Both are known before they have happened, and nothing else happens then."""
    return {
        0: Step(
            sales(
                order("1", "2024-01-05 10:00", "a", paid_at="2024-02-03 10:00"),
                order("2", "2024-01-05 10:00", "b", cancelled_at="2024-02-03 10:00"),
            )
        )
    }
