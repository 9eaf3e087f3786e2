"""The pin: after a roll-back nothing is published over it until new data is accepted or somebody says so."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingestion.folders import write_atomically
from orchestration.lib.releases.disk import sync
from orchestration.lib.releases.record import note
from orchestration.lib.settings import prepare_state, published_folder

if TYPE_CHECKING:
    from ingestion.config import Config

FILE = "pin.json"


@dataclass(frozen=True)
class Pin:
    """A release that somebody rolled back to, and the digest of the data that was accepted at that moment."""

    release: str
    accepted: str
    pinned_at: str

    def blocks(self, accepted: str) -> bool:
        """Does it forbid to publish what was made from these accepted loads?"""
        return accepted == self.accepted


def read_pin(config: Config) -> Pin | None:
    """The pin, None if there is none. A damaged one raises ValueError: publishing over it would be a guess."""
    path = published_folder(config) / FILE
    try:
        return Pin(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is damaged: remove it with `opsmart rollback --unpin`") from error


def pin(config: Config, release: str, accepted: str) -> Pin:
    """Pin `release`. Hold the writer's lock."""
    prepare_state(config)
    made = Pin(release, accepted, datetime.now(UTC).isoformat(timespec="seconds"))
    write_atomically(published_folder(config) / FILE, json.dumps(asdict(made), indent=1) + "\n")
    sync(published_folder(config))
    return made


def unpin(config: Config, why: str = "asked for") -> str | None:
    """Lift the pin and give back the id of the release that it held, None if there was none. Hold the lock."""
    path = published_folder(config) / FILE
    if not path.exists():
        return None
    try:
        held = read_pin(config)
        release = held.release if held else ""
    except ValueError:
        release = ""
    path.unlink()
    sync(path.parent)
    note(config, "unpinned", release, why=why)
    return release
