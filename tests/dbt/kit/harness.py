"""Many histories at once against a rebuild, and the smallest one that goes wrong.

A dbt run takes seconds however little there is to build, so one warehouse holds a shop (or two) for each history, and
all live through the same builds. A shop that goes wrong is then made smaller: its history without one of its parts,
for every part, is a batch like any other, so that a round of shrinking costs as much as one more try.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.dbt.kit import doomed
from tests.dbt.kit.compare import Difference, differences
from tests.dbt.kit.oracle import astray
from tests.dbt.kit.parts import code, smaller, without
from tests.dbt.kit.persons import strangers
from tests.dbt.kit.runner import NAME, Runner
from tests.dbt.kit.telling import MAX_LINKS, SECOND, Story, Telling
from tests.dbt.kit.visits import miscounted

AT_ONCE = 100
"""Histories in one warehouse while one is made smaller."""
OF_ALL = {
    "mart_customer_rfm",
    "mart_customer_rfm_monthly",
    "mart_customer_segment_moves",
    "int_fx_rates_daily",
    "mart_inventory_health",
}
"""Tables whose rows depend on all shops: they tell that something is wrong, but not where."""


@dataclass(frozen=True)
class Build:
    """How one step is built. What cuts it short is followed by a whole build."""

    as_of: str
    only: Sequence[str] = ()
    """Models that are built first, as if a run had ended between two models."""
    killed_after: int = 0
    """Statements after which a first build is killed."""


def check(
    runner: Runner, stories: Mapping[str, Story], builds: Sequence[Build], rebuilds: Runner | None = None
) -> dict[str, list[Difference]]:
    """Tell the stories step by step; what differs from a rebuild in the end, by story.

    `rebuilds` makes the rebuild, if it is not to be the same project.
    """
    with TemporaryDirectory() as folder:
        telling = Telling(Path(folder), stories)
        incremental, rebuilt = Path(folder) / "incremental" / NAME, Path(folder) / "rebuilt" / NAME
        for number, build in enumerate(builds):
            telling.go_on(number)
            if build.killed_after:
                child = doomed.start(runner, telling.lake, incremental, build.as_of, build.killed_after)
                assert child.wait() in (0, -9)
            if build.only:
                select = " ".join(["stg_*", *build.only])
                runner.build(telling.lake, incremental, build.as_of, command=("run", "--select", select))
            runner.build(telling.lake, incremental, build.as_of)
        (rebuilds or runner).build(telling.lake, rebuilt, builds[-1].as_of)
        found = [
            *astray(telling, incremental),
            *strangers(incremental, builds[-1].as_of, MAX_LINKS),
            *miscounted(incremental, builds[-1].as_of),
            *differences(incremental, rebuilt),
        ]
        return _by_story(found)


def _by_story(found: Sequence[Difference]) -> dict[str, list[Difference]]:
    wrong: dict[str, list[Difference]] = defaultdict(list)
    for one in found:
        if one.table.split(".")[-1] not in OF_ALL or len({o.table for o in found}) == 1:
            wrong[(one.shop or "").removesuffix(SECOND)].append(one)
    return dict(wrong)


def require_equal(
    runner: Runner, stories: Mapping[str, Story], builds: Sequence[Build], seconds: float = 120
) -> None:
    """Fails with the smallest story found in that time, as code, if increments are not what a rebuild gives."""
    wrong = check(runner, stories, builds)
    if not wrong:
        return
    known = [name for name in wrong if name in stories]
    if not known:
        raise AssertionError("\n".join(str(one) for found in wrong.values() for one in found[:6]))
    first = min(known, key=lambda name: len(code(stories[name])))
    place = list(stories).index(first)
    story, found = smallest(runner, stories[first], wrong[first], builds, time.monotonic() + seconds, place)
    shown = "\n".join(str(one) for one in found[:6])
    others = f"\n({len(known) - 1} more stories of this batch go wrong)" if len(known) > 1 else ""
    raise AssertionError(f"{shown}\n\nTo see it again:\n\n{replay(story, builds, place)}{others}")


def replay(story: Story, builds: Sequence[Build], place: int) -> str:
    """The code that tells a story again."""
    return f"require_equal(runner, {{'shop-{place}': {code(story)}}}, {list(builds)!r})"


def smallest(
    runner: Runner,
    story: Story,
    found: list[Difference],
    builds: Sequence[Build],
    until: float,
    place: int = 0,
) -> tuple[Story, list[Difference]]:
    """The story with as much left out as it goes wrong without, as far as there is time, and what goes wrong in it.

    `place` is its place among the stories, which its shop's time zone and currency follow from.
    """
    while time.monotonic() < until:
        parts = smaller(story)
        alone = check(runner, _named([without(story, [part]) for part in parts][:AT_ONCE], place), builds)
        idle = [part for number, part in enumerate(parts[:AT_ONCE]) if f"try{number}-{place}" in alone]
        if not idle:
            break
        # Each of these can go by itself; together perhaps not. The more of them go the better.
        tries = [without(story, idle[: len(idle) - gap]) for gap in range(len(idle))][:AT_ONCE]
        together = check(runner, _named(tries, place), builds)
        best = min(
            (int(name[3:].partition("-")[0]) for name in together if name.startswith("try")), default=None
        )
        if best is None:
            break
        story, found = tries[best], together[f"try{best}-{place}"]
    return story, found


def _named(stories: Sequence[Story], place: int) -> dict[str, Story]:
    return {f"try{number}-{place}": story for number, story in enumerate(stories)}
