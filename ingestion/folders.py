"""Folders that only their owner may open, and files that are either old or new but never half."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def make_private(folder: Path) -> Path:
    """Make a folder (and its parents) with mode 0700 and give it back; one that exists is tightened to 0700."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def write_atomically(path: Path, text: str) -> None:
    """Replace a file by one rename, so that a reader (or a kill) sees the old text or the new one."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def clear(folder: Path) -> None:
    """Delete a folder with all that is in it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
