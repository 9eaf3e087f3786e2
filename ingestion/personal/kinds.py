"""What may be declared of a personal column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["email", "phone", "hash", "text", "drop", "keep"]
"""email, phone, hash: the column keeps its name and holds keyed hashes. text: e-mails and phone numbers in it
become marks. drop: the column does not land. keep: somebody has looked, and it is not personal."""

HASHED: frozenset[Kind] = frozenset({"email", "phone", "hash"})
KEY_VERSION_COLUMN = "_pii_key_version"


def needs_key(declared: Mapping[str, Kind]) -> bool:
    """Does a declaration ask for hashes?"""
    return any(kind in HASHED for kind in declared.values())
