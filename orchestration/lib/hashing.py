"""Digests that say whether something is still the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def digest(value: Any) -> str:
    """64 hex digits over the canonical JSON of `value`; what JSON does not know goes in by its text."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_files(root: Path, files: Iterable[Path]) -> str:
    """64 hex digits over the paths (below `root`) and contents of `files`, in any order."""
    return digest(sorted((path.relative_to(root).as_posix(), _of_file(path)) for path in files))


def _of_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
