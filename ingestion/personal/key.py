"""The key of the keyed hashes, and its version."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass

from ingestion.environment import UnreadableFileError, value_of

KEY_VARIABLE = "OPSMART_PII_KEY"
HOW_TO_MAKE = 'python -c "import secrets; print(secrets.token_hex(32))"'
MINIMUM_LENGTH = 16


class KeyMissingError(Exception):
    """Personal columns are to be hashed and there is no usable key; the text says how to make one."""


@dataclass(frozen=True)
class Key:
    """A secret for HMAC-SHA256. Hashes made with different keys cannot be joined, so each carries its version."""

    secret: bytes

    @property
    def version(self) -> str:
        """First 8 hex digits of sha256(secret): tells keys apart without giving one away."""
        return hashlib.sha256(self.secret).hexdigest()[:8]

    def hash(self, normalised: str) -> str:
        """Lower-case hex HMAC-SHA256 of a value that is already normalised."""
        return hmac.digest(self.secret, normalised.encode("utf-8"), "sha256").hex()

    def __repr__(self) -> str:
        return f"Key(version={self.version})"


def key_from(text: str | None) -> Key:
    """The key that a person gave as text (the value of OPSMART_PII_KEY). Raises KeyMissingError."""
    if not text or not text.strip():
        raise KeyMissingError(
            f"personal columns are hashed with the key in {KEY_VARIABLE}, which is not set. Make one with"
            f" `{HOW_TO_MAKE}`, keep it safe (with another key, old and new hashes no longer match), and set it"
        )
    text = text.strip()
    if len(text) < MINIMUM_LENGTH:
        raise KeyMissingError(
            f"the key in {KEY_VARIABLE} has {len(text)} characters; it needs {MINIMUM_LENGTH} or more."
            f" Make one with `{HOW_TO_MAKE}`"
        )
    return Key(text.encode("utf-8"))


def key_from_environment() -> Key:
    """The key in OPSMART_PII_KEY, or in the file that OPSMART_PII_KEY_FILE names. Raises KeyMissingError."""
    return key_from(key_text())


def key_text() -> str | None:
    """What is given as the key; None if nothing is. Raises KeyMissingError."""
    try:
        return value_of(KEY_VARIABLE, os.environ)
    except UnreadableFileError as error:
        raise KeyMissingError(str(error)) from None
