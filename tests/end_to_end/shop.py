"""A shop in a folder of its own, run with the `opsmart` command as a user runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl


@dataclass
class Shop:
    """A folder with an `opsmart.yml`, and what a user does there."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_example(cls, folder: Path, example: Path, data: Path) -> Shop:
        """A shop with a copy of an example configuration; OPSMART_DATA is `data`."""
        (folder / "opsmart.yml").write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
        return cls(folder, {"OPSMART_DATA": str(data)})

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"

    def call(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`opsmart ARGUMENTS` in the folder; the caller looks at the exit code."""
        _copy_missing(self._parsed_by_all(), self._parsed())
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.cli.main", *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environment, **environment},
            text=True,
            capture_output=True,
            check=False,
        )
        _copy_missing(self._parsed(), self._parsed_by_all())
        return done

    def _parsed(self) -> Path:
        """Where a warehouse keeps what dbt has parsed, by the state of the project and of the configuration."""
        return self.warehouse / "state" / "dbt" / "manifests"

    def _parsed_by_all(self) -> Path:
        """The same for all tests of this session: each shop parsing for itself would take minutes together."""
        session = next(one for one in self.folder.parents if one.name.startswith("pytest-"))
        return session / "parsed"

    def run(self, *arguments: str, code: int = 0) -> str:
        """`opsmart run`, which must end with `code`; what it printed."""
        done = self.call("run", *arguments)
        assert done.returncode == code, (
            f"exit {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        )
        return done.stdout + done.stderr

    def ask(self, query: str) -> pl.DataFrame:
        """A query on the current release."""
        with duckdb.connect(
            str(self.warehouse / "current" / "warehouse.duckdb"), read_only=True
        ) as connection:
            return connection.sql(query).pl()


def _copy_missing(source: Path, target: Path) -> None:
    """Copy what `target` does not have, each folder at once: other workers do the same."""
    for folder in source.glob("*-*") if source.is_dir() else ():
        if (target / folder.name).exists() or folder.name.endswith(".partial"):
            continue
        partial = target / f"{folder.name}.{os.getpid()}.partial"
        shutil.copytree(folder, partial)
        try:
            partial.rename(target / folder.name)
        except OSError:  # another worker was first
            shutil.rmtree(partial)
