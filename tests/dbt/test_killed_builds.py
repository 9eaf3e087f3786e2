"""A build that is killed anywhere leaves nothing that the next one does not put right."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import duckdb
import pytest

from tests.dbt.kit import doomed, histories
from tests.dbt.kit.compare import differences
from tests.dbt.kit.runner import NAME, Runner
from tests.dbt.kit.telling import Telling

SHOPS = 8


def _builds(database: Path) -> list[bool]:
    """Of all builds, the oldest first: were they finished?"""
    with duckdb.connect(str(database)) as connection:  # read-write: what the killed process left is replayed
        rows = connection.execute(
            "select finished_at is not null from staging.builds order by started_at"
        ).fetchall()
    return [row[0] for row in rows]


def test_after_two_kills_between_statements_the_next_build_is_right(runner: Runner, tmp_path: Path) -> None:
    telling = Telling(tmp_path, histories.some(SHOPS, 3, 7))
    database, rebuilt = tmp_path / "killed" / NAME, tmp_path / "rebuilt" / NAME
    as_of = histories.AS_OF[1], histories.AS_OF[3], histories.AS_OF[5]
    telling.go_on(0)
    runner.build(telling.lake, database, as_of[0])
    for number, statements in ((1, 190), (2, 330)):
        telling.go_on(number)
        assert doomed.start(runner, telling.lake, database, as_of[number], statements).wait() == -9
        assert _builds(database)[-1] is False
    runner.build(telling.lake, database, as_of[2])
    assert _builds(database) == [True, False, False, True]
    runner.build(telling.lake, rebuilt, as_of[2])
    assert not differences(database, rebuilt)


@pytest.mark.soak
def test_after_kills_at_any_moment_the_next_build_is_right(runner: Runner, tmp_path: Path) -> None:
    rng = Random()
    telling = Telling(tmp_path, histories.some(SHOPS, 11, rng.randrange(10**6)))
    database = tmp_path / "killed" / NAME
    as_ofs = sorted(rng.choices(histories.AS_OF, k=11))
    telling.go_on(0)
    started = time.monotonic()
    runner.build(telling.lake, database, as_ofs[0])
    usual = time.monotonic() - started
    for number, as_of in enumerate(as_ofs[1:], 1):
        telling.go_on(number)
        known = len(_builds(database))
        moment = rng.random() * 1.5 * usual
        killed = doomed.kill_after(doomed.start(runner, telling.lake, database, as_of), moment)
        # killed before dbt noted that it began, in the middle, or when all was done
        assert _builds(database)[known:] in (([], [False], [True]) if killed else ([True],))
        runner.build(telling.lake, database, as_of)
        rebuilt = tmp_path / str(number) / NAME
        runner.build(telling.lake, rebuilt, as_of)
        wrong = differences(database, rebuilt)
        assert not wrong, f"killed after {moment:.2f} s:\n" + "\n".join(map(str, wrong[:6]))
