"""Bytes of a text file, of any encoding, as UTF-8: streamed, checked, and precise about what does not decode."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from ingestion.files.problems import UnreadableError

Opener = Callable[[], BinaryIO]
CHUNK = 4 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = ("utf-8", "gb18030", "big5", "cp1252", "latin-1")
_ASCII_STAYS = frozenset(
    {"utf-8", "ascii", "gb18030", "gbk", "gb2312", "big5", "cp1252", "iso8859-1", "cp950"}
)
"""Encodings in which bytes below 0x80 that do not follow the half of a character mean themselves."""
_TRIED = 64 << 20
"""Bytes of a file that other encodings are tried on."""


def unzipped(opener: Opener, zipped: bool) -> BinaryIO:
    """The content as a binary stream. Reading it raises UnreadableError where gzip is cut short or damaged."""
    return cast("BinaryIO", _Gzip(opener())) if zipped else opener()


class _Gzip(gzip.GzipFile):
    """gzip whose damages are said in our words."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__(fileobj=raw, mode="rb")

    def read(self, size: int | None = -1) -> bytes:
        """Like GzipFile.read; raises UnreadableError."""
        try:
            return super().read(size)
        except EOFError:
            raise UnreadableError(
                f"its gzip data ends too early, after {self.tell():,} bytes of content: was the download cut off?"
            ) from None
        except (gzip.BadGzipFile, zlib.error) as error:
            told = f"its gzip data is damaged after {self.tell():,} bytes of content ({error})"
            raise UnreadableError(told) from None


class Utf8Stream:
    """A file-like object that gives a text's content as UTF-8, without byte order mark.

    A byte order mark decides the encoding, whatever was declared. Raises UnreadableError, naming line and byte
    offset (of the content, decompressed), where the text does not decode or holds a NUL.
    """

    def __init__(self, opener: Opener, zipped: bool, encoding: str) -> None:
        self._opener, self._zipped = opener, zipped
        self._raw = unzipped(opener, zipped)
        first = self._raw.read(CHUNK)
        mark = next(((bom, name) for bom, name in _BOMS if first.startswith(bom)), None)
        self.encoding = mark[1] if mark else codecs.lookup(encoding).name
        self._declared = encoding
        self._fed = len(mark[0]) if mark else 0
        self._decoder = codecs.getincrementaldecoder(self.encoding)("strict")
        self._lines = 1
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self.closed = False
        self._feed(first[self._fed :])

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes of UTF-8 (all of it if negative); b'' at the end."""
        while not self._ended and (size < 0 or self._size < size):
            self._feed(self._raw.read(CHUNK))
        left = self._size if size < 0 else min(size, self._size)
        taken = []
        while left:
            block = self._waiting.popleft()
            if len(block) > left:
                self._waiting.appendleft(block[left:])
                block = block[:left]
            taken.append(block)
            left -= len(block)
            self._size -= len(block)
        return taken[0] if len(taken) == 1 else b"".join(taken)

    def peek(self, size: int) -> bytes:
        """The next bytes without taking them: `size` of them, fewer at the end."""
        block = self.read(size)
        self.give_back(block)
        return block

    def give_back(self, block: bytes) -> None:
        """Put back what was read last."""
        if block:
            self._waiting.appendleft(block)
            self._size += len(block)

    def lines(self) -> Iterator[str]:
        """Lines without their line feed. Only a line feed ends one: a JSON string may hold other separators."""
        rest = b""
        while block := self.read(CHUNK):
            *whole, rest = (rest + block).split(b"\n")
            for line in whole:
                yield line.decode("utf-8")
        if rest:
            yield rest.decode("utf-8")

    def close(self) -> None:
        """Close the file below."""
        self._raw.close()
        self.closed = True

    def readable(self) -> bool:
        """For pyarrow: yes."""
        return True

    def _feed(self, chunk: bytes) -> None:
        self._ended = not chunk
        if chunk.isascii() and self.encoding in _ASCII_STAYS and not self._decoder.getstate()[0]:
            given = chunk  # most exports: nothing to decode, and nothing that could be wrong
        else:
            try:
                text = self._decoder.decode(chunk, final=self._ended)
            except UnicodeDecodeError as error:
                raise self._undecodable(error, chunk) from None
            # UTF-8 that decodes is passed on as it is: a character cut in two at the end goes on in the next block.
            given = chunk if self.encoding == "utf-8" else text.encode("utf-8")
        if b"\0" in given:
            raise UnreadableError(self._nul(given))
        self._fed += len(chunk)
        self._lines += given.count(b"\n")
        if given:
            self._waiting.append(given)
            self._size += len(given)

    def _undecodable(self, error: UnicodeDecodeError, chunk: bytes) -> UnreadableError:
        # The decoder may hold back the beginning of a character from the chunk before.
        held_back = len(error.object) - len(chunk)
        offset = self._fed - held_back + error.start
        before = error.object[: error.start].decode(self.encoding, "ignore")
        others = [
            name for name in _CANDIDATES if codecs.lookup(name).name != self.encoding and self._decodes(name)
        ]
        fits = (
            f"it would decode as {', '.join(others)}" if others else "no encoding that was tried decodes it"
        )
        if others == ["latin-1"]:
            fits += " (as any bytes do)"
        byte = error.object[error.start]
        return UnreadableError(
            f"line {self._lines + before.count(chr(10))}, byte {offset}: 0x{byte:02x} is not {self._declared};"
            f" {fits} (set encoding)"
        )

    def _decodes(self, encoding: str) -> bool:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        left = _TRIED
        try:
            with unzipped(self._opener, self._zipped) as raw:
                while left > 0 and (chunk := raw.read(CHUNK)):
                    decoder.decode(chunk)
                    left -= len(chunk)
                decoder.decode(b"", final=left > 0)
        except (UnicodeDecodeError, UnreadableError):
            return False
        return True

    def _nul(self, given: bytes) -> str:
        line = self._lines + given[: given.index(b"\0")].count(b"\n")
        guess = (
            ""
            if self.encoding.startswith("utf-16")
            else "; UTF-16 without a byte order mark looks so (utf-16-le)"
        )
        return f"line {line}: holds a NUL character, so it is not {self._declared} text{guess}"
