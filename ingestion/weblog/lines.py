"""Whole lines of a log, some megabytes at a time, as text that is UTF-8 whatever the bytes are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa

from ingestion.web.lines import split

BLOCK = 8 << 20
LONGEST = 1 << 20
"""A line of more bytes is no request; it is left out and told."""


@dataclass(frozen=True)
class Block:
    """Lines that follow each other."""

    lines: pa.Array
    end: int
    """Place in the log behind them."""
    tail: bytes
    """The last bytes of them."""
    skipped: int = 0
    """Lines before them, in the same place, that were too long."""


def blocks(stream: BinaryIO, begin: int, end: int | None, *, final: bool) -> Iterator[Block]:
    """Whole lines from `begin` (where the stream stands) up to `end`. `final`: nobody writes to this any more, so a
    last line without its end is one too."""
    rest, at = b"", begin
    while True:
        wanted = BLOCK if end is None else min(BLOCK, end - at - len(rest))
        block = stream.read(wanted) if wanted > 0 else b""
        if not block:
            break
        whole = rest + block
        cut = whole.rfind(b"\n") + 1
        if cut:
            yield _block(whole[:cut], at + cut)
            at += cut
            rest = whole[cut:]
        else:
            rest = whole
    if rest and final:
        yield _block(rest + b"\n", at + len(rest), unfinished=True)


def _block(data: bytes, end: int, *, unfinished: bool = False) -> Block:
    text = data
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError:
            text = data.decode("utf-8", "replace").encode()
    return Block(split(text), end, data[:-1] if unfinished else data)
