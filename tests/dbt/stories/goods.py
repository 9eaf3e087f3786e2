"""Costs, refunds and products that change, and time that passes."""

from __future__ import annotations

from tests.dbt.kit.rows import cost, line, order, payment, product, refund
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


@story
def a_cost_changes_in_the_past() -> Story:
    return {
        0: Step(
            {
                **sales(
                    order("1", "2024-01-05 10:00", "a"),
                    order("2", "2024-01-20 10:00", "b"),
                    order("3", "2024-01-30 10:00"),
                ),
                ("unit_costs", "k"): [cost("v1", "2024-01-01 00:00", 4)],
                ("refunds", "r"): [
                    refund("r1", 5, "2024-01-25 10:00", "1", order_line_id="1", quantity=1, restocked=True)
                ],
            }
        ),
        1: Step({("unit_costs", "l"): [cost("v1", "2024-01-15 00:00", 5)]}),
        2: Step({("unit_costs", "k"): [cost("v1", "2024-01-01 00:00", 3)]}),
        3: Step({("unit_costs", "l"): [], ("products", "p"): [product(unit_cost=2)]}),
        5: Step({("unit_costs", "k"): []}),
    }


@story
def refunds_in_later_months() -> Story:
    sale = sales(order("1", "2023-11-05 10:00", "a"), order("2", "2023-12-05 10:00", "a"), price=30)
    return {
        0: Step({**sale, ("refunds", "1"): [refund("r1", 3, "2024-01-30 10:00", "1")]}),
        1: Step(
            {("refunds", "2"): [refund("r2", 4, "2024-02-01 10:00", "1", order_line_id="1", quantity=1)]}
        ),
        3: Step(
            {
                ("refunds", "3"): [
                    refund("r3", 5, "2024-03-01 10:00", "2", kind="shipping"),
                    refund("r4", 2, "2024-04-01 10:00", "2"),  # not before the last step
                ]
            }
        ),
    }


@story
def refunds_before_their_sale() -> Story:
    """Refunds without an order: sales and older sales of the same customer and article come after them."""
    gone = {"customer_id": "a", "variant_id": "v1", "quantity": 1}
    return {
        0: Step(
            {
                ("refunds", "1"): [
                    refund("r1", 5, "2024-01-20 10:00", **gone),
                    refund("r2", 5, "2024-01-25 10:00", **gone),
                ],
                ("refunds", "2"): [
                    refund("r3", 5, "2024-01-26 10:00", customer_id="a"),
                    refund("r4", 5, "2024-01-26 10:00"),
                ],
            }
        ),
        1: Step(sales(order("2", "2024-01-10 10:00", "a"))),
        2: Step(sales(order("1", "2024-01-05 10:00", "a"))),
        3: Step(sales(order("3", "2024-01-22 10:00", "a"))),
        5: Step({("orders", "2"): [order("2", "2024-01-10 10:00", "b")]}),
    }


@story
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


@story
def a_refund_changes_its_order() -> Story:
    sale = sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-06 10:00", "b"), price=30)
    named = {"customer_id": "a", "variant_id": "v1", "quantity": 1}
    return {
        0: Step({**sale, ("refunds", "r"): [refund("r1", 9, "2024-01-20 10:00", "1", version=1, **named)]}),
        1: Step({("refunds", "s"): [refund("r1", 9, "2024-01-20 10:00", "2", version=2, **named)]}),
        2: Step({("refunds", "t"): [refund("r1", 9, "2024-01-20 10:00", version=3, **named)]}),
        3: Step({("refunds", "r"): [], ("refunds", "s"): [], ("refunds", "t"): []}),
    }


@story
def a_product_moves() -> Story:
    return {
        0: Step(
            {
                **sales(order("1", "2023-12-05 10:00", "a"), order("2", "2024-01-06 10:00", "b")),
                ("order_lines", "w"): [line("1", "v2", no="2", price=40)],
                ("products", "p"): [product("v1", category="A"), product("v2", category="A")],
            }
        ),
        1: Step(
            {("products", "p"): [product("v1", product_id="P", category="A"), product("v2", category="A")]}
        ),
        2: Step(
            {("products", "p"): [product("v1", product_id="P", category="B"), product("v2", product_id="P")]}
        ),
        3: Step({("products", "p"): [], ("order_lines", "w"): [line("1", "v3", no="2", price=40)]}),
    }


@story
def nothing_but_time() -> Story:
    return {
        0: Step(
            {
                **sales(
                    order("1", "2024-01-02 10:00", "a"),
                    order("2", "2024-01-29 10:00", "b"),
                    order("3", "2024-01-31 10:00", "a"),
                ),
                ("refunds", "r"): [refund("r1", 9, "2024-01-30 10:00", "1")],
            }
        )
    }


@story
def things_to_come() -> Story:
    """Orders, payments and refunds dated after as_of come into sight with it."""
    return {
        0: Step(
            {
                **sales(
                    order("1", "2024-01-31 19:00", "a", paid_at="2024-02-01 09:00"),
                    order("2", "2024-02-01 19:00", "a"),
                    order("3", "2024-02-05 13:00", "b"),
                    order("4", "2024-06-05 13:00", "b"),
                ),
                ("refunds", "r"): [
                    refund("r1", 2, "2024-02-01 19:30", "1"),
                    refund("r2", 2, "2024-02-06 19:30", "3"),
                    refund("r3", 2, "2024-02-06 19:30", customer_id="a", variant_id="v1", quantity=1),
                ],
                ("payments", "p"): [
                    payment("p1", "2", 10, "2024-02-03 10:00"),
                    payment("p2", "3", 10, "2024-02-07 10:00"),
                ],
            }
        ),
        1: Step(sales(order("5", "2024-02-06 10:00", "a"))),
    }


@story
def quiet_days() -> Story:
    return {
        0: Step(sales(order("1", "2024-01-10 10:00", "a"))),
        3: Step(sales(order("2", "2024-02-20 10:00", "a"))),
    }


@story
def a_product_alone_changes() -> Story:
    """Its cost serves where there is no dated one."""
    return {
        0: Step({**sales(order("1", "2024-01-05 10:00", "a")), ("products", "p"): [product(unit_cost=2)]}),
        1: Step({("products", "p"): [product(unit_cost=3)]}),
    }


@story
def a_refund_before_the_lines_of_its_order() -> Story:
    return {
        0: Step({("refunds", "r"): [refund("r1", 5, "2024-01-20 10:00", "1", variant_id="v1", quantity=1)]}),
        1: Step(sales(order("1", "2024-01-05 10:00", "a"))),
    }


@story
def a_return_of_another_size() -> Story:
    """It is of the line that sold the same product, once that is known to be the same."""
    bought = ("1", "2")
    return {
        0: Step(
            {
                ("orders", "o"): [order(one, "2024-01-05 10:00", "a") for one in bought],
                ("order_lines", "l"): [
                    line(one, variant, no=variant, price=price)
                    for one in bought
                    for variant, price in (("v1", 20), ("w1", 30))
                ],
                ("products", "p"): [product("v1", product_id="V"), product("v2"), product("w1")],
                ("refunds", "r"): [
                    refund("r1", 20, "2024-01-20 10:00", "1", variant_id="v2", quantity=1),
                    refund("r2", 20, "2024-01-20 10:00", "2", variant_id="w2", quantity=1),
                ],
            }
        ),
        1: Step({("products", "v2"): [product("v2", product_id="V")]}),
        2: Step({("products", "w2"): [product("w2", product_id="W")]}),
        3: Step({("products", "w1"): [product("w1", product_id="W")]}),
    }
