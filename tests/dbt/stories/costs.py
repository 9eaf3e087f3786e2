"""Costs of selling that are booked, changed and taken back, and promotions that somebody else pays for."""

from __future__ import annotations

from tests.dbt.kit.rows import Row, line, order, payment, refund
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


def _booked(
    number: str, kind: str, amount: float, at: str, order_id: str | None = None, **more: object
) -> Row:
    return {
        "order_cost_id": number, "kind": kind, "amount": amount, "incurred_at": at, "order_id": order_id, **more
    }  # fmt: skip


def _parcel(number: str, order_id: str, cost: float | None, at: str | None, **more: object) -> Row:
    return {"shipment_id": number, "order_id": order_id, "cost": cost, "shipped_at": at, **more}


@story
def freight_is_booked_after_the_parcel_left() -> Story:
    return {
        0: Step(
            {
                **sales(
                    order("1", "2024-01-05 10:00", "a"),
                    order("2", "2024-01-20 10:00", "b"),
                    order("3", "2024-01-30 10:00", is_test=True),
                ),
                ("shipments", "s"): [
                    _parcel("1", "1", 4, "2024-01-06 10:00"),
                    _parcel("2", "2", 3, "2024-02-03 10:00"),  # not before the third step
                    _parcel("3", "3", 3, "2024-01-31 10:00"),
                ],
                ("payments", "p"): [payment("1", "1", 10, "2024-01-05 10:00", fee=1)],
            }
        ),
        1: Step({("order_costs", "f"): [_booked("f1", "freight", 5, "2024-01-06 10:00", "1")]}),
        2: Step(
            {
                ("order_costs", "bills"): [
                    _booked("b", "freight", 70, "2024-01-31 10:00"),
                    _booked("s", "slot", 20, "2024-02-20 10:00"),
                    _booked("p", "payment_fee", 2, "2024-01-05 10:00", "1"),
                ]
            }
        ),
        3: Step(
            {
                ("order_costs", "f"): [_booked("f1", "freight", 6, "2024-01-06 10:00", "2")],
                ("orders", "t"): [order("3", "2024-01-30 10:00", version=2, is_test=False)],
            }
        ),
        5: Step({("shipments", "s"): [], ("order_costs", "bills"): []}),
    }


@story
def somebody_else_pays_a_discount() -> Story:
    coupon = {"order_id": "1", "promotion_id": "c", "amount": 3}
    return {
        0: Step(
            {
                ("orders", "o"): [order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-20 10:00", "b")],
                ("order_lines", "l"): [
                    line("1", "v1", discount=2),
                    line("1", "v2", no="2", price=7, discount=2),
                    line("2", "v1", discount=1),
                ],
                ("order_promotions", "p"): [coupon],
            }
        ),
        1: Step({("promotions", "p"): [{"promotion_id": "c", "funded_by": "platform"}]}),
        2: Step(
            {
                ("order_promotions", "q"): [
                    {"order_id": "2", "promotion_id": "d", "amount": 1, "funded_by": "creator"},
                    {"order_id": "1", "promotion_id": "e", "order_line_id": "2", "amount": 1},
                ]
            }
        ),
        3: Step({("promotions", "p"): [{"promotion_id": "c", "funded_by": "creator"}]}),
        5: Step({("order_promotions", "p"): [], ("order_promotions", "q"): []}),
    }


@story
def what_sales_are_compared_with_comes_late() -> Story:
    """A year ago, targets, advertising in another currency, parcels that leave one after the other."""
    year = [order(str(n), f"2024-0{1 + n // 28}-{1 + n % 28:02} 10:00", "a") for n in range(5, 40, 3)]
    spent = {"platform": "search", "campaign_id": "c"}
    return {
        0: Step(
            {
                **sales(*year),
                ("targets", "t"): [{"period": "2024-01", "metric": "paid_amount", "value": 300}],
                ("ad_spend", "a"): [{**spent, "date": "2024-01-05", "spend": 5, "currency": "USD"}],
                ("shipments", "s"): [_parcel("1", "5", 1, "2024-01-07 10:00")],
            }
        ),
        1: Step(
            {
                ("targets", "t"): [{"period": "2024-01", "metric": "paid_amount", "value": 200}],
                ("ad_spend", "b"): [
                    {**spent, "date": "2024-02-05", "spend": 7},
                    {**spent, "date": "2024-01-09", "spend": 3},
                ],
                ("shipments", "s2"): [_parcel("2", "5", 1, "2024-02-01 10:00")],
            }
        ),
        2: Step(sales(order("0", "2023-02-03 10:00", "b"))),
        3: Step(
            {
                ("targets", "w"): [{"period": "2024-W05", "metric": "orders", "value": 4}],
                ("shipments", "s2"): [],
                ("refunds", "r"): [refund("r1", 5, "2024-03-01 10:00", "20", reason="damaged")],
            }
        ),
        5: Step({**sales(order("99", "2025-02-01 10:00", "a")), ("orders", "0"): []}),
    }
