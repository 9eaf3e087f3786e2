"""All stories that `tests/dbt/test_increments.py` tells at once."""

from tests.dbt.stories import (
    articles,
    costs,
    deletions,
    deliveries,
    funnel,
    goods,
    months,
    orders,
    people,
    promotions,
    rates,
    roi,
    sessions,
    stock,
    visitors,
)
from tests.dbt.stories.book import AS_OF, STORIES

__all__ = [
    "AS_OF",
    "STORIES",
    "articles",
    "costs",
    "deletions",
    "deliveries",
    "funnel",
    "goods",
    "months",
    "orders",
    "people",
    "promotions",
    "rates",
    "roi",
    "sessions",
    "stock",
    "visitors",
]
