"""Which files an input has, under which names they are remembered, and what is in them (by hash)."""

from __future__ import annotations

import glob
import hashlib
import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ingestion.files.stores import RemotePath, Store
from ingestion.folders import make_private, write_atomically

_WILD = frozenset("*?[")
_SMALL = 4 << 20
"""Files up to this many bytes are always hashed again; above, an unchanged size and time of change are believed."""
_SETTLED_SECONDS = 2.0
"""A file changed within this time may change again without its time showing it."""
_WORKERS = 4


@dataclass(frozen=True)
class Found:
    """A file of an input as it was when its content was hashed."""

    path: Path | RemotePath
    file: str
    """Its path below the input's fixed folder, with '/': the name under which it is remembered."""
    content_hash: str
    """'' of a remote file that has not been read yet."""
    size: int
    mtime_ns: int
    error: str | None = None
    """Why it cannot be opened; its hash is '' then, so that it is tried again once it can."""
    stamp: str = ""
    """Of a remote file: what its store says of the version of its content; '' if that tells nothing."""

    def is_as_found(self) -> bool:
        """Has nobody written to it since?"""
        if not isinstance(self.path, Path):
            now = self.path.listed()
            return (now.size, now.mtime_ns, now.stamp or self.stamp) == (self.size, self.mtime_ns, self.stamp)
        try:
            state = self.path.stat()
        except OSError:
            return False
        return (state.st_size, state.st_mtime_ns) == (self.size, self.mtime_ns)


def base_of(pattern: str) -> Path:
    """The fixed folder of a pattern: everything before the first part with a wildcard, or the file's own folder.

    >>> base_of("/data/shop/2011-*/*.csv").as_posix()
    '/data/shop'
    """
    parts = Path(pattern).parts
    fixed = next((at for at, part in enumerate(parts) if _WILD.intersection(part)), len(parts) - 1)
    return Path(*parts[:fixed])


def matching(pattern: str) -> list[tuple[str, Path]]:
    """(remembered name, path) of the files that match, sorted by name. `**` matches any depth.

    Hidden files and the lock files that Excel leaves (`~$…`) do not match.
    """
    base = base_of(pattern)
    # A path without wildcards is taken as it stands: its name may hold brackets that were escaped by nobody.
    names = glob.glob(pattern, recursive=True) if _WILD.intersection(pattern) else [pattern]  # noqa: PTH207 -- Path.glob takes no absolute pattern
    paths = [Path(name) for name in names]
    found = {_text(path.relative_to(base).as_posix()): path for path in paths if path.is_file()}
    return sorted((name, path) for name, path in found.items() if not path.name.startswith("~$"))


def remote(store: Store, pattern: str, cache: HashCache) -> list[Found]:
    """The files of a store that match, by name, without reading them. Raises StoreError."""
    return [
        Found(
            one.path,
            name,
            cache.digest_of(str(one.path), one.stamp),
            one.size,
            one.mtime_ns,
            stamp=one.stamp,
        )
        for name, one in store.files(pattern)
    ]


def _text(name: str) -> str:
    """A name that can be written as UTF-8: one in another encoding keeps a mark for what it has of that."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def look_at(files: Iterable[tuple[str, Path]], cache: HashCache) -> list[Found]:
    """Hash the files, several at a time, in their order."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        return list(pool.map(lambda pair: cache.found(*pair), files))


class HashCache:
    """sha256 of large files by path, size and time of change, in one small file. Losing it costs only time."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "hashes.json"
        self._new: dict[str, list[object]] = {}
        try:
            self._known: dict[str, list[object]] = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._known = {}

    def found(self, file: str, path: Path) -> Found:
        """The file with its hash, or with the reason why it cannot be opened."""
        try:
            return self._hashed(file, path)
        except OSError as error:
            return Found(path, file, "", 0, 0, f"cannot be opened ({error.strerror})")

    def _hashed(self, file: str, path: Path) -> Found:
        before = path.stat()
        key = str(path.resolve())
        stamp: list[object] = [before.st_size, before.st_mtime_ns]
        large = before.st_size > _SMALL
        known = self._known.get(key, [])
        if large and known[:2] == stamp:
            digest = str(known[2])
        else:
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            if large and time.time() - before.st_mtime > _SETTLED_SECONDS:
                self._new[key] = [*stamp, digest]
        return Found(path, file, digest, before.st_size, before.st_mtime_ns)

    def digest_of(self, url: str, stamp: str) -> str:
        """The hash of a remote file that was read when its store said `stamp` of it; '' if that is not known."""
        known = self._known.get(url, [])
        return str(known[1]) if stamp and known[:1] == [stamp] else ""

    def remember(self, found: Found, digest: str) -> None:
        """The hash of a remote file that was read."""
        if found.stamp and digest:
            self._new[str(found.path)] = [found.stamp, digest]

    def save(self) -> None:
        """Remember what was hashed. Only for who holds the writer's lock."""
        if self._new:
            make_private(self._path.parent)
            write_atomically(self._path, json.dumps({**self._known, **self._new}))
            self._new = {}
