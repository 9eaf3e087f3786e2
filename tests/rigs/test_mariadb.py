"""The `sql` source on a real MariaDB."""

from __future__ import annotations

import pytest

from tests.ingestion.database_stories import STORIES
from tests.ingestion.databases import Shop

pytestmark = pytest.mark.rigs


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_stories(mariadb_shop: Shop, story) -> None:
    story(mariadb_shop)
