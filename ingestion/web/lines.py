"""Lines of a stream as Arrow text, a few megabytes at a time: they are found by numpy, not by Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BLOCK = 8 << 20


class Readable(Protocol):
    """What can be read on."""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, b'' at the end."""
        ...


def lines_of(stream: Readable) -> Iterator[pa.Array]:
    """All lines of a UTF-8 stream, without what ends them. The last one may lack its end."""
    rest = b""
    while block := stream.read(BLOCK):
        end = block.rfind(b"\n") + 1
        if not end:
            rest += block
            continue
        yield split(rest + block[:end])
        rest = block[end:]
    if rest:
        yield split(rest + b"\n")


def split(block: bytes) -> pa.Array:
    """Lines of a block of UTF-8 that ends with one: text without `\\n` and `\\r\\n`."""
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == 10)
    offsets = np.empty(len(ends) + 1, np.int32)
    offsets[0] = 0
    offsets[1:] = ends + 1
    array = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(block))
    return pc.utf8_rtrim(array, "\r\n")
