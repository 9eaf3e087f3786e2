"""What the README says of the verdict is what the verdict is."""

from __future__ import annotations

from pathlib import Path

import pytest

import quality
from quality.verdict import Check, Summary, Verdict

README = (Path(quality.__file__).parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("field", [*Verdict.model_fields, *Check.model_fields])
def test_every_field_has_its_row(field: str) -> None:
    assert f"| `{field}` |" in README


@pytest.mark.parametrize("field", Summary.model_fields)
def test_every_count_is_named(field: str) -> None:
    assert f"`{field}`" in README


def test_every_file_is_listed() -> None:
    files = [path.name for path in Path(quality.__file__).parent.glob("*.py") if path.name != "__init__.py"]
    assert [name for name in files if f"`{name}`" not in README] == []
