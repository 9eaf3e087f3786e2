"""When every table has to be built anew, and when there is nothing to build at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from orchestration.lib.builds import Build, needs_full_refresh
from orchestration.lib.releases import publish, rollback, unpin
from orchestration.lib.standing import standing
from quality.verdict import load_verdict
from tests.orchestration.built import AS_OF, Built

OLD = Build("1", is_finished=True, as_of=datetime(2026, 1, 1, tzinfo=UTC), code_hash="a", mapping_hash="m")
KILLED = replace(OLD, is_finished=False)
FAILED = replace(OLD, failures=2)


@pytest.mark.parametrize(
    ("history", "why"),
    [
        ([], None),
        ([OLD], None),
        ([replace(OLD, code_hash="b")], "the models changed"),
        ([replace(OLD, mapping_hash="n")], "the configuration changed"),
        ([replace(OLD, as_of=datetime(2026, 2, 2, tzinfo=UTC))], "as_of went back"),
        # An interrupted build under other code leaves tables of two kinds, also when the code comes back.
        ([OLD, replace(KILLED, code_hash="b")], "the models changed"),
        ([OLD, replace(FAILED, code_hash="b"), OLD], None),
        ([replace(OLD, code_hash="b"), replace(FAILED, code_hash="a")], "the models changed"),
        ([replace(OLD, code_hash="b"), FAILED, OLD], None),
        ([OLD, KILLED, KILLED], None),
        ([replace(KILLED, code_hash="b")], "the models changed"),
    ],
)
def test_full_refresh(history: list[Build], why: str | None) -> None:
    assert needs_full_refresh(history, datetime(2026, 2, 1, tzinfo=UTC), "a", "m") == why


def current(warehouse: Built) -> None:
    """Give the stored verdict the fingerprint that a run now would have."""
    from quality.verdict import make_verdict, store_verdict

    verdict = load_verdict(warehouse.config)
    assert verdict
    fingerprint = standing(warehouse.config).fingerprint
    sealed = make_verdict(verdict.checks, build_id=verdict.build_id, as_of=AS_OF, fingerprint=fingerprint)
    store_verdict(sealed, warehouse.config.state / "verdict.json")


def test_what_is_new(warehouse: Built) -> None:
    config = warehouse.config
    assert standing(config).why == "first build"
    warehouse.build()
    assert "other data is accepted" in (standing(config).why or "")
    current(warehouse)
    assert standing(config).why == "the last build is not published"
    publish(config)
    assert standing(config).why is None
    later = replace(config, as_of=datetime(2027, 1, 1, tzinfo=UTC))
    assert standing(later).why == "the configuration changed; it is another day in the shop"
    warehouse.build(accepted="b")
    assert "other data is accepted" in (standing(config).why or "")
    warehouse.build(accepted="b", finished=False)
    assert standing(config).why == "the last build was not finished and judged"


def test_a_refused_build_is_not_tried_again_until_something_changes(warehouse: Built) -> None:
    warehouse.build(status="refuse")
    current(warehouse)
    stand = standing(warehouse.config)
    assert stand.why is None
    assert stand.verdict
    assert not stand.verdict.is_passing


def test_a_pin_is_no_reason_to_build_but_lifting_it_is(warehouse: Built) -> None:
    warehouse.build()
    current(warehouse)
    publish(warehouse.config)
    warehouse.build(accepted="b")
    current(warehouse)
    publish(warehouse.config)
    rollback(warehouse.config)
    assert standing(warehouse.config).why is None
    unpin(warehouse.config)
    assert standing(warehouse.config).why == "the last build is not published"
