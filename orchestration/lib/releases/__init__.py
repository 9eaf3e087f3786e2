"""Releases: what readers open. A folder each, never changed once published; `current` points to one of them."""

from orchestration.lib.releases.folders import Release, current_release, list_releases
from orchestration.lib.releases.pin import Pin, read_pin, unpin
from orchestration.lib.releases.publish import publish
from orchestration.lib.releases.reader import open_release
from orchestration.lib.releases.rollback import rollback

__all__ = [
    "Pin",
    "Release",
    "current_release",
    "list_releases",
    "open_release",
    "publish",
    "read_pin",
    "rollback",
    "unpin",
]
