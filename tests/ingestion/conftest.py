"""What tests of landing share."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion.databases import Shop, sqlite_shop
from tests.ingestion.landing import SECRET


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, and data/lines/ beside it. The home folder is empty, too."""
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    (tmp_path / "data" / "lines").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def sql_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop's database in an SQLite file."""
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    made = sqlite_shop(tmp_path)
    monkeypatch.setenv("SHOP_DB_URL", made.url)
    return made
