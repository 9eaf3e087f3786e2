"""The demo as a source: days that have not landed yet, hashed before anybody writes them."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pyarrow as pa
import pytest

from ingestion.config_errors import ConfigError
from ingestion.config_models import Shop
from ingestion.contracts import load_contracts
from ingestion.demo import source
from ingestion.demo.settings import GIVES, DemoSettings
from ingestion.demo.shop.business import simulate
from ingestion.demo.shop.tables import ENTITIES, rows
from ingestion.personal.key import KEY_VARIABLE
from ingestion.source import Batch, Context, ManifestRow, SourceError

KEYS = {one.entity: one.key for one in load_contracts().values()}
SHOP = Shop(id="main", name="Demo", timezone="America/New_York", currency="USD")
FIRST = date(2025, 4, 20)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """As much of a configuration as the source looks at."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    return SimpleNamespace(state=tmp_path / "state", path=tmp_path / "opsmart.yml", shop=lambda _: SHOP)


def settings(end: date, **more: object) -> DemoSettings:
    given = {"start": date(2025, 4, 1), "orders_per_day": 15, "end": end, **more}
    return DemoSettings.model_validate({"name": "demo", "type": "demo", "shop": "main", **given})


def landed(batches: list[Batch], load_seq: int) -> list[ManifestRow]:
    """What the lake would remember of these batches."""
    return [
        ManifestRow(**asdict(batch.entry), source="demo", load_seq=load_seq, input=batch.input)
        for batch in batches
    ]


def run(config: SimpleNamespace, context: Context, chosen: DemoSettings) -> list[Batch]:
    context.plan = source.plan(chosen, config, context)
    batches = list(source.extract(chosen, config, context)) if context.plan.has_work else []
    context.manifest += landed(batches, len(context.manifest) + 1)
    return batches


def tables(batches: list[Batch]) -> dict[str, pl.DataFrame]:
    found = {}
    for batch in batches:
        assert isinstance(batch.data, pa.Table)
        frame = pl.from_arrow(batch.data)
        assert isinstance(frame, pl.DataFrame)
        found[batch.input] = frame
    return found


def test_it_gives_what_its_mapping_says(config: SimpleNamespace) -> None:
    given = tables(run(config, Context(), settings(FIRST)))
    assert list(ENTITIES) == list(GIVES)
    assert set(ENTITIES) - set(given) <= {
        "live_sessions",
        "experiment_exposures",
    }  # not in every shop and month
    for entity in given:
        columns = GIVES[entity]
        assert [*columns.split(), "updated_at"] == [name for name in given[entity].columns if name[0] != "_"]


def test_no_personal_value_leaves_it(config: SimpleNamespace) -> None:
    given = tables(run(config, Context(), settings(FIRST)))
    text = "\n".join(frame.write_csv() for frame in given.values())
    for forbidden in ("@", "555-01", "Maple Street", "Rossi"):
        assert forbidden not in text
    hashes = [*given["orders"]["email_hash"].drop_nulls(), *given["customers"]["phone_hash"].drop_nulls()]
    assert hashes
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in hashes)
    assert given["orders"]["_pii_key_version"].n_unique() == 1
    assert given["orders"].join(given["customers"], on="email_hash").height > 50


def test_it_makes_a_key_of_its_own_and_keeps_it(
    config: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(config, Context(), settings(FIRST))
    path = config.state / "pii.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert config.state.stat().st_mode & 0o777 == 0o700
    again = run(config, Context(), settings(FIRST))
    assert tables(first)["orders"].equals(tables(again)["orders"])
    monkeypatch.setenv(KEY_VARIABLE, "a key that somebody has set")
    assert not tables(run(config, Context(), settings(FIRST)))["orders"].equals(tables(first)["orders"])


def test_a_key_that_is_too_short_is_a_mistake_in_the_configuration(
    config: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "short")
    with pytest.raises(ConfigError, match=f"{KEY_VARIABLE} has 5 characters"):
        run(config, Context(), settings(FIRST))


def test_only_days_that_have_not_landed(config: SimpleNamespace) -> None:
    context = Context()
    first = tables(run(config, context, settings(FIRST)))
    assert run(config, context, settings(FIRST)) == []
    assert run(config, context, settings(FIRST - timedelta(days=3))) == []
    second = tables(run(config, context, settings(FIRST + timedelta(days=2))))
    assert 0 < second["orders"].height < first["orders"].height / 2
    assert second["orders"]["updated_at"].min() > first["orders"]["updated_at"].max()  # type: ignore[operator]


def test_day_by_day_ends_where_one_load_ends(config: SimpleNamespace) -> None:
    context = Context()
    last = FIRST + timedelta(days=8)
    loads = [
        tables(run(config, context, settings(day))) for day in (FIRST + timedelta(days=n) for n in range(9))
    ]
    once = tables(run(config, Context(), settings(last)))
    for entity in once:
        key = [name for name in KEYS[entity] if name in once[entity].columns]
        every = pl.concat([load[entity] for load in loads if entity in load])
        newest = every.sort("updated_at").unique(key, keep="last").sort(key)
        assert newest.equals(once[entity].unique().sort(key)), entity


def test_an_entity_without_news_waits_for_its_next_row(config: SimpleNamespace) -> None:
    context = Context()
    run(config, context, settings(FIRST))
    days = [tables(run(config, context, settings(FIRST + timedelta(days=n)))) for n in range(1, 15)]
    assert all("orders" in day for day in days)
    assert any("products" not in day for day in days)
    got = pl.concat([day["products"] for day in days if "products" in day])
    plan = source.plan_for(settings(FIRST + timedelta(days=14)), SHOP)
    expected = rows(simulate(plan), "products", plan.after(plan.end), plan.after(FIRST))
    assert set(got["variant_id"]) == set(expected["variant_id"])


def test_another_key_brings_everything_anew(config: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    context = Context()
    first = tables(run(config, context, settings(FIRST)))
    monkeypatch.setenv(KEY_VARIABLE, "a key that somebody has set")
    again = tables(run(config, context, settings(FIRST)))
    assert {name: frame.height for name, frame in again.items()} == {
        name: f.height for name, f in first.items()
    }
    assert run(config, context, settings(FIRST)) == []


def test_another_shop_under_the_same_name_is_refused(config: SimpleNamespace) -> None:
    context = Context()
    run(config, context, settings(FIRST))
    with pytest.raises(SourceError, match="mix two different shops"):
        source.plan(settings(FIRST, seed=8), config, context)


def test_the_plan_tells_without_simulating_what_it_would_bring(config: SimpleNamespace) -> None:
    context = Context()
    told = source.plan(settings(FIRST), config, context, inspect=True)
    assert told.has_work
    assert told.inputs[0].new == ["2025-04-01 … 2025-04-20 (20 days)"]
    columns = {one.input: [name for name in one.columns if name[0] != "_"] for one in told.inputs}
    assert columns == {entity: [*given.split(), "updated_at"] for entity, given in GIVES.items()}
    assert not config.state.exists()


def test_yesterday_is_the_shop_s_yesterday() -> None:
    chosen = settings(FIRST).model_copy(update={"end": "yesterday"})
    assert source.plan_for(chosen, SHOP, today=date(2026, 1, 1)).end == date(2025, 12, 31)
    first_morning = source.plan_for(chosen, SHOP, today=date(2025, 4, 1))
    assert first_morning == replace(first_morning, end=date(2025, 4, 1))
