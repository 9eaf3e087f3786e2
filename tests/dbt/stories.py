"""What happens to small shops, step by step: each story is a shop of its own, so that one build tells them all.

A story gives its deliveries for each step; what it gives no step for is quiet then.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.dbt.kit.rows import Row, cost, customer, line, order, payment, product, refund
from tests.dbt.kit.telling import Step, Story

AS_OF = (
    "2024-01-31 20:00:00",
    "2024-02-01 20:00:00",  # a month later by one day
    "2024-02-05 12:00:00",  # a week has ended
    "2024-03-02 20:00:00",  # another month, and return windows have closed
    "2024-03-02 20:00:00",  # no time has passed: nothing happens, but all that counts is delivered once more
    "2025-02-20 20:00:00",  # the window of RFM has moved beyond everything
)
"""as_of of each step."""

STORIES: dict[str, Callable[[], Story]] = {}


def _story(tell: Callable[[], Story]) -> Callable[[], Story]:
    STORIES[tell.__name__] = tell
    return tell


def _sales(*orders: Row, **more: float) -> dict[tuple[str, str], list[Row]]:
    """Orders with one line each, in files named by the first of them."""
    file = str(orders[0]["order_id"])
    return {("orders", file): list(orders), ("order_lines", file): [line(str(o["order_id"]), **more) for o in orders]}


@_story
def a_new_day() -> Story:
    return {
        0: Step(_sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-31 09:00", "b"))),
        1: Step(_sales(order("3", "2024-02-01 10:00", "a"), order("4", "2024-02-01 11:00", "c"))),
        3: Step(_sales(order("5", "2024-03-01 10:00", "c"), order("6", "2024-03-02 11:00"))),
    }


@_story
def the_same_file_again() -> Story:
    day = _sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-31 09:00", "b"))
    return {0: Step(day), 1: Step(day)}


@_story
def a_later_version() -> Story:
    return {
        0: Step(_sales(order("1", "2024-01-05 10:00", "a", version=1, sales_channel="web"))),
        1: Step({("orders", "late"): [order("1", "2024-01-05 10:00", "b", version=2, sales_channel="app")]}),
        2: Step({("orders", "later"): [order("1", "2024-01-12 10:00", "b", version=3, sales_channel="app")]}),
    }


@_story
def an_earlier_version_comes_late() -> Story:
    return {
        0: Step(_sales(order("1", "2024-01-05 10:00", "a", version=5))),
        1: Step({("orders", "late"): [order("1", "2024-01-06 10:00", "b", version=4)]}),
        2: Step(refuse=[(0, "export", "orders", "1")]),
        3: Step(accept=[(0, "export", "orders", "1")]),
    }


@_story
def a_file_with_other_content() -> Story:
    return {
        0: Step(
            {
                ("orders", "x"): [order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-06 10:00", "b")],
                ("order_lines", "x"): [line("1"), line("1", no="2"), line("2")],
                ("payments", "x"): [payment("p1", "1", 20, "2024-01-05 11:00"), payment("p2", "2", 9, "2024-01-06 11:00")],
                ("refunds", "x"): [refund("r1", 3, "2024-01-20 10:00", "1"), refund("r2", 4, "2024-01-21 10:00", "2")],
            }
        ),
        1: Step(
            {
                ("orders", "x"): [order("1", "2024-01-15 10:00", "a"), order("3", "2024-01-31 10:00", "b")],
                ("order_lines", "x"): [line("1", price=12), line("3")],
                ("payments", "x"): [payment("p1", "1", 12, "2024-01-15 11:00")],
                ("refunds", "x"): [refund("r1", 5, "2024-01-25 10:00", "1")],
            }
        ),
        2: Step({("orders", "x"): [], ("order_lines", "x"): [], ("payments", "x"): [], ("refunds", "x"): []}),
    }


@_story
def a_file_refused_and_accepted_again() -> Story:
    return {
        0: Step(
            {
                **_sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-06 10:00", "b")),
                ("refunds", "x"): [refund("r1", 3, "2024-01-20 10:00", "1")],
            }
        ),
        1: Step(refuse=[(0, "export", "orders", "1"), (0, "export", "refunds", "x")]),
        2: Step(accept=[(0, "export", "orders", "1")]),
        3: Step(refuse=[(0, "export", "order_lines", "1")], accept=[(0, "export", "refunds", "x")]),
    }


@_story
def an_older_delivery_counts_again() -> Story:
    return {
        0: Step(_sales(order("1", "2024-01-05 10:00", "a"))),
        1: Step({("orders", "1"): [order("1", "2024-01-09 10:00", "b"), order("2", "2024-01-09 10:00", "b")]}),
        2: Step(refuse=[(1, "export", "orders", "1")]),
    }


@_story
def two_files_give_the_same_key() -> Story:
    return {
        0: Step(
            {
                ("orders", "a"): [order("1", "2024-01-05 10:00", "a"), order("1", "2024-01-05 12:00", "a")],
                ("orders", "b"): [order("1", "2024-01-07 10:00", "b")],
                ("order_lines", "a"): [line("1", price=3)],
                ("order_lines", "b"): [line("1", price=4)],
            }
        ),
        1: Step({("orders", "b"): []}),
        2: Step({("orders", "a"): [order("1", "2024-01-08 10:00", "c")], ("order_lines", "b"): []}),
        3: Step({("orders", "b"): [order("1", "2024-01-07 10:00", "b")]}),
    }


@_story
def an_order_is_paid_and_refunded() -> Story:
    return {
        0: Step(_sales(order("1", "2024-01-30 23:00", "a", version=1, financial_status="pending"), price=50)),
        1: Step(
            {
                ("orders", "s1"): [order("1", "2024-01-30 23:00", "a", version=2, financial_status="paid")],
                ("payments", "s1"): [
                    payment("p1", "1", 50, "2024-02-01 09:00", "authorization"),
                    payment("p2", "1", 50, "2024-02-01 10:00", "capture", fee=1),
                ],
            }
        ),
        2: Step({("refunds", "s2"): [refund("r1", 20, "2024-02-04 10:00", "1", status="pending", version=1)]}),
        3: Step(
            {
                ("refunds", "s3"): [refund("r1", 20, "2024-02-20 10:00", "1", status="success", version=2)],
                ("orders", "s3"): [order("1", "2024-01-30 23:00", "a", version=3, financial_status="partially_refunded")],
            }
        ),
        5: Step({("orders", "s4"): [order("1", "2024-01-30 23:00", "a", version=4, financial_status="voided")]}),
    }


@_story
def a_payment_moves_to_another_order() -> Story:
    sale = {**_sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-06 10:00", "b"), price=50)}
    return {
        0: Step({**sale, ("payments", "p"): [payment("p1", "1", 50, "2024-01-05 11:00", version=1)]}),
        1: Step({("payments", "q"): [payment("p1", "2", 50, "2024-01-06 11:00", version=2)]}),
    }


@_story
def an_earlier_order_comes_late() -> Story:
    """It opens a cohort in a month without one, two months before anything else."""
    return {
        0: Step(_sales(order("3", "2024-01-05 10:00", "a"), order("4", "2024-01-20 10:00", "b"))),
        1: Step(_sales(order("5", "2024-02-01 10:00", "a"))),
        2: Step(_sales(order("1", "2023-10-03 10:00", "a"))),
        3: Step(_sales(order("2", "2023-12-03 10:00", "a"), order("0", "2023-09-03 10:00", "b"))),
        5: Step({("orders", "1"): []}),
    }


@_story
def a_cohort_empties() -> Story:
    return {
        0: Step(_sales(order("1", "2023-11-05 10:00", "a", version=1))),
        1: Step({("orders", "v2"): [order("1", "2023-11-05 10:00", "a", version=2, is_test=True)]}),
        2: Step({("orders", "v3"): [order("1", "2023-11-05 10:00", "a", version=3, is_test=False)]}),
        3: Step({("orders", "v4"): [order("1", "2023-11-05 10:00", "a", version=4, financial_status="voided")]}),
    }


@_story
def an_account_turns_out_to_be_a_guest() -> Story:
    """Orders as a guest and with an account become one person's, a refund without an order moves along."""
    return {
        0: Step(
            {
                ("customers", "c"): [customer("a", version=1, country="FR")],
                **_sales(
                    order("1", "2023-12-05 10:00", email_hash="merged@x"),
                    order("2", "2024-01-06 10:00", "a"),
                    order("3", "2024-01-08 10:00", "b"),
                ),
                ("refunds", "r"): [refund("r1", 5, "2024-01-09 10:00", customer_id="a", variant_id="v9")],
            }
        ),
        1: Step({("customers", "d"): [customer("a", version=2, country="FR", email_hash="merged@x")]}),
        2: Step({("customers", "e"): [customer("b", version=1, email_hash="merged@x", created_at="2024-01-01 10:00")]}),
        3: Step({("customers", "f"): [customer("a", version=3, phone_hash="p", is_test=True)]}),
        5: Step({("customers", "f"): []}),
    }


@_story
def two_accounts_of_one_person_tie() -> Story:
    return {
        0: Step(
            {
                ("customers", f"c{n}"): [customer(f"a{n}", email_hash="tie@x", country=f"C{n}", region=f"R{n % 7}", city="X")]
                for n in range(40)
            }
        ),
        1: Step({("customers", "late"): [customer("b", email_hash="tie@x", country="B")]}),
        2: Step(
            {
                ("orders", "o"): [
                    order(f"{n}", "2024-02-03 10:00", email_hash="other@x", country=f"C{n}", region=f"R{n % 7}")
                    for n in range(40)
                ]
            }
        ),
        3: Step(_sales(order("n", "2024-02-03 09:00", email_hash="other@x"), order("m", "2024-02-03 09:00", "a1"))),
    }


@_story
def a_cost_changes_in_the_past() -> Story:
    return {
        0: Step(
            {
                **_sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-20 10:00", "b"), order("3", "2024-01-30 10:00")),
                ("unit_costs", "k"): [cost("v1", "2024-01-01 00:00", 4)],
                ("refunds", "r"): [refund("r1", 5, "2024-01-25 10:00", "1", order_line_id="1", quantity=1, restocked=True)],
            }
        ),
        1: Step({("unit_costs", "l"): [cost("v1", "2024-01-15 00:00", 5)]}),
        2: Step({("unit_costs", "k"): [cost("v1", "2024-01-01 00:00", 3)]}),
        3: Step({("unit_costs", "l"): [], ("products", "p"): [product(unit_cost=2)]}),
        5: Step({("unit_costs", "k"): []}),
    }


@_story
def refunds_in_later_months() -> Story:
    sale = _sales(order("1", "2023-11-05 10:00", "a"), order("2", "2023-12-05 10:00", "a"), price=30)
    return {
        0: Step({**sale, ("refunds", "1"): [refund("r1", 3, "2024-01-30 10:00", "1")]}),
        1: Step({("refunds", "2"): [refund("r2", 4, "2024-02-01 10:00", "1", order_line_id="1", quantity=1)]}),
        3: Step(
            {
                ("refunds", "3"): [
                    refund("r3", 5, "2024-03-01 10:00", "2", kind="shipping"),
                    refund("r4", 2, "2024-04-01 10:00", "2"),  # not before the last step
                ]
            }
        ),
    }


@_story
def refunds_before_their_sale() -> Story:
    """Refunds without an order: sales and older sales of the same customer and article come after them."""
    gone = {"customer_id": "a", "variant_id": "v1", "quantity": 1}
    return {
        0: Step(
            {
                ("refunds", "1"): [refund("r1", 5, "2024-01-20 10:00", **gone), refund("r2", 5, "2024-01-25 10:00", **gone)],
                ("refunds", "2"): [refund("r3", 5, "2024-01-26 10:00", customer_id="a"), refund("r4", 5, "2024-01-26 10:00")],
            }
        ),
        1: Step(_sales(order("2", "2024-01-10 10:00", "a"))),
        2: Step(_sales(order("1", "2024-01-05 10:00", "a"))),
        3: Step(_sales(order("3", "2024-01-22 10:00", "a"))),
        5: Step({("orders", "2"): [order("2", "2024-01-10 10:00", "b")]}),
    }


@_story
def a_sale_between_matched_ones_goes() -> Story:
    """r1 takes three units, of which only the topmost names it; what lies below decides where r2 goes."""
    gone = {"customer_id": "a", "variant_id": "v1"}
    return {
        0: Step(
            {
                ("orders", "x"): [order("3", "2024-01-03 10:00", "a"), order("1", "2024-01-08 10:00", "a")],
                ("orders", "y"): [order("2", "2024-01-05 10:00", "a", version=1)],
                ("order_lines", "x"): [line("3", quantity=1), line("1", quantity=1)],
                ("order_lines", "y"): [line("2", quantity=2)],
                ("refunds", "r"): [
                    refund("r1", 30, "2024-01-20 10:00", quantity=3, **gone),
                    refund("r2", 10, "2024-01-21 10:00", quantity=1, **gone),
                ],
            }
        ),
        1: Step({("orders", "z"): [order("2", "2024-01-05 10:00", "b", version=2)]}),
        2: Step({("orders", "z"): []}),
        3: Step({("order_lines", "y"): [line("2", "v2", quantity=2)]}),
        5: Step({("order_lines", "y"): []}),
    }


@_story
def a_refund_changes_its_order() -> Story:
    sale = _sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-06 10:00", "b"), price=30)
    named = {"customer_id": "a", "variant_id": "v1", "quantity": 1}
    return {
        0: Step({**sale, ("refunds", "r"): [refund("r1", 9, "2024-01-20 10:00", "1", version=1, **named)]}),
        1: Step({("refunds", "s"): [refund("r1", 9, "2024-01-20 10:00", "2", version=2, **named)]}),
        2: Step({("refunds", "t"): [refund("r1", 9, "2024-01-20 10:00", version=3, **named)]}),
        3: Step({("refunds", "r"): [], ("refunds", "s"): [], ("refunds", "t"): []}),
    }


@_story
def a_product_moves() -> Story:
    return {
        0: Step(
            {
                **_sales(order("1", "2023-12-05 10:00", "a"), order("2", "2024-01-06 10:00", "b")),
                ("order_lines", "w"): [line("1", "v2", no="2", price=40)],
                ("products", "p"): [product("v1", category="A"), product("v2", category="A")],
            }
        ),
        1: Step({("products", "p"): [product("v1", product_id="P", category="A"), product("v2", category="A")]}),
        2: Step({("products", "p"): [product("v1", product_id="P", category="B"), product("v2", product_id="P")]}),
        3: Step({("products", "p"): [], ("order_lines", "w"): [line("1", "v3", no="2", price=40)]}),
    }


@_story
def nothing_but_time() -> Story:
    return {
        0: Step(
            {
                **_sales(order("1", "2024-01-02 10:00", "a"), order("2", "2024-01-29 10:00", "b"), order("3", "2024-01-31 10:00", "a")),
                ("refunds", "r"): [refund("r1", 9, "2024-01-30 10:00", "1")],
            }
        )
    }


@_story
def things_to_come() -> Story:
    """Orders, payments and refunds dated after as_of come into sight with it."""
    return {
        0: Step(
            {
                **_sales(
                    order("1", "2024-01-31 19:00", "a", paid_at="2024-02-01 09:00"),
                    order("2", "2024-02-01 19:00", "a"),
                    order("3", "2024-02-05 13:00", "b"),
                    order("4", "2024-06-05 13:00", "b"),
                ),
                ("refunds", "r"): [
                    refund("r1", 2, "2024-02-01 19:30", "1"), refund("r2", 2, "2024-02-06 19:30", "3"),
                    refund("r3", 2, "2024-02-06 19:30", customer_id="a", variant_id="v1", quantity=1),
                ],
                ("payments", "p"): [payment("p1", "2", 10, "2024-02-03 10:00"), payment("p2", "3", 10, "2024-02-07 10:00")],
            }
        ),
        1: Step(_sales(order("5", "2024-02-06 10:00", "a"))),
    }  # fmt: skip


@_story
def quiet_days() -> Story:
    return {
        0: Step(_sales(order("1", "2024-01-10 10:00", "a"))),
        3: Step(_sales(order("2", "2024-02-20 10:00", "a"))),
    }


@_story
def a_second_source() -> Story:
    sale = _sales(order("1", "2024-01-05 10:00", "a", version=1), order("2", "2024-01-06 10:00", "b", version=5))
    return {
        0: Step(sale),
        1: Step(
            other={
                "orders": [order("1", "2024-01-05 10:00", "a", version=2), order("2", "2024-01-07 10:00", "b", version=4)],
                "order_lines": [line("3", version=1)],
            }
        ),
        2: Step(other={"orders": [order("3", "2024-02-03 10:00", "a", version=1), order("1", "2024-01-05 10:00", "a", version=3)]}),
        3: Step(refuse=[(2, "other", "orders", "")]),
        5: Step({("orders", "s"): [order("1", "2024-01-05 10:00", "a", version=4)]}),
    }


@_story
def an_order_moves_in_time() -> Story:
    return {
        0: Step(_sales(order("1", "2023-12-30 10:00", "a", version=1), order("2", "2024-01-06 10:00", "a", version=1))),
        1: Step({("orders", "v2"): [order("1", "2024-01-15 10:00", "a", version=2)]}),
        2: Step({("orders", "v3"): [order("1", "2024-03-01 10:00", "a", version=3)]}),  # after as_of
        5: Step({("orders", "v4"): [order("1", "2023-11-15 10:00", "a", version=4)]}),
    }


@_story
def a_line_moves_to_another_order() -> Story:
    return {
        0: Step(
            {
                ("orders", "o"): [
                    order("1", "2024-01-05 10:00", "a", discount_total=3), order("2", "2024-01-20 10:00", "b", discount_total=2),
                ],
                ("order_lines", "l"): [line("1", "v1"), line("1", "v2", no="2", price=7), line("2", "v1")],
            }
        ),
        1: Step({("order_lines", "l"): [line("1", "v1"), line("2", "v2", no="2", price=7), line("2", "v1")]}),
        2: Step({("order_lines", "l"): [line("2", "v1", line_type="shipping"), line("2", "v2", no="2", price=7, discount=1)]}),
    }  # fmt: skip


@_story
def lines_before_their_order() -> Story:
    return {
        0: Step({("order_lines", "l"): [line("1", "v1")], ("payments", "p"): [payment("p1", "1", 10, "2024-01-06 10:00")]}),
        1: Step({("refunds", "r"): [refund("r1", 10, "2024-02-01 10:00", "1", variant_id="v1", quantity=1)]}),
        2: Step({("orders", "o"): [order("1", "2024-01-05 10:00", "a")]}),
        3: Step({("orders", "o"): []}),
    }


@_story
def a_mapping_that_groups() -> Story:
    sale = _sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-20 10:00", "b"))
    return {
        0: Step(sale, ledger={("unit_costs", "k"): [cost("v1", "2024-01-01 00:00", 4), cost("v1", "2024-01-15 00:00", 4)]}),
        1: Step(ledger={("unit_costs", "l"): [cost("v1", "2024-01-01 00:00", 5), cost("v1", "2024-01-15 00:00", 3)]}),
        2: Step(ledger={("unit_costs", "k"): [cost("v1", "2024-01-15 00:00", 2)]}),
        3: Step(refuse=[(1, "ledger", "unit_costs", "l")]),
        5: Step({("unit_costs", "m"): [cost("v1", "2024-01-15 00:00", 6)]}),
    }


@_story
def a_key_twice_in_one_feed() -> Story:
    """Without files and versions, the later row of a delivery counts."""
    return {
        0: Step(_sales(order("1", "2024-01-05 10:00", "a"))),
        1: Step(other={"orders": [order("2", "2024-01-06 10:00", f"c{n}") for n in range(300)]}),
        2: Step(other={"orders": [order("2", "2024-01-06 10:00", f"d{n}") for n in range(300)]}),
    }
