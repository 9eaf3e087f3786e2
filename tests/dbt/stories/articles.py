"""Articles: codes that several shops share, when they are on sale, what people write of them."""

from __future__ import annotations

from tests.dbt.kit.rows import Row, line, order, product
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


@story
def an_article_of_two_shops_gets_another_code() -> Story:
    """It parts from the other shop's, meets it again and is nobody's twin without a code."""
    sale = sales(order("1", "2024-01-05 10:00", "a"))
    return {
        0: Step(
            {
                **sale,
                ("products", "p"): [
                    product("v1", sku="twin", title="T", version=1),
                    product("w1", sku=" TWIN", title="W", _shop=2, version=1),
                ],
            }
        ),
        1: Step({("products", "q"): [product("v1", sku="other", title="T", version=2)]}),
        2: Step({("products", "r"): [product("w1", sku="Other ", title="W", _shop=2, version=2)]}),
        3: Step({("products", "s"): [product("v1", title="T", version=3)]}),
        5: Step({("products", "s"): [], ("products", "p"): []}),
    }


def review(review_id: str, at: str, rating: int = 5, **more: object) -> Row:
    """A review of v1, unless it says more."""
    return {"review_id": review_id, "created_at": at, "rating": rating, "product_id": "v1", **more}


@story
def reviews_are_written_answered_changed_and_removed() -> Story:
    """r1 gets a reply and other stars, r2 is of a product that becomes known, r3 of an order whose lines come later."""
    sale = sales(order("1", "2024-01-05 10:00", "a"))
    sale["order_lines", "1"] = [line("1"), line("1", "v2", no="2")]
    first = review("1", "2024-01-10 10:00", 2, version=1, body="Wrong size")
    return {
        0: Step(
            {
                **sale,
                ("products", "p"): [product("v1", brand="x"), product("v2", brand="y")],
                ("reviews", "a"): [
                    first,
                    review("2", "2024-01-31 23:30", 4, product_id="V"),
                    review("3", "2024-01-20 10:00", 1, product_id=None, order_id="9"),
                    review("4", "2024-02-01 10:00", 3, replied_at="2024-02-04 10:00"),
                ],
            }
        ),
        1: Step(
            {
                ("reviews", "b"): [{**first, "version": 2, "replied_at": "2024-01-31 12:00"}],
                ("products", "q"): [product("v3", product_id="V", brand="x")],
            }
        ),
        2: Step(
            {
                ("reviews", "c"): [{**first, "version": 3, "rating": 5, "body": "All good now"}],
                ("order_lines", "9"): [line("9", "v2")],
                ("products", "p"): [product("v1", brand="z"), product("v2", brand="y")],
            }
        ),
        3: Step(
            {
                ("reviews", "d"): [{**first, "version": 4, "_deleted": True}],
                ("order_lines", "9"): [line("9", "v3")],
            }
        ),
        5: Step({("reviews", "a"): [], ("reviews", "e"): [review("0", "2023-10-02 10:00", 1)]}),
    }


@story
def articles_are_listed_and_taken_off_sale() -> Story:
    """a comes and goes, b is dated only by its sales, of which an earlier one comes late; c never sells."""
    sale = sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-02-03 10:00", "b"))
    sale["order_lines", "1"] = [line("1", "a"), line("2", "b")]
    listed = product("a", listed_at="2023-11-20 10:00", category="A", version=1, status="active")
    rest = [product("b", category="A"), product("c", listed_at="2024-01-31 22:00", category="B")]
    earlier = sales(order("0", "2023-12-05 10:00", "a"))
    earlier["order_lines", "0"] = [line("0", "b")]
    return {
        0: Step({**sale, ("products", "p"): [listed, *rest]}),
        1: Step(
            {("products", "q"): [{**listed, **product("a", delisted_at="2024-01-20 10:00"), "version": 2}]}
        ),
        2: Step({**earlier, ("products", "r"): [product("c", category="C"), product("d", status="draft")]}),
        3: Step({("products", "s"): [{**listed, "status": "archived", "version": 3}], ("orders", "0"): []}),
        5: Step(
            {("products", "q"): [], ("orders", "1"): [order("1", "2024-01-05 10:00", "a", is_test=True)]}
        ),
    }
