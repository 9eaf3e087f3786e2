"""Where the parts of this project lie, and the digests of its code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from orchestration.lib.hashing import digest, digest_files

ROOT = Path(__file__).parents[2]
"""The checkout: the folder of pyproject.toml."""

DBT_PROJECT = "OPSMART_DBT_PROJECT"
"""Environment variable: another dbt project in place of ours (tests)."""


def dbt_project_dir() -> Path:
    """The folder of the dbt project."""
    return Path(os.environ.get(DBT_PROJECT) or ROOT / "dbt_project").resolve()


def transform_hash() -> str:
    """Digest of what dbt makes the tables from. If it differs, every table is built anew.

    Data tests and analyses are left out: they look at tables and change none.
    """
    project = dbt_project_dir()
    files = [project / "dbt_project.yml"]
    for folder in ("models", "macros", "seeds", "snapshots"):
        files += _files(project / folder)
    return digest_files(project, files)


def project_hash() -> str:
    """Digest of the whole dbt project, and of the dbt that reads it."""
    project = dbt_project_dir()
    tests = digest_files(project, [project / "profiles.yml", *_files(project / "tests")])
    return digest([transform_hash(), tests, version("dbt-core"), version("dbt-duckdb")])


def code_hash() -> str:
    """Digest of everything that a published release depends on: the dbt project, the sources and the gates."""
    python = [
        path for part in ("ingestion", "quality") for path in _files(ROOT / part) if path.suffix == ".py"
    ]
    return digest([digest_files(ROOT, python), project_hash()])


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "__pycache__")) for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path
