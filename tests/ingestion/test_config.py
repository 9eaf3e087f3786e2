"""The configuration file: what it gives."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingestion.config import Config, ConfigError, load_config, parse_as_of, source_types
from ingestion.demo.settings import DemoSettings
from ingestion.files.settings import FilesSettings
from tests.ingestion.configurations import GOOD, problems, written


def test_good_file_gives_a_configuration_with_absolute_paths_and_defaults(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD))
    assert isinstance(config, Config)
    assert (config.root, config.warehouse) == (tmp_path.resolve(), tmp_path.resolve() / "warehouse")
    assert config.raw == config.warehouse / "raw"
    assert config.build_db == config.warehouse / "state" / "build.duckdb"
    assert (config.as_of, config.reporting_currency, config.keep_releases) == ("now", "CNY", 7)
    assert config.thresholds.model_dump() == {
        "rfm_window_days": 365,
        "return_window_days": 30,
        "max_reject_share": 0.01,
        "fx_max_age_days": 5,
        "identity_max_links": 50,
        "negative_rating": 2.0,
        "rating_prior_reviews": 10,
        "valid_orders": {"zero_value": False, "gift_card_only": True},
        "stock": {"overstock_days": 90, "lead_days": 14, "service_z": 1.65},
        "sessions": {"gap_minutes": 30, "bot_pages": 30, "bot_seconds_per_page": 1},
        "attribution": {"window_days": 30, "half_life_days": 7},
        "growth": {"active": "ordered"},
    }
    assert (config.schedule.cron, config.schedule_timezone) == ("0 6 * * *", "Asia/Shanghai")
    assert config.shop("main").platform == "own_site"
    assert config.warnings == ()
    source = config.source("export")
    assert isinstance(source, FilesSettings)
    assert config.timezone(source) == "Asia/Shanghai"
    mapping = source.mappings()["orders"]
    assert mapping.columns is not None
    assert (mapping.columns["order_id"].column, mapping.columns["order_id"].id) == ("订单编号", True)
    assert mapping.columns["created_at"].format == ("%Y/%m/%d %H:%M",)
    assert mapping.version is not None
    assert mapping.version.column == "更新时间"


def test_every_example_of_the_repository_is_valid(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPSMART_DATA", str(tmp_path))
    for name in ("MEDUSA_URL", "MEDUSA_EMAIL", "MEDUSA_PASSWORD"):
        monkeypatch.setenv(name, "http://127.0.0.1:9000")
    found = [repository / "opsmart.yml", *repository.glob("ingestion/*/examples/*.yml")]
    assert len(found) > 1
    for path in found:
        assert load_config(path).warnings == ()


def test_the_commented_source_in_the_example_is_valid(repository: Path, tmp_path: Path) -> None:
    lines = (repository / "opsmart.yml").read_text("utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.strip() == "# - name: export")
    rest = range(first, len(lines))
    last = next(number for number in rest if not lines[number].strip().startswith("#"))
    revived = [line.replace("  # ", "  ", 1) for line in lines[first:last]]
    text = "\n".join([*lines[:first], *revived, *lines[last:]])
    names = [source.name for source in load_config(written(tmp_path, text)).sources]
    assert names == ["shanghai", "new_york", "export"]


def test_file_is_the_one_named_else_beside_us_else_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, named = tmp_path / "other", tmp_path / "named"
    other.mkdir()
    named.mkdir()
    monkeypatch.chdir(other)
    monkeypatch.delenv("OPSMART_CONFIG", raising=False)
    with pytest.raises(ConfigError, match="no such configuration file"):
        load_config()
    monkeypatch.setenv("OPSMART_CONFIG", str(written(named, GOOD)))
    assert load_config().root == named.resolve()
    written(other, GOOD)
    assert load_config().root == other.resolve()
    assert load_config(named / "opsmart.yml").root == named.resolve()


def test_environment_fills_in_anywhere_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "s3cret: [")  # what looks like YAML stays text
    monkeypatch.setenv("FOLDER", "/data")
    text = GOOD.replace("data/*.csv", '"${FOLDER}/a/${FOLDER}/$${FOLDER}/*.csv"')
    source = load_config(written(tmp_path, text)).source("export")
    assert isinstance(source, FilesSettings)
    assert source.inputs["orders"].path == "/data/a//data/${FOLDER}/*.csv"
    for wrong in ("timezone: Asia/Shanghai, currency", "id: main, name: A shop"):
        key = wrong.partition(":")[0]
        spoiled = GOOD.replace(wrong, f'{key}: "${{SECRET}}"{wrong[wrong.index(",") :]}')
        told = "\n".join(problems(tmp_path, spoiled))
        assert "s3cret" not in told
        assert "${SECRET}" in told
        assert f"shops[0].{key}" in told


def test_scalars_are_what_was_written(tmp_path: Path) -> None:
    text = GOOD.replace("id: main", "id: 007").replace("shop: main", "shop: 007")
    text = text.replace("name: A shop", "name: no")
    shop = load_config(written(tmp_path, text)).shops[0]
    assert (shop.id, shop.name) == ("007", "no")


def test_as_of_is_a_word_or_an_instant_with_its_offset() -> None:
    assert parse_as_of("latest") == "latest"
    assert parse_as_of("2011-12-09T12:50:00Z") == datetime(2011, 12, 9, 12, 50, tzinfo=UTC)
    assert parse_as_of("2011-12-09 12:50+08:00") == datetime(2011, 12, 9, 4, 50, tzinfo=UTC)
    for wrong in ("2011-12-09T12:50:00", "2011-12-09", "soon"):
        with pytest.raises(ValueError, match=re.escape(wrong)):
            parse_as_of(wrong)


def test_as_of_in_the_file_is_not_changed_by_yaml(tmp_path: Path) -> None:
    text = f"as_of: 2011-12-09T12:50:00+08:00\n{GOOD}"
    assert load_config(written(tmp_path, text)).as_of == datetime(2011, 12, 9, 4, 50, tzinfo=UTC)


def test_demo_has_defaults_and_refuses_days_the_wrong_way_round(tmp_path: Path) -> None:
    head = GOOD[: GOOD.index("sources:")]
    config = load_config(written(tmp_path, f"{head}sources:\n  - {{name: demo, type: demo, shop: main}}\n"))
    source = config.source("demo")
    assert isinstance(source, DemoSettings)
    assert isinstance(source.end, date)
    assert source.end > source.start
    told = problems(
        tmp_path, f"{head}sources:\n  - {{name: demo, type: demo, shop: main, end: 2020-01-01}}\n"
    )
    assert told == ["4: sources[0]: end (2020-01-01) lies before start (2025-01-01)"]


def test_source_types_are_the_folders_with_settings() -> None:
    types = source_types()
    assert types["files"] is FilesSettings
    assert types["demo"] is DemoSettings
