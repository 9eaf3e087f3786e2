"""After whatever happens to a shop, the incremental result is what a rebuild would give, table by table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from tests.dbt.kit.compare import Difference, differences
from tests.dbt.kit.runner import NAME, Runner
from tests.dbt.kit.telling import Telling
from tests.dbt.stories import AS_OF, STORIES

pytestmark = pytest.mark.timeout(900)  # the builds of all steps are made before the first test

CUT_SHORT = (
    "run",
    "--select",
    "stg_* int_customers int_orders int_refunds fct_orders mart_cohort_retention",
)
"""A part of the models, as if the run had been killed between two of them. Some have upstreams that it leaves out."""
ANEW = ("run", "--full-refresh", "--select", "stg_* int_orders_summed int_products int_refunds")
"""Some models built anew, so that their readers cannot know from a log what has gone."""
WITHOUT_ITS_VIEW = ("run", "--full-refresh", "--select", "int_orders")
"""A full build on a staging view that was made before the last loads were accepted."""
DELIVERY = ("_load_seq", "_load_id")
"""Columns that are others when the same rows come once more."""
READS_THE_ORDER_OF_ROWS = {"int_refunds"}
"""Models whose rows are other rows when they come with another delivery."""


@dataclass
class Told:
    """What the stories left."""

    different: dict[tuple[str, str | None], list[Difference]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By step and shop."""
    refused: str = ""
    """What the build WITHOUT_ITS_VIEW said."""
    logged: set[str] = field(default_factory=set)
    """Models that said they had changed when everything was delivered once more."""

    def compare(self, step: str, incremental: Path, rebuilt: Path, *leave_out: str) -> None:
        for one in differences(incremental, rebuilt, leave_out):
            self.different[step, one.shop].append(one)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, runner: Runner) -> Told:
    """One warehouse goes through all steps and is compared with rebuilds. Some builds are cut short or in parts."""
    folder = tmp_path_factory.mktemp("stories")
    telling = Telling(folder, {name: tell() for name, tell in STORIES.items()})
    incremental, told = folder / "incremental" / NAME, Told()

    def build(step: str, as_of: str) -> None:
        rebuilt = folder / step / NAME
        runner.build(telling.lake, incremental, as_of)
        runner.build(telling.lake, rebuilt, as_of)
        told.compare(step, incremental, rebuilt)

    telling.go_on(0)
    runner.build(telling.lake, incremental, AS_OF[0])
    telling.go_on(1)
    runner.build(telling.lake, incremental, AS_OF[1], command=CUT_SHORT)
    build("1", AS_OF[1])
    telling.go_on(2)
    runner.build(telling.lake, incremental, AS_OF[2], command=ANEW)
    build("2", AS_OF[2])
    telling.go_on(3)
    with pytest.raises(AssertionError) as refused:
        runner.build(telling.lake, incremental, AS_OF[3], command=WITHOUT_ITS_VIEW)
    told.refused = str(refused.value)
    build("3", AS_OF[3])
    before = _versions(incremental)
    telling.again()
    runner.build(telling.lake, incremental, AS_OF[4])
    told.logged = {model for model, version in _versions(incremental).items() if version != before[model]}
    told.compare("4: all delivered again", incremental, folder / "3" / NAME, *DELIVERY)
    telling.go_on(5)
    build("5", AS_OF[5])
    build("back to an earlier as_of", AS_OF[3])
    return told


def _versions(database: Path) -> dict[str, tuple[int, int]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select model, epoch, version from staging.model_state").fetchall()
    return {model: (epoch, version) for model, epoch, version in rows}


@pytest.mark.parametrize("story", STORIES)
def test_the_increments_of_a_story_equal_rebuilds(told: Told, story: str) -> None:
    wrong = [
        f"step {step}: {one}"
        for (step, name), found in told.different.items()
        if name in (story, None)
        for one in found
    ]
    assert not wrong, "\n" + "\n".join(wrong[:12])


def test_the_same_rows_again_change_nothing(told: Told) -> None:
    assert told.logged <= READS_THE_ORDER_OF_ROWS


def test_a_full_build_does_not_lose_loads_that_its_view_does_not_know(told: Told) -> None:
    assert "stg_orders does not read load" in told.refused
    assert "--select +int_orders" in told.refused
