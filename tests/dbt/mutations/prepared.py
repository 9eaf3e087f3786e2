"""What the mutants are tried on, made once by the sound project: simulated shops, and stories step by step."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from tests.dbt.kit import histories
from tests.dbt.kit.lake import Accepted
from tests.dbt.kit.runner import NAME, Runner
from tests.dbt.kit.telling import Telling
from tests.dbt.mutations.fault import Fault
from tests.dbt.stories import AS_OF, STORIES
from tests.truth import built
from tests.truth.built import Moment, Warehouse

MOMENT = Moment(built.END, f"{built.END:%Y-%m-}10 17:00:00")
"""Looked at from before the end of what was delivered, so that what has not happened yet must stay out. It is the next
day in Shanghai, not yet in New York."""
REMEMBERING = Fault(
    "forget_applied_changes", "change logs are kept", "{% for row in logs.rows %}", "{% for row in [] %}"
)
"""So that a model can be put back to the step before while its upstreams have gone on."""


@dataclass
class Simulated:
    """Simulated shops with their marts as the sound project builds them."""

    folder: Path
    warehouse: Warehouse = field(init=False)

    def __post_init__(self) -> None:
        self.warehouse = Warehouse(self.folder, built.runner(self.folder / "dbt"))
        self.warehouse.build(MOMENT)

    @cached_property
    def variables(self) -> dict[str, Any]:
        return self.warehouse.lake.variables(MOMENT.as_of)

    def runner(self, fault: Callable[[Any], None]) -> Runner:
        return Runner(self.warehouse.runner.folder, self.variables, [fault])

    def copy(self) -> Path:
        """A database to spoil."""
        return _copied(self.warehouse.database, self.folder / "spoilt" / NAME)


@dataclass
class Told:
    """Stories that chance and people wrote, in one warehouse, with a database kept for every step."""

    folder: Path
    runner: Runner
    telling: Telling = field(init=False)
    loads: list[list[Accepted]] = field(default_factory=list)
    """What was accepted at each step."""

    def __post_init__(self) -> None:
        stories = {name: tell() for name, tell in STORIES.items()} | histories.some(24, len(AS_OF), 1)
        self.telling = Telling(self.folder, stories)
        sound = Runner(self.runner.folder, {}, [REMEMBERING])
        working = self.folder / "working" / NAME
        for number, as_of in enumerate(AS_OF):
            self.telling.go_on(number)
            self.loads.append(copy.deepcopy(self.telling.lake.loads))
            sound.build(self.telling.lake, working, as_of)
            _copied(working, self.database(number))

    def database(self, number: int) -> Path:
        return self.folder / str(number) / NAME

    def spoilt(self, fault: Callable[[Any], None]) -> Runner:
        return Runner(self.runner.folder, {}, [REMEMBERING, fault])

    def copy(self, number: int, name: str, put_back: Iterable[str] = ()) -> Path:
        """A copy of the database after a step, in which some models are as they were after the step before."""
        database = _copied(self.database(number), self.folder / name / NAME)
        with duckdb.connect(str(database)) as connection:
            connection.execute(f"attach '{self.database(number - 1)}' as earlier (read_only)")
            for model in put_back:
                _put_back(connection, model)
        return database

    def at(self, number: int) -> Any:
        """The lake as it was at a step."""
        self.telling.lake.loads = copy.deepcopy(self.loads[number])
        return self.telling.lake


def _put_back(connection: duckdb.DuckDBPyConnection, model: str) -> None:
    found = connection.execute(
        "select schema_name from duckdb_tables() where table_name = ? and database_name = 'build'", [model]
    ).fetchone()
    if found is None:  # a view
        return
    for table in (f"{found[0]}.{model}", f"staging.changes__{model}"):
        name = table.split(".")[1]
        if connection.execute(
            "select 1 from duckdb_tables() where table_name = ? and database_name = 'build'", [name]
        ).fetchone():
            connection.execute(f"delete from {table}; insert into {table} select * from earlier.{table}")
    for record in ("model_state", "applied_loads", "applied_changes"):
        connection.execute(
            f"delete from staging.{record} where model = '{model}';"
            f" insert into staging.{record} select * from earlier.staging.{record} where model = '{model}'"
        )


def _copied(source: Path, target: Path) -> Path:
    target.parent.mkdir(exist_ok=True)
    Path(f"{target}.wal").unlink(missing_ok=True)
    shutil.copyfile(source, target)
    return target


def descendants(manifest: Any, models: Sequence[str]) -> list[str]:
    """These models and all that are built from them."""
    found, queue = [], [f"model.opsmart.{name}" for name in models]
    while queue:
        one = queue.pop(0)
        if one.startswith("model.") and one not in found:
            found.append(one)
            queue += manifest.child_map[one]
    return [one.split(".")[-1] for one in found]
