"""Where the warehouse stands: is there anything to build, and is what was built published?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from orchestration.lib.builds import builds
from orchestration.lib.clock import resolve_as_of
from orchestration.lib.fingerprint import fingerprint
from orchestration.lib.releases.folders import current_release
from orchestration.lib.releases.pin import read_pin
from quality.verdict import Verdict, VerdictError, load_verdict

if TYPE_CHECKING:
    from ingestion.config import Config

REASONS = {
    "accepted": "other data is accepted",
    "config": "the configuration changed",
    "code": "the code changed",
    "shop_date": "it is another day in the shop",
}


@dataclass(frozen=True)
class Standing:
    """What the next build would be made of, and why one is needed (`why` is None: nothing is new)."""

    as_of: datetime
    fingerprint: dict[str, str]
    why: str | None
    verdict: Verdict | None = None
    """The stored verdict, where it is about the newest build."""


def standing(config: Config) -> Standing:
    """Compare what there is with what the newest build was made of."""
    as_of = resolve_as_of(config)
    now = fingerprint(config, as_of)
    verdict = _newest_verdict(config)
    if verdict is None:
        return Standing(
            as_of, now, "the last build was not finished and judged" if builds(config) else "first build"
        )
    changed = [text for key, text in REASONS.items() if verdict.fingerprint.get(key) != now[key]]
    why = "; ".join(changed) or _why_unpublished(config, verdict)
    return Standing(as_of, now, why, verdict)


def _newest_verdict(config: Config) -> Verdict | None:
    try:
        verdict = load_verdict(config)
    except VerdictError:
        return None
    newest = next(reversed(builds(config)), None)
    if (
        verdict is None
        or newest is None
        or not newest.is_finished
        or newest.invocation_id != verdict.build_id
    ):
        return None
    return verdict


def _why_unpublished(config: Config, verdict: Verdict) -> str | None:
    """A build that passed and is not what readers see was cut off before the flip, or a pin was lifted."""
    if not verdict.is_passing:
        return None
    held = read_pin(config)
    if held is not None and held.blocks(verdict.fingerprint.get("accepted", "")):
        return None
    current = current_release(config)
    is_current = (
        current is not None
        and current.verdict is not None
        and current.verdict.verdict_id == verdict.verdict_id
    )
    return None if is_current else "the last build is not published"
