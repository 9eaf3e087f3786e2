"""The dbt project on a small simulated shop: its data tests, and an increment on top."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.config import load_config
from ingestion.lake import land
from ingestion.personal.key import KEY_VARIABLE
from orchestration.lib.dbt.variables import build_vars
from quality.landing import decide
from tests.dbt.conftest import Dbt

CONFIGURATION = """
warehouse: ./warehouse
shops:
  - {{id: main, name: Demo, timezone: America/New_York, currency: USD}}
sources:
  - {{name: demo, type: demo, shop: main, start: 2025-01-01, end: {end}, orders_per_day: 15}}
"""

QUESTIONS = 20


def questions(readme: Path) -> list[tuple[str, str]]:
    """Title and SQL of each question that a README answers: numbered headings, each with one block of SQL."""
    text = readme.read_text(encoding="utf-8")
    return re.findall(r"^\*\*(\d+\. [^\n]+?)\*\*.*?^```sql\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def _built(dbt: Dbt, folder: Path, end: str) -> list[dict[str, Any]]:
    """Land the shop up to `end`, pass the gate, build; dbt's results, one per node."""
    (folder / "opsmart.yml").write_text(CONFIGURATION.format(end=end), encoding="utf-8")
    config = load_config(folder / "opsmart.yml")
    land(config, "demo")
    decide(config)
    as_of = datetime.fromisoformat(f"{end}T23:59:59").replace(tzinfo=UTC)
    target = dbt(config.state, build_vars(config, as_of), "build", "--exclude-resource-type", "unit_test")
    return list(json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="module")
def first(dbt: Dbt, folder: Path) -> list[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, "a key of this test")
        return _built(dbt, folder, "2025-02-28")


def _status(results: list[dict[str, Any]], kind: str) -> dict[str, str]:
    return {one["unique_id"]: one["status"] for one in results if one["unique_id"].startswith(f"{kind}.")}


def test_every_model_builds(first: list[dict[str, Any]]) -> None:
    assert set(_status(first, "model").values()) == {"success"}


def test_data_tests_pass(first: list[dict[str, Any]]) -> None:
    assert {name: status for name, status in _status(first, "test").items() if status != "pass"} == {}


@pytest.mark.parametrize("number", range(QUESTIONS))
def test_a_question_of_the_readme_has_an_answer(
    first: list[dict[str, Any]], folder: Path, repository: Path, number: int
) -> None:
    english, chinese = (questions(repository / name) for name in ("README.md", "README.zh-CN.md"))
    assert len(english) == len(chinese) == QUESTIONS
    title, query = english[number]
    assert query == chinese[number][1], f"{title}: the two languages ask differently"
    assert not re.search(r"\b(int|stg)_", query), f"{title}: a release holds no such table"
    with duckdb.connect(folder / "warehouse" / "state" / "build.duckdb", read_only=True) as connection:
        answer = connection.execute(query).fetchall()
    assert answer, title
    assert any(value is not None for row in answer for value in row), title


def test_an_increment_keeps_every_data_test_true(
    dbt: Dbt, folder: Path, first: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "a key of this test")
    with duckdb.connect(folder / "warehouse" / "state" / "build.duckdb", read_only=True) as connection:
        before = connection.execute("select count(*) from main.fct_orders").fetchone()
    results = _built(dbt, folder, "2025-03-01")
    assert {one["status"] for one in results} <= {"success", "pass"}
    with duckdb.connect(folder / "warehouse" / "state" / "build.duckdb", read_only=True) as connection:
        after = connection.execute("select count(*) from main.fct_orders").fetchone()
    assert before is not None
    assert after is not None
    assert after > before > (0,)
