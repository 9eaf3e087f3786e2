"""All stories that `tests/dbt/test_increments.py` tells at once."""

from tests.dbt.stories import deletions, deliveries, goods, orders, rates
from tests.dbt.stories.book import AS_OF, STORIES

__all__ = ["AS_OF", "STORIES", "deletions", "deliveries", "goods", "orders", "rates"]
