"""What restates months that have ended, and first orders over all shops."""

from __future__ import annotations

from tests.dbt.kit.rows import order, refund
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


@story
def a_refund_moves_to_another_month() -> Story:
    """What the order comes to today stays the same; what it came to at the end of each month does not."""
    return {
        0: Step(
            {
                **sales(order("1", "2023-11-05 10:00", "a"), order("2", "2023-11-06 10:00", "b"), price=30),
                ("refunds", "v1"): [refund("r", 5, "2023-12-10 10:00", "1", version=1)],
            }
        ),
        1: Step({("refunds", "v2"): [refund("r", 5, "2024-01-10 10:00", "1", version=2)]}),
        2: Step({("refunds", "v3"): [refund("r", 5, "2023-11-20 10:00", "1", version=3)]}),
        3: Step({("refunds", "v4"): [refund("r", 5, "2024-02-20 10:00", "2", version=4)]}),
    }


@story
def a_first_order_in_another_shop_comes_late() -> Story:
    """The buyer has bought before, elsewhere: over all shops another cohort, channel and number of every order."""
    return {
        0: Step(
            sales(
                order("1", "2024-01-05 10:00", email_hash="two@x", sales_channel="web"),
                order("2", "2024-01-31 10:00", email_hash="two@x", sales_channel="app"),
            )
        ),
        1: Step(
            sales(
                order("1", "2023-10-05 10:00", email_hash="two@x", sales_channel="live", version=1, _shop=2)
            )
        ),
        2: Step(
            {
                ("orders", "moved"): [
                    order(
                        "1", "2024-02-02 10:00", email_hash="two@x", sales_channel="live", version=2, _shop=2
                    )
                ]
            }
        ),
        3: Step(
            {
                ("orders", "gone"): [
                    order("1", "2024-02-02 10:00", email_hash="two@x", version=3, is_test=True, _shop=2)
                ]
            }
        ),
    }
