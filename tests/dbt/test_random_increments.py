"""Whatever chance does to shops, and wherever a build is cut short: the increments equal a rebuild."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.dbt.kit import chance
from tests.dbt.kit.compare import differences
from tests.dbt.kit.runner import NAME, Runner
from tests.dbt.kit.telling import Story, Telling

# An example is a dozen shops, each with a story of its own: the one that fails says so by its name, so that there is
# nothing to shrink.
PLAIN = settings(
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    print_blob=False,
)
MODELS = (
    "int_orders", "int_order_lines", "int_customers", "int_refunds", "int_order_lines_priced", "int_orders_summed",
    "int_refunds_matched", "fct_orders", "fct_order_lines", "fct_refunds", "dim_customers", "mart_sales_daily",
)  # fmt: skip


@settings(PLAIN, max_examples=1)
@given(seed=st.integers(0, 2**32))
def test_whatever_happens_increments_equal_a_rebuild(runner: Runner, seed: int) -> None:
    _check(runner, Random(seed), steps=3, shops=16)


@pytest.mark.soak
@settings(PLAIN, max_examples=200, derandomize=False)
@given(seed=st.integers(0, 2**32))
def test_whatever_happens_increments_equal_a_rebuild_often(runner: Runner, seed: int) -> None:
    rng = Random(seed)
    _check(runner, rng, steps=rng.randrange(2, 6), shops=rng.randrange(1, 16), cut_short=0.3)


@pytest.mark.soak
def test_twenty_builds_with_eight_threads(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models that are built at the same time write into the same tables of the book-keeping."""
    monkeypatch.setenv("OPSMART_THREADS", "8")
    _check(runner, Random(5), steps=20, shops=6)


def _check(runner: Runner, rng: Random, steps: int, shops: int, cut_short: float = 0) -> None:
    stories = {f"shop{number}": chance.story(rng, steps) for number in range(shops)}
    as_ofs = chance.as_ofs(rng, steps)
    with TemporaryDirectory() as folder:
        telling = Telling(Path(folder), stories)
        incremental, rebuilt = Path(folder) / "incremental" / NAME, Path(folder) / "rebuilt" / NAME
        for number, as_of in enumerate(as_ofs):
            telling.go_on(number)
            if number and rng.random() < cut_short:
                part = " ".join(["stg_*", *rng.sample(MODELS, 4)])
                runner.build(telling.lake, incremental, as_of, command=("run", "--select", part))
            runner.build(telling.lake, incremental, as_of)
        runner.build(telling.lake, rebuilt, as_ofs[-1])
        wrong = differences(incremental, rebuilt)
    assert not wrong, "\n".join([*map(str, wrong[:6]), *_told(stories, {one.shop for one in wrong}, as_ofs)])


def _told(stories: Mapping[str, Story], shops: set[str | None], as_ofs: list[str]) -> list[str]:
    """The shortest of the stories that went wrong."""
    known = [stories[name] for name in shops if name in stories]
    if not known:
        return []
    shortest = min(known, key=lambda story: len(str(story)))
    return [f"{as_ofs[number]}: {step}" for number, step in shortest.items()]
