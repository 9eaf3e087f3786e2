"""Breaking a model makes a test fail. `make mutations` breaks all of them and prints which test saw it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt.mutations.__main__ import mutants
from tests.dbt.mutations.fault import Fault
from tests.dbt.mutations.generic import slips
from tests.dbt.mutations.harmless import HARMLESS
from tests.dbt.mutations.judge import Judge, texts
from tests.dbt.mutations.written import FAULTS

pytestmark = pytest.mark.timeout(900)

SAMPLE = (
    ("fct_orders: a voided order keeps its discount", "unit test"),
    ("rfm_scored: ntile in place of cut points", "unit test"),
    ("dim_dates: Friday is a weekend", "ledger dim_dates.is_weekend"),
    ("abc_ranking: the best seller stands before itself", ""),
)
"""Faults and what sees them first."""


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(tmp_path_factory.mktemp("mutants"))


@pytest.mark.parametrize(("mutant", "seen_by"), SAMPLE)
def test_a_fault_is_seen(judge: Judge, mutant: str, seen_by: str) -> None:
    fault = next(fault for fault in FAULTS if str(fault) == mutant)
    seen = judge.caught_by(fault)
    assert seen is not None
    assert seen.startswith(seen_by)


@pytest.mark.soak
def test_what_changes_nothing_is_not_seen(judge: Judge) -> None:
    """The sound project passes, so that what sees a fault sees the fault."""
    nothing = Fault("dim_dates", "nothing", "with days as (", "with days as (")
    assert list(judge.tries(nothing, increments=False)) == []


def test_every_model_has_a_mutant() -> None:
    broken = {fault.where for fault in mutants()}
    assert broken >= texts().keys()


def test_every_fault_fits_the_text_it_changes(repository: Path) -> None:
    models = texts()
    macros = "\n".join(
        path.read_text(encoding="utf-8") for path in (repository / "dbt_project/macros").rglob("*.sql")
    )
    for fault in FAULTS:
        if fault.where in models:
            assert fault.applied(models[fault.where]) != models[fault.where]
        else:
            assert f"macro {fault.where}(" in macros
            assert fault.old in macros, fault
    assert len({str(fault) for fault in mutants()}) == len(mutants())


def test_what_is_called_harmless_is_still_there() -> None:
    slipped = {str(fault) for model, text in texts().items() for fault in slips(model, text)}
    assert HARMLESS.keys() - slipped - {str(fault) for fault in FAULTS} == set()


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_no_mutant_survives(judge: Judge) -> None:
    survivors = [str(fault) for fault in mutants() if judge.caught_by(fault) is None]
    assert survivors == []
