"""dbt in this process: the project is parsed once, each build takes two or three seconds instead of ten."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.dbt.kit.lake import Lake
from tests.dbt.kit.quiet import hush

NAME = "build.duckdb"
"""Every database is called this: dbt writes the name into the manifest."""
PROJECT = Path(__file__).parents[3] / "dbt_project"
MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


class Runner:
    """Builds databases of one lake's kind. Which sources and entities there are must not change between builds:
    they decide which models are on. The parsed project is kept in `folder`, for other processes too."""

    def __init__(
        self, folder: Path, variables: Mapping[str, Any], faults: Sequence[Callable[[Any], None]] = ()
    ) -> None:
        self.folder = folder
        self.faults = faults
        """What is done to the parsed project before each run."""
        self.stored = folder / "manifest.msgpack"
        if not self.stored.exists():
            manifest = self._invoke(None, folder / "parse" / NAME, variables, "parse")
            self.stored.write_bytes(manifest.to_msgpack())

    def build(
        self,
        lake: Lake,
        database: Path,
        as_of: str,
        *arguments: str,
        command: Sequence[str] = ("build", *MODELS_ONLY),
    ) -> Any:
        """Write what the lake has accepted into `database`, then run dbt. Returns its results; raises if one failed."""
        lake.write_accepted(database)
        return self.run(database, lake.variables(as_of), *command, *arguments)

    def run(self, database: Path, variables: Mapping[str, Any], *command: str) -> Any:
        """Run dbt on a database that knows what was accepted. Returns dbt's results; raises if one failed."""
        result = self.results(database, variables, *command)
        failed = [
            f"{one.node.name}: {one.message}"
            for one in getattr(result, "results", [])
            if one.status == "error"
        ]
        assert not failed, "\n".join(failed)
        return result

    def results(self, database: Path, variables: Mapping[str, Any], *command: str) -> Any:
        """The same, whatever became of the single models and tests; raises if dbt itself fails."""
        from dbt.contracts.graph.manifest import Manifest

        assert database.name == NAME
        # dbt writes into the manifest while it runs: each build takes a fresh one.
        manifest = Manifest.from_msgpack(self.stored.read_bytes())
        for fault in self.faults:
            fault(manifest)
        manifest.build_flat_graph()
        return self._invoke(manifest, database, variables, *command)

    def _invoke(self, manifest: Any, database: Path, variables: Mapping[str, Any], *command: str) -> Any:
        from dbt.cli.main import dbtRunner

        arguments = [
            *command,
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "logs")),
            *(
                "--no-write-json",
                "--no-use-colors",
                "--quiet",
                "--log-level",
                "none",
                "--log-level-file",
                "none",
            ),
            *("--vars", json.dumps(dict(variables))),
        ]
        hush()
        with _environment(OPSMART_BUILD_DB=str(database)):
            done = dbtRunner(manifest=manifest).invoke(arguments)
        _let_go()
        if done.exception is not None:
            raise done.exception
        return done.result


def _let_go() -> None:
    """dbt-duckdb keeps the database open for the next run in the same process."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()


@contextmanager
def _environment(**values: str):  # type: ignore[no-untyped-def]
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
