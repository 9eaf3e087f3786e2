"""What stands between a text's bytes and Arrow's CSV parser, which reads them like a file."""

from __future__ import annotations

import io
from typing import Protocol

from ingestion.files.text import Utf8Stream

_PIECE = 1 << 20


class Readable(Protocol):
    """What can be read on."""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, b'' at the end."""
        ...


class UntilQuote:
    """The lines of a stream above the first with a quote in it; the rest stays in the stream.

    Without quotes a line is a record, and the parser need not look for those that go over several lines: it takes
    less than half of the time. One block is held back, for the line with the quote may begin in it.
    """

    def __init__(self, stream: Utf8Stream) -> None:
        self._stream = stream
        self._ready: bytes = b""
        self._held: bytes = b""
        self._over = False
        self.reached_quote = False
        self.closed = False

    def has_any(self) -> bool:
        """Is there a line that is not blank? (Blank ones above it are passed over.)"""
        while not self._over and not self._ready.strip(b"\r\n"):
            self._ready = self._next(_PIECE)
        return bool(self._ready.strip(b"\r\n"))

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, b'' at the end."""
        while not self._ready and not self._over:
            self._ready = self._next(_PIECE if size < 0 else size)
        given = self._ready if size < 0 or len(self._ready) <= size else self._ready[:size]
        self._ready = self._ready[len(given) :]
        return given

    def readable(self) -> bool:
        """For pyarrow: yes."""
        return True

    def close(self) -> None:
        """Does nothing: the stream may be read on."""
        self.closed = True

    def _next(self, size: int) -> bytes:
        block = self._stream.read(size)
        quote = block.find(b'"')
        if block and quote < 0:
            given, self._held = self._held, block
            return given
        self._over, self.reached_quote = True, quote >= 0
        if not self.reached_quote:
            return self._held
        whole = self._held + block
        line = _line_of(whole, len(self._held) + quote)
        self._stream.give_back(whole[line:])
        return whole[:line]


def _line_of(text: bytes, at: int) -> int:
    """Where the line begins that holds the byte at `at`."""
    return 1 + max(text.rfind(b"\n", 0, at), text.rfind(b"\r", 0, at))


class WithEnd:
    """A stream with a last line behind it."""

    def __init__(self, stream: Readable, line: str) -> None:
        self._stream, self._end = stream, f"\n{line}\n".encode()
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes."""
        given = self._stream.read(size)
        if len(given) == size or not self._end:
            return given
        # In the same block as the last rows: Arrow makes a batch of each block.
        room = len(self._end) if size < 0 else size - len(given)
        added, self._end = self._end[:room], self._end[room:]
        return given + added

    def readable(self) -> bool:
        """For pyarrow: yes."""
        return True

    def close(self) -> None:
        """Does nothing: the stream is somebody else's."""
        self.closed = True


class Raw(io.RawIOBase):
    """A stream for Python's own text layer."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as there is something."""
        given = self._stream.read(len(buffer))
        buffer[: len(given)] = given
        return len(given)


def as_text(stream: Readable) -> io.TextIOWrapper:
    """UTF-8 as Python's text, line ends as they stand."""
    return io.TextIOWrapper(io.BufferedReader(Raw(stream)), encoding="utf-8", newline="")
