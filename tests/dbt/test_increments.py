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

LAST = len(AS_OF) - 1
CUT_SHORT = ("run", "--select", "stg_files__* int_customers int_orders int_refunds fct_orders mart_cohort_retention")
"""A part of the models, as if the run had been killed between two of them. Some have upstreams that it leaves out."""
ANEW = ("run", "--full-refresh", "--select", "stg_files__* int_orders_summed int_products int_refunds")
"""Some models built anew, so that their readers cannot know from a log what has gone."""
READS_THE_ORDER_OF_ROWS = {"int_refunds"}
"""Models whose rows are other rows when they come with another delivery."""


@dataclass
class Told:
    """What the stories left."""

    different: dict[tuple[str, str | None], list[Difference]] = field(default_factory=lambda: defaultdict(list))
    """By step and shop."""
    logged: set[str] = field(default_factory=set)
    """Models that said they had changed when everything was delivered once more."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, runner: Runner) -> Told:
    """One warehouse goes through all steps; each is also built from nothing. Some builds are cut short or done in parts."""
    folder = tmp_path_factory.mktemp("stories")
    telling = Telling(folder, {name: tell() for name, tell in STORIES.items()})
    incremental, told = folder / "incremental" / NAME, Told()

    def build(step: str, as_of: str, *, compared: bool = True) -> None:
        runner.build(telling.lake, incremental, as_of)
        if compared:
            rebuilt = folder / step / NAME
            runner.build(telling.lake, rebuilt, as_of)
            for one in differences(incremental, rebuilt):
                told.different[step, one.shop].append(one)

    for number, as_of in enumerate(AS_OF):
        telling.go_on(number)
        if number == 1:
            runner.build(telling.lake, incremental, as_of, command=CUT_SHORT)
        if number == 2:
            runner.build(telling.lake, incremental, as_of, command=ANEW)
        build(f"step {number}", as_of, compared=number > 0)
    build("as_of back", AS_OF[3])
    before = _versions(incremental)
    telling.again()
    build("all delivered again", AS_OF[3])
    told.logged = {model for model, version in _versions(incremental).items() if version != before[model]}
    return told


def _versions(database: Path) -> dict[str, tuple[int, int]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select model, epoch, version from staging.model_state").fetchall()
    return {model: (epoch, version) for model, epoch, version in rows}


@pytest.mark.parametrize("story", STORIES)
def test_the_increments_of_a_story_equal_rebuilds(told: Told, story: str) -> None:
    wrong = [
        f"{step}: {one}"
        for (step, name), found in told.different.items()
        if name in (story, None)
        for one in found
    ]
    assert not wrong, "\n" + "\n".join(wrong[:12])


def test_the_same_rows_again_change_nothing(told: Told) -> None:
    assert told.logged <= READS_THE_ORDER_OF_ROWS
