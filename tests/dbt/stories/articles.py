"""What is sold: articles of several shops."""

from __future__ import annotations

from tests.dbt.kit.rows import order, product
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
