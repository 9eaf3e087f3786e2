"""The dbt project's files: two for each model, and SQL that is laid out as the rest is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2] / "dbt_project"
MODELS = sorted((PROJECT / "models").rglob("*.sql"))

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def _blank(comment: re.Match[str]) -> str:
    return "\n" * comment.group().count("\n")


def test_every_model_has_its_own_yml_and_no_yml_is_shared() -> None:
    ymls = set((PROJECT / "models").rglob("*.yml"))
    assert {path.with_suffix(".yml") for path in MODELS} <= ymls
    unit_tests = {path for path in ymls if path.stem.endswith("unit_tests")}
    assert {path.with_name(path.stem.rpartition("__")[0] + ".sql") for path in unit_tests} <= set(MODELS)
    assert len(ymls) == len(MODELS) + len(unit_tests)


def test_a_model_is_described_from_its_grain() -> None:
    plain = [
        path.name
        for path in MODELS
        if not re.search(
            r"description:\s*(?:>-?|\|-?)?\s*[\"']?One row ",
            path.with_suffix(".yml").read_text(encoding="utf-8"),
        )
    ]
    assert not plain


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_sql_is_indented_by_fours(path: Path) -> None:
    lines = _COMMENT.sub(_blank, path.read_text(encoding="utf-8")).splitlines()
    odd = [
        number
        for number, line in enumerate(lines, 1)
        if line.strip() and ("\t" in line or (len(line) - len(line.lstrip(" "))) % 4)
    ]
    assert not odd
