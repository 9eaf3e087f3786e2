"""A fake Vendure shop that is served, and the configuration that reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingestion.config import Config, load_config
from ingestion.personal.key import KEY_VARIABLE
from ingestion.vendure import shop as connection
from tests.ingestion.fake_http import FakeServer, serving
from tests.ingestion.landing import SECRET
from tests.ingestion.vendure.fake_vendure import KEY, PASSWORD, USER, FakeVendure
from tests.ingestion.vendure.records import catalogue

CONFIGURATION = """
warehouse: ./warehouse
shops: [{{id: main, name: Shop, timezone: Europe/London, currency: GBP}}]
sources:
  - {{name: vendure, type: vendure, shop: main, url: "{url}", {more}}}
"""
BY_KEY = "api_key: '${VENDURE_API_KEY}'"
BY_NAME = "username: '${VENDURE_USER}', password: '${VENDURE_PASSWORD}'"
Configured = Callable[..., Config]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> FakeVendure:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    monkeypatch.setenv("VENDURE_API_KEY", KEY)
    monkeypatch.setenv("VENDURE_USER", USER)
    monkeypatch.setenv("VENDURE_PASSWORD", PASSWORD)
    monkeypatch.setattr(connection, "_WAIT_SECONDS", 0.01)
    made = FakeVendure()
    catalogue(made)
    return made


@pytest.fixture
def server(shop: FakeVendure) -> Iterator[FakeServer]:
    with serving(shop.answer) as fake:
        yield fake


@pytest.fixture
def configured(server: FakeServer, tmp_path: Path) -> Configured:
    def make(more: str = "page_size: 3", who: str = BY_KEY) -> Config:
        path = tmp_path / "opsmart.yml"
        path.write_text(CONFIGURATION.format(url=f"{server.url}/admin-api", more=f"{who}, {more}"))
        return load_config(path)

    return make
