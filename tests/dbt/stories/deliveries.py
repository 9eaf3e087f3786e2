"""What is delivered when: again, changed, late, refused, from two sources."""

from __future__ import annotations

from tests.dbt.kit.rows import cost, line, order, payment, refund
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


@story
def a_new_day() -> Story:
    return {
        0: Step(sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-31 09:00", "b"))),
        1: Step(sales(order("3", "2024-02-01 10:00", "a"), order("4", "2024-02-01 11:00", "c"))),
        3: Step(sales(order("5", "2024-03-01 10:00", "c"), order("6", "2024-03-02 11:00"))),
    }


@story
def the_same_file_again() -> Story:
    day = sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-31 09:00", "b"))
    return {0: Step(day), 1: Step(day)}


@story
def a_later_version() -> Story:
    return {
        0: Step(sales(order("1", "2024-01-05 10:00", "a", version=1, sales_channel="web"))),
        1: Step({("orders", "late"): [order("1", "2024-01-05 10:00", "b", version=2, sales_channel="app")]}),
        2: Step({("orders", "later"): [order("1", "2024-01-12 10:00", "b", version=3, sales_channel="app")]}),
    }


@story
def an_earlier_version_comes_late() -> Story:
    return {
        0: Step(sales(order("1", "2024-01-05 10:00", "a", version=5))),
        1: Step({("orders", "late"): [order("1", "2024-01-06 10:00", "b", version=4)]}),
        2: Step(refuse=[(0, "export", "orders", "1")]),
        3: Step(accept=[(0, "export", "orders", "1")]),
    }


@story
def a_file_with_other_content() -> Story:
    return {
        0: Step(
            {
                ("orders", "x"): [order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-06 10:00", "b")],
                ("order_lines", "x"): [line("1"), line("1", no="2"), line("2")],
                ("payments", "x"): [
                    payment("p1", "1", 20, "2024-01-05 11:00"),
                    payment("p2", "2", 9, "2024-01-06 11:00"),
                ],
                ("refunds", "x"): [
                    refund("r1", 3, "2024-01-20 10:00", "1"),
                    refund("r2", 4, "2024-01-21 10:00", "2"),
                ],
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


@story
def a_file_refused_and_accepted_again() -> Story:
    return {
        0: Step(
            {
                **sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-06 10:00", "b")),
                ("refunds", "x"): [refund("r1", 3, "2024-01-20 10:00", "1")],
            }
        ),
        1: Step(refuse=[(0, "export", "orders", "1"), (0, "export", "refunds", "x")]),
        2: Step(accept=[(0, "export", "orders", "1")]),
        3: Step(refuse=[(0, "export", "order_lines", "1")], accept=[(0, "export", "refunds", "x")]),
    }


@story
def an_older_delivery_counts_again() -> Story:
    return {
        0: Step(sales(order("1", "2024-01-05 10:00", "a"))),
        1: Step(
            {("orders", "1"): [order("1", "2024-01-09 10:00", "b"), order("2", "2024-01-09 10:00", "b")]}
        ),
        2: Step(refuse=[(1, "export", "orders", "1")]),
    }


@story
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


@story
def a_second_source() -> Story:
    sale = sales(
        order("1", "2024-01-05 10:00", "a", version=1), order("2", "2024-01-06 10:00", "b", version=5)
    )
    return {
        0: Step(sale),
        1: Step(
            other={
                "orders": [
                    order("1", "2024-01-05 10:00", "a", version=2),
                    order("2", "2024-01-07 10:00", "b", version=4),
                ],
                "order_lines": [line("3", version=1)],
            }
        ),
        2: Step(
            other={
                "orders": [
                    order("3", "2024-02-03 10:00", "a", version=1),
                    order("1", "2024-01-05 10:00", "a", version=3),
                ]
            }
        ),
        3: Step(refuse=[(2, "other", "orders", "")]),
        5: Step({("orders", "s"): [order("1", "2024-01-05 10:00", "a", version=4)]}),
    }


@story
def lines_before_their_order() -> Story:
    return {
        0: Step(
            {
                ("order_lines", "l"): [line("1", "v1")],
                ("payments", "p"): [payment("p1", "1", 10, "2024-01-06 10:00")],
            }
        ),
        1: Step({("refunds", "r"): [refund("r1", 10, "2024-02-01 10:00", "1", variant_id="v1", quantity=1)]}),
        2: Step({("orders", "o"): [order("1", "2024-01-05 10:00", "a")]}),
        3: Step({("orders", "o"): []}),
    }


@story
def a_mapping_that_groups() -> Story:
    sale = sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-20 10:00", "b"))
    return {
        0: Step(
            sale,
            ledger={
                ("unit_costs", "k"): [cost("v1", "2024-01-01 00:00", 4), cost("v1", "2024-01-15 00:00", 4)]
            },
        ),
        1: Step(
            ledger={
                ("unit_costs", "l"): [cost("v1", "2024-01-01 00:00", 5), cost("v1", "2024-01-15 00:00", 3)]
            }
        ),
        2: Step(ledger={("unit_costs", "k"): [cost("v1", "2024-01-15 00:00", 2)]}),
        3: Step(refuse=[(1, "ledger", "unit_costs", "l")]),
        5: Step({("unit_costs", "m"): [cost("v1", "2024-01-15 00:00", 6)]}),
    }


@story
def a_key_twice_in_one_feed() -> Story:
    """Without files and versions, the later row of a delivery counts."""
    return {
        0: Step(sales(order("1", "2024-01-05 10:00", "a"))),
        1: Step(other={"orders": [order("2", "2024-01-06 10:00", f"c{n}") for n in range(300)]}),
        2: Step(other={"orders": [order("2", "2024-01-06 10:00", f"d{n}") for n in range(300)]}),
    }
