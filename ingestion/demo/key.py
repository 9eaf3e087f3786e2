"""The demo's key for keyed hashes: the one that is set, else one that it makes for itself."""

from __future__ import annotations

import secrets
from pathlib import Path

from ingestion.folders import make_private, write_atomically
from ingestion.personal.key import Key, key_from


def demo_key(given: str | None, state: Path) -> Key:
    """`given` (the value of OPSMART_PII_KEY) if there is one, else the key in `state`/pii.key (0600), made if need be.

    A made-up shop may make up its key; a real one has to keep its own, because another key gives other hashes.
    """
    if given and given.strip():
        return key_from(given)
    path = state / "pii.key"
    if not path.exists():
        make_private(state)
        write_atomically(path, secrets.token_hex(32) + "\n")
    return key_from(path.read_text("utf-8"))
