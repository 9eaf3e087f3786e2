"""Promotions that are announced, move and are taken back, and live sessions with what they sell and cost."""

from __future__ import annotations

from typing import Any

from tests.dbt.kit.rows import Row, line, order, payment, refund
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


def promotion(promotion_id: str, starts_at: str, ends_at: str | None = None, **more: Any) -> Row:
    return {"promotion_id": promotion_id, "starts_at": starts_at, "ends_at": ends_at, **more}


def applied(order_id: str, promotion_id: str, amount: float, **more: Any) -> Row:
    return {"order_id": order_id, "promotion_id": promotion_id, "amount": amount, **more}


@story
def promotions_come_and_go() -> Story:
    """Announced late, moved, joined by another; orders of their days, of the days before and after, and before all."""
    days = [order(str(n), f"2024-01-{n:02} 10:00", "abc"[n % 3]) for n in range(8, 31, 2)]
    return {
        0: Step(
            {
                **sales(
                    *days,
                    order(
                        "50",
                        "2024-01-29 10:00",
                        "d",
                        deposit_paid_at="2024-01-29 10:01",
                        financial_status="pending",
                    ),
                ),
                ("promotions", "p"): [
                    promotion("p", "2024-01-29 00:00", "2024-02-01 00:00", kind="percent"),
                    promotion("w", "2023-01-01 00:00", kind="coupon", coupons_issued=9),
                    promotion("next", "2024-03-01 10:00", "2024-03-05 00:00"),
                ],
                ("order_promotions", "a"): [
                    applied("30", "p", 2),
                    applied("30", "p", 1, order_line_id="1", funded_by="platform"),
                    applied("30", "w", 1),
                    applied("50", "p", 3),
                    applied("99", "code", 3),
                ],
            }
        ),
        1: Step(
            {
                **sales(order("60", "2024-02-01 10:00", "d"), order("61", "2024-01-16 10:00", "e")),
                ("order_promotions", "b"): [applied("60", "w", 2), applied("20", "code", 2)],
                ("payments", "50"): [payment("50", "50", 10, "2024-02-01 11:00")],
                ("orders", "paid"): [
                    order(
                        "50",
                        "2024-01-29 10:00",
                        "d",
                        deposit_paid_at="2024-01-29 10:01",
                        financial_status="paid",
                        version=2,
                    )
                ],
            }
        ),
        2: Step(
            {
                ("promotions", "q"): [
                    promotion("q", "2024-01-15 10:00", "2024-01-20 09:00", funded_by="creator")
                ],
                **sales(order("1", "2024-01-02 10:00", "a")),
                ("order_promotions", "q"): [applied("16", "q", 1)],
            }
        ),
        3: Step(
            {
                ("promotions", "p"): [promotion("p", "2024-01-24 00:00", "2024-01-27 00:00")],
                ("refunds", "r"): [refund("r", 5, "2024-02-20 10:00", "30")],
                ("unit_costs", "c"): [{"variant_id": "v1", "valid_from": "2024-01-01 00:00", "unit_cost": 4}],
            }
        ),
        5: Step(
            {("promotions", "q"): [], ("orders", "1"): [], ("order_promotions", "a"): [applied("30", "w", 4)]}
        ),
    }


@story
def nothing_is_left_to_compare_a_promotion_with() -> Story:
    """The shop's only orders, long before the promotion, turn out to be none."""
    return {
        0: Step(
            {
                **sales(order("1", "2023-12-05 10:00", "a")),
                ("promotions", "p"): [promotion("p", "2024-01-25 00:00", "2024-01-27 00:00")],
            }
        ),
        2: Step({("orders", "1"): []}),
    }


def live(live_id: str, started_at: str | None, ended_at: str | None, **more: Any) -> Row:
    return {"live_id": live_id, "started_at": started_at, "ended_at": ended_at, **more}


def bill(number: str, at: str, amount: float, **more: Any) -> Row:
    return {"order_cost_id": number, "kind": "slot", "amount": amount, "incurred_at": at, **more}


@story
def live_sessions_sell() -> Story:
    """Told after their orders, moved to another month, given to another creator; billed in advance and afterwards."""
    return {
        0: Step(
            {
                **sales(
                    order("1", "2024-01-20 13:00", "a", live_id="L1"),
                    order("2", "2024-01-31 13:00", "b", live_id="L2", creator_id="K2"),
                    order("3", "2024-01-31 13:00", "a", creator_id="K1"),
                    order("4", "2024-01-31 14:00", live_id="L9"),
                    order("5", "2024-01-31 15:00", "c"),
                ),
                ("live_sessions", "a"): [
                    live(
                        "L2",
                        "2024-01-31 19:00",
                        "2024-02-01 21:00",
                        creator_id="K2",
                        impressions=100,
                        viewers=9,
                        paid_amount=7,
                    ),
                    live("L3", "2024-02-01 19:00", "2024-02-01 21:00"),
                    live("L4", None, None, impressions=7),
                ],
                ("order_costs", "a"): [
                    bill("1", "2023-12-20 10:00", 20, live_id="L2"),
                    bill("2", "2024-02-04 10:00", 5, creator_id="K1"),
                    bill("3", "2024-01-20 10:00", 3, order_id="2", kind="creator", live_id="L2"),
                ],
            }
        ),
        1: Step(
            {
                ("live_sessions", "b"): [live("L1", "2024-01-20 12:00", "2024-01-20 14:00", creator_id="K1")],
                ("orders", "n"): [order("5", "2024-01-31 15:00", "c", version=2, live_id="L3")],
            }
        ),
        2: Step(
            {
                ("live_sessions", "c"): [
                    live("L1", "2023-12-31 12:00", "2024-01-20 14:00", creator_id="K3", impressions=50)
                ],
                ("refunds", "r"): [refund("r", 5, "2024-02-02 10:00", "1")],
                ("order_costs", "b"): [bill("4", "2024-02-01 10:00", 8, live_id="L9", kind="gifts")],
            }
        ),
        3: Step(
            {
                ("orders", "m"): [
                    order("2", "2024-01-31 13:00", "b", version=2),
                    order("6", "2024-03-01 10:00", "a", live_id="L4"),
                ],
                ("order_lines", "m"): [line("6", price=30)],
                ("live_sessions", "a"): [live("L3", "2024-02-01 19:00", "2024-02-01 21:00", viewers=3)],
            }
        ),
        5: Step({("live_sessions", "c"): [], ("order_costs", "a"): [], ("orders", "n"): []}),
    }
