"""Publishing: copy, seal, rename, flip. Nothing that readers open changes before the flip, or in place ever."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.faults import reach
from ingestion.lock import writer_lock
from orchestration.lib.builds import builds
from orchestration.lib.dbt.docs import docs_page, make_catalog
from orchestration.lib.errors import GateRefused, PublishBlocked
from orchestration.lib.hashing import digest
from orchestration.lib.releases.disk import point, seal, sync
from orchestration.lib.releases.folders import (
    DATABASE,
    DOCS,
    PARTIAL,
    VERDICT,
    Release,
    clean_leftovers,
    list_releases,
    new_id,
    prune,
)
from orchestration.lib.releases.mend import mend_record
from orchestration.lib.releases.pin import read_pin, unpin
from orchestration.lib.releases.reader import open_database
from orchestration.lib.releases.record import note_published
from orchestration.lib.releases.tables import copy_tables
from orchestration.lib.settings import dbt_folder
from quality.dbt_results import DbtResultsError, read_run
from quality.verdict import Verdict, VerdictError, load_verdict

if TYPE_CHECKING:
    from ingestion.config import Config


def publish(config: Config, verdict: Verdict | None = None) -> Release:
    """Publish the newest build as a new release and give it back.

    `verdict`, if given, must be the stored one: a caller can only be stricter than what the gate wrote down.
    Raises GateRefused without a passing verdict on exactly this build, PublishBlocked while another release is
    pinned, RunFailed if a table is missing. `current` then stays as it is.
    """
    with writer_lock(config):
        judged = passing_verdict(config, verdict)
        _mind_the_pin(config, judged)
        mend_record(config)
        clean_leftovers(config)
        models = _judged_models(config, judged)
        name = new_id(config, digest(judged.fingerprint))
        partial = config.releases / f"{name}{PARTIAL}"
        (partial / Path(DOCS).parent).mkdir(parents=True)
        tables = copy_tables(config.build_db, partial / DATABASE, models)
        _write_docs(config, partial, models)
        (partial / VERDICT).write_text(judged.model_dump_json(indent=1) + "\n", encoding="utf-8")
        seal(partial)
        final = partial.rename(config.releases / name)
        sync(config.releases)
        reach("release_copied")
        point(config.current, final)
        reach("flipped")
        note_published(config, name, judged, tables)
        prune(config)
        return next(one for one in list_releases(config) if one.id == name)


def passing_verdict(config: Config, given: Verdict | None = None) -> Verdict:
    """The stored verdict, if it allows the newest build to be published. Fails closed: raises GateRefused."""
    try:
        stored = load_verdict(config)
    except VerdictError as error:
        raise GateRefused(f"not published: {error}") from error
    if stored is None:
        raise GateRefused("not published: no verdict is stored; `opsmart run` makes one")
    if given is not None and given.verdict_id != stored.verdict_id:
        raise GateRefused("not published: the stored verdict is another one than the one given")
    if not stored.is_passing:
        first = next((check.message for check in stored.findings if check.message), "")
        raise GateRefused(
            f"not published: the publish gate refuses ({stored.summary.failed} failed): {first}"
        )
    newest = next(reversed(builds(config)), None)
    if newest is None or not newest.is_finished or newest.invocation_id != stored.build_id:
        raise GateRefused(
            "not published: the stored verdict is about another build than the newest; run again"
        )
    return stored


def _judged_models(config: Config, verdict: Verdict) -> dict[str, Mapping[str, Any]]:
    """The nodes that were judged, from the artifacts of the build itself: the code may have changed since."""
    try:
        run = read_run(dbt_folder(config) / "target" / "run_results.json")
    except DbtResultsError as error:
        raise GateRefused(f"not published: {error}") from error
    if run.invocation_id != verdict.build_id:
        raise GateRefused("not published: dbt's artifacts are of another build than the verdict; run again")
    return {model["name"]: model for model in run.published_models}


def _write_docs(config: Config, folder: Path, models: Mapping[str, Mapping[str, Any]]) -> None:
    manifest = json.loads((dbt_folder(config) / "target" / "manifest.json").read_text(encoding="utf-8"))
    with open_database(folder / DATABASE) as connection:
        page = docs_page(manifest, make_catalog(connection, models))
    (folder / DOCS).write_text(page, encoding="utf-8")


def _mind_the_pin(config: Config, verdict: Verdict) -> None:
    held = read_pin(config)
    if held is None:
        return
    if held.blocks(verdict.fingerprint.get("accepted", "")):
        raise PublishBlocked(
            f"not published: {held.release} is pinned since {held.pinned_at} and no new data was accepted since; "
            "`opsmart rollback --unpin` lifts the pin"
        )
    unpin(config, why="new data was accepted")
