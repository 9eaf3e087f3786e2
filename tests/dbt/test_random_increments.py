"""Whatever happens to shops, and wherever a build is cut short: every table equals a rebuild, every row is the newest.

A history that goes wrong is made as small as it can be and printed as code; see kit/harness.py.
"""

from __future__ import annotations

from random import SystemRandom

import pytest

from ingestion.contracts import load_contracts
from tests.dbt.kit import histories
from tests.dbt.kit.harness import Build, check, require_equal, smallest
from tests.dbt.kit.parts import code, smaller, without
from tests.dbt.kit.runner import Runner
from tests.dbt.kit.telling import SOURCES, Step
from tests.dbt.mutations.fault import Fault

pytestmark = pytest.mark.timeout(900)  # a history that goes wrong is made smaller, which takes its time

BUILDS = [
    Build("2024-01-20 20:00:00"),
    Build("2024-02-01 00:30:00", only=("int_orders", "int_refunds", "fct_orders", "mart_sales_daily")),
    Build("2024-03-06 20:00:00"),
]
BATCHES, TOGETHER = 10, 100
"""In the long run: a thousand histories."""


def test_whatever_happens_increments_equal_a_rebuild(runner: Runner) -> None:
    require_equal(runner, histories.some(20, len(BUILDS), 1), BUILDS)


@pytest.mark.soak
@pytest.mark.parametrize("batch", range(BATCHES))
def test_whatever_happens_increments_equal_a_rebuild_a_thousand_times(runner: Runner, batch: int) -> None:
    number = SystemRandom().randrange(2**31)
    steps = 2 + batch % 4
    builds = histories.life(steps, number)
    print(f"histories.some({TOGETHER}, {steps}, {number}), {builds}")
    require_equal(runner, histories.some(TOGETHER, steps, number), builds, seconds=1200)


@pytest.mark.soak
def test_twenty_builds_with_eight_threads(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models that are built at the same time write into the same tables of the book-keeping."""
    monkeypatch.setenv("OPSMART_THREADS", "8")
    as_ofs = sorted(histories.AS_OF * 3)[:20]
    require_equal(runner, histories.some(8, 20, 5), [Build(as_of) for as_of in as_ofs])


def test_histories_hold_everything_that_can_happen() -> None:
    """Every entity, every kind of event, often enough that a fault meets it."""
    told = histories.some(90, 3, 1)
    steps = [step for story in told.values() for step in story.values()]
    delivered = {entity for step in steps for entity, _ in step.files}
    assert delivered == set(load_contracts())
    assert {entity for step in steps for entity in step.other} == set(SOURCES["other"][1])
    events = {
        "refused": sum(len(step.refuse) for step in steps),
        "accepted after all": sum(len(step.accept) for step in steps),
        "deleted": sum("_deleted" in str(step) for step in steps),
        "replaced": sum(
            file in story[earlier].files
            for story in told.values()
            for number, step in story.items()
            for file in step.files
            for earlier in range(number)
            if earlier in story
        ),
        "two shops": sum("_shop" in str(story) for story in told.values()),
    }
    assert min(events.values()) >= 10, events


def test_a_story_is_told_by_its_code_and_made_smaller_by_its_parts() -> None:
    for story in histories.some(10, 3, 2).values():
        again = eval(code(story), {"Step": Step})
        assert without(again, []) == without(story, [])
        parts = smaller(story)
        assert len(set(parts)) == len(parts)
        assert all(code(without(story, [part])) != code(story) for part in parts if part[0] in story)
        assert not any(step.files or step.other for step in without(story, parts).values())


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_fault_is_found_and_its_story_is_as_small_as_can_be(runner: Runner) -> None:
    """The version that a source declares is passed over: two rows of one key are enough to see it."""
    fault = Fault(
        "newest_version", "versions do not count", "_version desc nulls last, _load_seq", "_load_seq"
    )
    broken = Runner(runner.folder, {}, [fault])
    builds = [Build(histories.AS_OF[0])]
    told = histories.some(40, 1, 1)
    wrong = check(broken, told, builds)
    name = min(wrong, key=lambda name: len(code(told[name])))
    story, _ = smallest(broken, told[name], wrong[name], builds, until=float("inf"))
    rows = [row for given in story[0].files.values() for row in given]
    assert len(rows) == 2, code(story)
