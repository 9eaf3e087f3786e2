"""Back to an earlier release: one rename, and a pin so that the next run does not undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.lock import writer_lock
from orchestration.lib.errors import UsageProblem
from orchestration.lib.fingerprint import accepted_digest
from orchestration.lib.releases.disk import point
from orchestration.lib.releases.folders import Release, list_releases
from orchestration.lib.releases.pin import pin
from orchestration.lib.releases.record import note

if TYPE_CHECKING:
    from ingestion.config import Config


def rollback(config: Config, release: str | None = None) -> Release:
    """Make `release` (the one published before the current one, if None) current and pin it.

    The pin is written first: if the process dies between the two, the old release stays and nothing is
    published over it, rather than the other way round. Raises UsageProblem, LockedError.
    """
    with writer_lock(config):
        known = list_releases(config)
        target = _chosen(known, release) if release else _before_current(known)
        pin(config, target.id, accepted_digest(config))
        point(config.current, target.path)
        note(config, "rolled_back", target.id)
        return next(one for one in list_releases(config) if one.id == target.id)


def _chosen(known: list[Release], release: str) -> Release:
    found = [one for one in known if one.id.startswith(release)]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(one.id for one in (found or known)) or "none"
    raise UsageProblem(
        f"{'several releases start' if found else 'no release starts'} with {release}; there are: {ids}"
    )


def _before_current(known: list[Release]) -> Release:
    current = next((position for position, one in enumerate(known) if one.is_current), None)
    if current is None:
        raise UsageProblem("nothing is published yet: `opsmart run`")
    if current + 1 >= len(known):
        raise UsageProblem(
            f"{known[current].id} is the oldest release that is kept; `opsmart releases` lists them"
        )
    return known[current + 1]
