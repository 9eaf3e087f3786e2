"""Writing so that a crash at any moment leaves the old state or the new one."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file's content (or a folder's list of names) is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def seal(folder: Path) -> None:
    """Make every file in `folder` read-only and wait until all of it is on the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o444)
        sync(path)
    sync(folder)


def point(link: Path, target: Path) -> None:
    """Make the symbolic link `link` point to `target` by one rename. The link is relative: the tree may move."""
    partial = link.with_name(f"{link.name}.partial")
    partial.unlink(missing_ok=True)
    partial.symlink_to(target.relative_to(link.parent))
    partial.replace(link)
    sync(link.parent)
