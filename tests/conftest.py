"""What all tests share: the real data, and no test skipped in silence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED_SKIPS = Path(__file__).parent / "allowed_skips.txt"

# A test may work in another folder; the environment is given relative to where pytest was started.
if os.environ.get("OPSMART_DATA"):
    os.environ["OPSMART_DATA"] = str(Path(os.environ["OPSMART_DATA"]).resolve())

# Tests run beside each other and their data are small: a query that spreads over all cores only costs more.
os.environ.setdefault("OPSMART_CORES", "1")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the working tree."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets that OPSMART_DATA names; the test is skipped where there is none."""
    named = os.environ.get("OPSMART_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("real data: OPSMART_DATA names no folder")
    return Path(named)


@pytest.fixture(scope="session")
def online_retail(real_data: Path) -> Path:
    """305 daily files of the Online Retail data set, `YYYY-MM-DD.csv.gz`."""
    folder = real_data / "online_retail"
    if not folder.is_dir():
        pytest.skip("real data: OPSMART_DATA has no online_retail folder")
    return folder


class NoSilentSkips:
    """Fails a run in which a test was skipped that allowed_skips.txt does not list.

    Each of its lines is the beginning of a test's id. Active under OPSMART_STRICT_SKIPS=1, which `.ci/run`
    sets: a laptop without the real data or a browser still tests the rest.
    """

    def __init__(self) -> None:
        lines = ALLOWED_SKIPS.read_text(encoding="utf-8").splitlines()
        self.allowed = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
        self.refused: list[str] = []

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if (
            report.skipped
            and not hasattr(report, "wasxfail")
            and not report.nodeid.startswith(self.allowed or ("\0",))
        ):
            self.refused.append(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.refused and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for nodeid in self.refused:
            terminalreporter.write_line(f"NOT ALLOWED TO BE SKIPPED {nodeid}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Watch skips where the results of all workers arrive."""
    if os.environ.get("OPSMART_STRICT_SKIPS") == "1" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(NoSilentSkips(), "no-silent-skips")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start what takes minutes first, so that no worker is left alone with it at the end."""
    longest_first = ("truth", "end_to_end", "dbt", "orchestration")
    items.sort(
        key=lambda item: next((i for i, name in enumerate(longest_first) if name in item.path.parts), 9)
    )
