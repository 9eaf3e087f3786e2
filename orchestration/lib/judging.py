"""What goes with a build from its start to its verdict: the instant it took as now, and what it was made of."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.folders import write_atomically
from orchestration.lib.errors import GateRefused
from orchestration.lib.progress import watcher
from orchestration.lib.settings import dbt_folder

if TYPE_CHECKING:
    from ingestion.config import Config
    from orchestration.lib.standing import Standing
    from quality.verdict import Verdict

FILE = "building.json"


def run_results(config: Config) -> Path:
    """dbt's results of the newest build; absent while it runs and after one that died."""
    return dbt_folder(config) / "target" / "run_results.json"


def begin_build(config: Config, standing: Standing) -> None:
    """Note what a build is about to be made of, and forget the results of the one before."""
    run_results(config).unlink(missing_ok=True)
    noted = {"as_of": standing.as_of.isoformat(), "fingerprint": standing.fingerprint}
    write_atomically(dbt_folder(config) / FILE, json.dumps(noted))


def judge_newest(config: Config) -> Verdict:
    """Have the publish gate judge the newest build and store the verdict.

    Raises GateRefused if there is no finished build to judge.
    """
    from quality.publish import judge

    watcher().stage("publish gate")
    try:
        noted = json.loads((dbt_folder(config) / FILE).read_text(encoding="utf-8"))
        build_id = json.loads(run_results(config).read_text(encoding="utf-8"))["metadata"]["invocation_id"]
    except (OSError, ValueError, KeyError) as error:
        raise GateRefused("there is no finished build to judge: `opsmart run` makes one") from error
    as_of = datetime.fromisoformat(noted["as_of"])
    verdict = judge(config, run_results(config), build_id, as_of, noted["fingerprint"])
    watcher().judged(verdict)
    return verdict
