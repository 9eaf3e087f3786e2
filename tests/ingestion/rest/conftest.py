"""A shop with eight orders and the server that gives it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingestion.api import client
from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion.fake_http import FakeServer, serving
from tests.ingestion.landing import SECRET
from tests.ingestion.rest.shop import Shop


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    monkeypatch.setitem(client.Client.__init__.__kwdefaults__, "first_wait", 0.01)
    made = Shop()
    for number in range(1, 9):
        made.put(number)
    return made


@pytest.fixture
def server(shop: Shop) -> Iterator[FakeServer]:
    with serving(shop.answer) as fake:
        shop.url = fake.url
        yield fake
