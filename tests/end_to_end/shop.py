"""A shop in a folder of its own, run with the `opsmart` command as a user runs it."""

from __future__ import annotations

import os
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
        return subprocess.run(
            [sys.executable, "-m", "orchestration.cli.main", *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environment, **environment},
            text=True,
            capture_output=True,
            check=False,
        )

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
