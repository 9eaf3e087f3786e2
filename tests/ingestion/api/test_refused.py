"""What the landing gate refused has not arrived: it comes again when it is right, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ingestion import lake
from ingestion.personal.key import KEY_VARIABLE
from orchestration.lib.quarantine import quarantined
from quality.landing import decide
from tests.ingestion.api import toy
from tests.ingestion.api.toy import Shop, configured
from tests.ingestion.fake_http import FakeServer, serving
from tests.ingestion.landed_rows import raw_rows
from tests.ingestion.landing import SECRET

OLD = (datetime.now(UTC) - timedelta(days=30)).isoformat()


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    toy.installed(monkeypatch)
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    made = Shop()
    for number in range(1, 9):
        made.put(number, at=OLD)
    return made


@pytest.fixture
def server(shop: Shop) -> Iterator[FakeServer]:
    with serving(shop.answer) as fake:
        yield fake


def landed_ids(config) -> list[str]:
    return [row["id"] for row in raw_rows(config, "toy", "orders")]


def test_a_refused_load_comes_again_with_what_is_mended(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    lake.land(config, "toy")
    decide(config)
    shop.put(1, "free")  # no number
    shop.put(9)
    lake.land(config, "toy")
    refused = [one for one in decide(config) if not one.is_accepted]
    assert [one.key.input for one in refused] == ["orders"]
    assert len(landed_ids(config)) == 8 + 2
    assert [one.input for one in quarantined(config)] == ["orders"]
    lake.land(config, "toy")  # as it was refused: not once more
    assert len(landed_ids(config)) == 10
    shop.put(1, "5.00")
    lake.land(config, "toy")
    assert sorted(landed_ids(config)[10:]) == ["1", "9"]  # 9 had not arrived
    assert all(one.is_accepted for one in decide(config) if one not in refused)
    assert quarantined(config) == []


def test_a_first_load_that_is_refused_comes_again(shop, server, tmp_path):
    config = configured(tmp_path, server.url)
    shop.put(1, "free", at=OLD)
    lake.land(config, "toy")
    decide(config)
    lake.land(config, "toy")
    assert len(landed_ids(config)) == 8
    shop.put(1, "5.00", at=OLD)
    lake.land(config, "toy")
    assert len(landed_ids(config)) == 16
    decide(config)
    assert quarantined(config) == []
