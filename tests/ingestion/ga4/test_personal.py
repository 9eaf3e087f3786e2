"""Nothing personal of an export reaches the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion import lake
from ingestion.config import ConfigError
from ingestion.personal import normalise
from ingestion.personal.key import KEY_VARIABLE, key_from
from tests.ingestion.ga4_kit import SHOP, configured, event, put
from tests.ingestion.landing import SECRET
from tests.ingestion.memory_lake import MemoryLake
from tests.ingestion.secrets import assert_nowhere

ANN, PHONE = "ann.baker7@mail.example", "+44 20 7946 0958"
TOLD = event(
    "view_search_results",
    "a",
    user_id="7",
    params={
        "page_location": f"{SHOP}/search?q=ann.baker7%40mail.example&email=ann.baker7@mail.example&page=2",
        "page_referrer": f"https://other.example/u/{ANN}/?phone=%2B44+20+7946+0958",
        "page_title": f"Results for {ANN}",
        "search_term": f"{ANN} {PHONE}",
        "email": ANN,
        "note": f"call {PHONE}",
        "campaign": ANN,
    },
    user_properties=[{"key": "first_name", "value": {"string_value": "Annabella"}}],
)


@pytest.mark.parametrize("name", ["events_20260101.parquet", "events_20260101.json"])
def test_nothing_personal_is_written(shop: Path, name: str) -> None:
    put(shop, name, TOLD)
    config = configured(shop)
    result = lake.land(config, "ga")
    assert "email, first_name look personal and were left out" in result.problems
    assert_nowhere(config.warehouse, [ANN, PHONE, "7946 0958", "Annabella"], control="Results for ‹email›")
    there = MemoryLake("ga")
    there.land(config)
    (row,) = there.raw("events")
    assert row["page_location"] == f"{SHOP}/search?q=‹email›&email=‹removed›&page=2"
    assert row["search_term"] == "‹email› ‹phone›"
    assert json.loads(row["other_params"]) == [{"key": "note", "value": "call ‹phone›"}]


def test_addresses_as_ids_of_users_are_refused_until_somebody_says_what_to_do(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shop, "events_20260101.parquet", event("login", "a", user_id=ANN))
    (one,) = lake.land(configured(shop), "ga").files
    assert one.reason is not None
    assert "user_id looks like e-mail addresses" in one.reason
    assert ANN not in one.reason
    config = configured(shop, "    user_id: email\n")
    lake.land(config, "ga")
    assert_nowhere(config.warehouse, [ANN], control=key_from(SECRET).version)
    assert customers(shop, "email") == [key_from(SECRET).hash(str(normalise.email(ANN)))]
    assert customers(shop, "drop") == [None]
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(ConfigError, match=KEY_VARIABLE):
        lake.land(configured(shop, "    user_id: hash\n"), "ga")


def customers(shop: Path, how: str) -> list[str | None]:
    config, there = configured(shop, f"    user_id: {how}\n"), MemoryLake("ga")
    there.land(config)
    return [row["customer_id"] for row in there.mapped(config)]


def test_another_way_to_treat_ids_reads_the_days_again(shop: Path) -> None:
    put(shop, "events_20260101.parquet", event("login", "a", user_id="7"))
    put(shop, "events_20260120.parquet", event("login", "a", user_id="7", day=20))
    there = MemoryLake("ga")
    there.land(configured(shop))
    config = configured(shop, "    user_id: hash\n")
    assert there.land(config).count == 2
    assert {row["customer_id"] for row in there.mapped(config)} == {key_from(SECRET).hash("7")}
