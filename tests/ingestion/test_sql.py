"""The `sql` source on SQLite: the stories that hold for every database, and what is SQLite's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion.database_stories import STORIES
from tests.ingestion.databases import Shop, sqlite_shop
from tests.ingestion.landing import SECRET


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    made = sqlite_shop(tmp_path)
    monkeypatch.setenv("SHOP_DB_URL", made.url)
    return made


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_stories(shop: Shop, story) -> None:
    story(shop)
