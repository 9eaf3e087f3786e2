"""All stories that `tests/dbt/test_increments.py` tells at once."""

from tests.dbt.stories import deliveries, goods, orders
from tests.dbt.stories.book import AS_OF, STORIES

__all__ = ["AS_OF", "STORIES", "deliveries", "goods", "orders"]
