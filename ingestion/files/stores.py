"""Files that are not on this machine: an S3-compatible store, an SFTP server, any other that fsspec knows.

Nothing of them is written down here: small files are read into memory, large ones as they come, twice. What fails on
the way is tried again, from where it stopped, after a wait; nothing waits for ever.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, BinaryIO, TypeVar, cast

from ingestion.files.problems import UnreadableError

_Result = TypeVar("_Result")
WAITS = (0.5, 2.0, 6.0)
"""Seconds before each new attempt."""
BLOCK = 4 << 20
_SETTLED_SECONDS = 2.0
"""A file changed within this time may change again without its time showing it."""
_LONGEST = 900
"""Signs of a message that are shown: a key of a server has 400."""
_WILD = frozenset("*?[")
_LASTING = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, UnreadableError)
_LASTING_NAMES = frozenset(
    {
        "AuthenticationException",
        "BadHostKeyException",
        "UnknownHostKeyError",
        "NoCredentialsError",
        "ImportError",
    }
)


class StoreError(Exception):
    """A store does not answer as it should; the text is one line for a person, without secrets."""


@dataclass(frozen=True)
class Listed:
    """A file as its store lists it."""

    path: RemotePath
    size: int
    mtime_ns: int
    stamp: str
    """Changes when the content does; '' if nothing can be told from it, so that the file has to be read."""


class Store:
    """One store, with the options that the configuration gives for it. Usable from several threads."""

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        self.protocol = url.partition("://")[0]
        self.url = url
        self._options = options
        self._system: Any = None
        # An SFTP client that two threads read with waits for answers that the other has taken.
        self.alone = threading.RLock() if self.protocol in ("sftp", "ssh") else nullcontext()

    def files(self, pattern: str) -> list[tuple[str, Listed]]:
        """(name below the pattern's fixed folder, file) of the files that match, by name. Raises StoreError."""
        system_path = self.retried(lambda: str(self.system._strip_protocol(pattern)))  # noqa: SLF001 -- fsspec's way
        base = _base(system_path)
        found = self.retried(lambda: self._listed(system_path), renew=True)
        named = {path.removeprefix(base).lstrip("/"): info for path, info in found.items()}
        hidden = ("~$", ".")
        return [
            (name, self._file(info["name"], info))
            for name, info in sorted(named.items())
            if not any(part.startswith(hidden) for part in PurePosixPath(name).parts)
        ]

    def file(self, path: str) -> Listed:
        """What the store says of a file now. Raises StoreError."""
        return self._file(path, self.retried(lambda: self._info(path), renew=True))

    def open(self, path: str, size: int) -> BinaryIO:
        """A file of `size` bytes as a stream that goes on where it broke. Reading it raises StoreError."""
        return cast("BinaryIO", io.BufferedReader(_Stream(self, path, size), BLOCK))

    @property
    def system(self) -> Any:
        """fsspec's file system, connected."""
        if self._system is None:
            from ingestion.files.connecting import connected

            self._system = connected(self.protocol, self.url, self._options)
        return self._system

    def retried(self, call: Callable[[], _Result], *, renew: bool = False) -> _Result:
        """The call's result. What may be different next time is tried again, with `renew` on a new connection."""
        for wait in (*WAITS, None):
            try:
                with self.alone:
                    return call()
            except Exception as error:
                if wait is None or isinstance(error, _LASTING) or type(error).__name__ in _LASTING_NAMES:
                    raise StoreError(self._told(error)) from None
                time.sleep(wait)
                if renew:
                    self._system = None
        raise AssertionError

    def _listed(self, path: str) -> dict[str, dict[str, Any]]:
        self.system.invalidate_cache()
        if not _WILD.intersection(path):
            return {path: self._info(path)} if self.system.isfile(path) else {}
        found = self.system.glob(path, detail=True)
        return {name: {**info, "name": name} for name, info in found.items() if info.get("type") == "file"}

    def _info(self, path: str) -> dict[str, Any]:
        self.system.invalidate_cache()
        return {**self.system.info(path), "name": path}

    def _file(self, path: str, info: Mapping[str, Any]) -> Listed:
        size = int(info.get("size") or 0)
        changed = next((info[key] for key in ("mtime", "LastModified", "created") if info.get(key)), None)
        seconds = changed.timestamp() if isinstance(changed, datetime) else float(changed or 0)
        tag = info.get("ETag") or info.get("etag")
        if tag is None and time.time() - seconds < _SETTLED_SECONDS:
            stamp = ""
        else:
            stamp = f"{str(tag).strip(chr(34)) if tag else seconds} {size}"
        return Listed(RemotePath(self, path, size), size, int(seconds * 1e9), stamp)

    def _told(self, error: Exception) -> str:
        kind, said = type(error).__name__, " ".join(str(error).split())[:_LONGEST]
        if isinstance(error, ImportError):
            return f"{self.protocol}:// needs opsmart[remote] ({said})"
        for secret in map(str, self._options.values()):
            said = said.replace(secret, "…") if len(secret) > 3 else said
        return f"{kind}: {said}" if said else kind


@dataclass(frozen=True)
class RemotePath:
    """A file in a store, used like a `Path`."""

    store: Store
    path: str
    size: int

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name

    def open(self, mode: str = "rb") -> BinaryIO:
        """The file as a stream of bytes. Reading it raises StoreError."""
        assert mode == "rb"
        return self.store.open(self.path, self.size)

    def read_bytes(self) -> bytes:
        """The whole content. Raises StoreError."""
        with self.open() as content:
            return content.read()

    def listed(self) -> Listed:
        """What the store says of it now. Raises StoreError."""
        return self.store.file(self.path)

    def __str__(self) -> str:
        return f"{self.store.protocol}://{self.path.lstrip('/')}"


def _base(path: str) -> str:
    """The fixed folder of a pattern, like `discovery.base_of`."""
    parts = path.split("/")
    fixed = next((at for at, part in enumerate(parts) if _WILD.intersection(part)), len(parts) - 1)
    return "/".join(parts[:fixed])


class _Stream(io.RawIOBase):
    """A file that is opened again, at the place that was reached, where reading it fails."""

    def __init__(self, store: Store, path: str, size: int) -> None:
        self._store, self._path, self._size = store, path, size
        self._file: Any = None
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Where to go on; nothing is read."""
        self._place = offset + {0: 0, 1: self._place, 2: self._size}[whence]
        return self._place

    def tell(self) -> int:
        """Where it goes on."""
        return self._place

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as there is something. Raises StoreError."""
        wanted = min(len(buffer), self._size - self._place)
        if wanted <= 0:
            return 0
        given = self._store.retried(lambda: self._read(wanted), renew=True)
        buffer[: len(given)] = given
        self._place += len(given)
        return len(given)

    def close(self) -> None:
        """Close what is open below."""
        self._drop()
        super().close()

    def _read(self, size: int) -> bytes:
        try:
            if self._file is None:
                self._file = self._store.system.open(self._path, "rb", block_size=BLOCK)
            given = _at(self._file, self._place, size)
        except BaseException:
            self._drop()
            raise
        if not given:
            raise UnreadableError(f"ends after {self._place:,} of {self._size:,} bytes: is it being written?")
        return given

    def _drop(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(Exception), self._store.alone:  # the connection may be gone, and the file with it
                file.close()


def _at(file: Any, place: int, size: int) -> bytes:
    if hasattr(file, "readv"):  # SFTP answers 32 KiB at a time: ask for all of them at once
        asked = [(at, min(32_768, place + size - at)) for at in range(place, place + size, 32_768)]
        return b"".join(file.readv(asked))
    file.seek(place)
    return cast("bytes", file.read(size))
