"""Which test sees a mutant: unit tests, then the ledger, then data tests, then increments against rebuilds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tests.truth.marts  # noqa: F401  (registers the ledgers)
from tests.dbt.kit.compare import differences
from tests.dbt.kit.oracle import astray
from tests.dbt.kit.runner import PROJECT, Runner
from tests.dbt.kit.telling import Telling
from tests.dbt.mutations.fault import Fault
from tests.dbt.mutations.prepared import MOMENT, Simulated, Told, descendants
from tests.dbt.stories import AS_OF
from tests.truth.built import world
from tests.truth.compare import compare
from tests.truth.registry import LEDGERS


@dataclass
class Judge:
    """Tries mutants, on data that is prepared when it is needed."""

    folder: Path

    @cached_property
    def simulated(self) -> Simulated:
        (self.folder / "simulated").mkdir(parents=True)
        return Simulated(self.folder / "simulated")

    @cached_property
    def told(self) -> Told:
        folder = self.folder / "told"
        folder.mkdir(parents=True)
        return Told(folder, Runner(folder, Telling(folder, {}).lake.variables(AS_OF[0])))

    @cached_property
    def manifest(self) -> Any:
        from dbt.contracts.graph.manifest import Manifest

        manifest = Manifest.from_msgpack(self.simulated.warehouse.runner.stored.read_bytes())
        manifest.build_parent_and_child_maps()
        return manifest

    @cached_property
    def world(self) -> Any:
        return world(MOMENT)

    def caught_by(self, fault: Fault) -> str | None:
        """The first test that sees it; None if it survives all."""
        try:
            seen = next(self.tries(fault), None)
        except AssertionError as error:
            seen = f"it does not build: {error}"
        return seen and " ".join(seen.split())

    def tries(self, fault: Fault, increments: bool = True) -> Iterator[str]:
        """Everything that sees it, test after test, the quick ones first."""
        hit = self._hit(fault)
        after = descendants(self.manifest, hit)
        is_late = len(hit) == 1 and fault.where == hit[0] and fault.is_of_increments(texts()[fault.where])
        if not is_late:
            if len(hit) <= 3:
                yield from self._unit_tests(fault, hit)
            yield from self._truth(fault, after)
        if increments:
            yield from self._increments(fault, after, is_late)

    def _hit(self, fault: Fault) -> list[str]:
        """The models whose text has the fault: itself, or all that use the macro (all models, if none says so)."""
        if f"model.opsmart.{fault.where}" in self.manifest.nodes:
            return [fault.where]
        macros, queue = set(), [f"macro.opsmart.{fault.where}"]
        while queue:
            one = queue.pop()
            macros.add(one)
            queue += [
                name for name, macro in self.manifest.macros.items()
                if one in macro.depends_on.macros and name not in macros
            ]  # fmt: skip
        models = [node for node in self.manifest.nodes.values() if node.resource_type == "model"]
        found = [node.name for node in models if macros & set(node.depends_on.macros)]
        return found or [node.name for node in models]

    def _unit_tests(self, fault: Fault, hit: list[str]) -> Iterator[str]:
        shops = self.simulated
        select = " ".join(f"{model},test_type:unit" for model in hit)
        done = shops.runner(fault).results(
            shops.warehouse.database, shops.variables, "test", "--select", select, "--fail-fast"
        )
        for one in done.results:
            if one.status == "fail":
                yield f"unit test {one.node.name}"
            elif one.status == "error":
                yield f"it does not build: {one.message}"

    def _truth(self, fault: Fault, after: list[str]) -> Iterator[str]:
        shops, database = self.simulated, self.simulated.copy()
        runner, select = shops.runner(fault), ("--select", " ".join(after))
        done = runner.results(database, shops.variables, "run", "--full-refresh", *select)
        for one in done.results:
            if one.status == "error":
                yield f"it does not build: {one.message}"
        for name in sorted(LEDGERS.keys() & set(after)):
            for wrong in compare(database, LEDGERS[name], self.world):
                yield f"ledger {wrong.table}.{wrong.column}"
        done = runner.results(
            database, shops.variables, "test", *select, "--exclude-resource-type", "unit_test"
        )
        for one in done.results:
            if one.status == "fail":
                yield f"data test {one.node.name}"

    def _increments(self, fault: Fault, after: list[str], is_late: bool) -> Iterator[str]:
        """Step by step: the mutant's increment against the mutant's rebuild, and its rows against the deliveries.

        Where a whole build is as before (`is_late`), the sound one will do for the rebuild.
        """
        told, select = self.told, ("--select", " ".join(after))
        runner = told.spoilt(fault)
        for number in range(1, len(AS_OF)):
            lake = told.at(number)
            increment = told.copy(number, "increment", after)
            runner.build(lake, increment, AS_OF[number], command=("run", *select))
            for one in astray(told.telling, increment):
                yield f"deliveries {one.table}"
            rebuilt = told.copy(number, "rebuilt")
            if not is_late:
                runner.build(lake, rebuilt, AS_OF[number], command=("run", "--full-refresh", *select))
            for one in differences(increment, rebuilt):
                yield f"increments {one.table}"


def texts() -> dict[str, str]:
    """The text of every model in the project, by name."""
    return {
        path.stem: path.read_text(encoding="utf-8") for path in sorted((PROJECT / "models").rglob("*.sql"))
    }
