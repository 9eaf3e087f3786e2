"""After whatever happens to a shop, the incremental result is what a rebuild would give, table by table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dbt.kit.compare import Difference, differences
from tests.dbt.kit.lake import Lake, shop
from tests.dbt.kit.runner import NAME, Runner
from tests.dbt.stories import AS_OF, STORIES, Step

ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Europe/London")


@dataclass
class Told:
    """What the stories left: differences by (step, shop), and what the last step that brought nothing new logged."""

    different: dict[tuple[int, str | None], list[Difference]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("stories")
    incremental = folder / "incremental" / NAME
    shops = [shop(name, ZONES[n % len(ZONES)]) for n, name in enumerate(STORIES)]
    lake = Lake(folder, shops, {"export": "files", "other": "demo"})
    runner = Runner(folder, lake.variables(AS_OF[0]))
    stories = {name: tell() for name, tell in STORIES.items()}
    loads: dict[tuple[int, str], str] = {}
    different: dict[tuple[int, str | None], list[Difference]] = {}
    for number, as_of in enumerate(AS_OF):
        steps = {name: story.get(number, Step()) for name, story in stories.items()}
        _deliver(lake, number, steps, loads)
        rebuilt = folder / f"rebuilt{number}" / NAME
        runner.build(lake, incremental, as_of)
        runner.build(lake, rebuilt, as_of)
        for one in differences(incremental, rebuilt):
            different.setdefault((number, one.shop), []).append(one)
    return Told(different)


def _deliver(lake: Lake, number: int, steps: dict[str, Step], loads: dict[tuple[int, str], str]) -> None:
    files = {
        (entity, f"{name}/{file}"): [{**row, "shop_id": name} for row in rows]
        for name, step in steps.items()
        for (entity, file), rows in step.files.items()
    }
    if files:
        loads[number, "export"] = lake.load(files)
    other = {
        (entity, ""): [{**row, "shop_id": name} for row in rows]
        for name, step in steps.items()
        for entity, rows in step.other.items()
    }
    if other:
        loads[number, "other"] = lake.load(other, "other")
    for name, step in steps.items():
        for accepted, places in ((False, step.refuse), (True, step.accept)):
            for of, entity, file in places:
                source = "other" if file == "other" else "export"
                lake.decide(accepted, loads[of, source], entity, "" if file == "other" else f"{name}/{file}")


@pytest.mark.parametrize("story", STORIES)
def test_the_increments_of_a_story_equal_rebuilds(told: Told, story: str) -> None:
    wrong = [
        f"step {number}: {one}"
        for (number, name), found in told.different.items()
        if name in (story, None)
        for one in found
    ]
    assert not wrong, "\n" + "\n".join(wrong[:12])
