"""The verdict as a record: what it adds up to, and that a damaged one is noticed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from quality.verdict import Check, VerdictError, is_passing, make_verdict, read_verdict, store_verdict


def _check(status: str) -> Check:
    return Check(name=status, kind="expectation", status=status)  # type: ignore[arg-type]


def _verdict(*states: str):
    checks = [_check(status) for status in states]
    return make_verdict(checks, build_id="b1", as_of="2011-12-09 12:50:00", fingerprint={"accepted": "x"})


@pytest.mark.parametrize(
    ("states", "status"),
    [(("pass",), "pass"), (("pass", "warn"), "warn"), (("warn", "fail", "pass"), "refuse"), ((), "pass")],
)
def test_it_is_as_bad_as_its_worst_check(states: tuple[str, ...], status: str) -> None:
    verdict = _verdict(*states)
    assert verdict.status == status
    assert verdict.summary.checks == len(states)
    assert is_passing(verdict, "b1") is (status != "refuse")


def test_it_speaks_for_its_own_build_only() -> None:
    assert not is_passing(_verdict("pass"), "b2")
    assert not is_passing(None, "b1")


def test_it_is_stored_and_read_back(tmp_path: Path) -> None:
    verdict = _verdict("pass", "warn")
    store_verdict(verdict, tmp_path / "verdict.json")
    assert read_verdict(tmp_path / "verdict.json") == verdict
    assert verdict.as_of == datetime(2011, 12, 9, 12, 50, tzinfo=UTC)
    assert [path.name for path in tmp_path.iterdir()] == ["verdict.json"]
    assert read_verdict(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"refuse"', '"pass"', 1),
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("schema_version", "schema"),
        lambda _: "[]",
    ],
)
def test_a_changed_one_is_not_believed(tmp_path: Path, change) -> None:
    path = tmp_path / "verdict.json"
    store_verdict(_verdict("fail"), path)
    path.write_text(change(path.read_text()))
    with pytest.raises(VerdictError, match=r"verdict\.json"):
        read_verdict(path)


def test_findings_come_worst_first() -> None:
    assert [one.status for one in _verdict("pass", "warn", "fail").findings] == ["fail", "warn"]
