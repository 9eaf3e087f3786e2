"""Is a file what its name or the configuration says it is? Told from its first bytes."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal, TypeAlias, get_args

from ingestion.files.problems import UnreadableError

Plain: TypeAlias = Literal["csv", "tsv", "jsonl", "parquet", "xlsx"]
HEAD = 4096
"""Bytes to look at."""
_GZIP, _ZIP, _PARQUET, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDINGS: dict[str, Plain] = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}


def format_of(name: str, declared: str | None) -> tuple[Plain, bool]:
    """(format, is it gzipped) as the configuration declares it, else as the file's ending says.

    Raises UnreadableError where neither does.
    """
    *rest, last = ["", *(ending.lower() for ending in PurePath(name).suffixes)]
    zipped = last in {".gz", ".gzip"}
    if declared:
        plain = declared.removesuffix(".gz")
        zipped = zipped or plain != declared
        return next(known for known in get_args(Plain) if known == plain), zipped
    ending = rest[-1] if zipped else last
    if ending in _ENDINGS:
        return _ENDINGS[ending], zipped
    raise UnreadableError(
        f"its ending does not say what it is: set format to one of {', '.join(get_args(Plain))}"
    )


def check_compression(head: bytes, zipped: bool) -> None:
    """Refuse gzip under a plain name and the other way round."""
    if zipped and not head.startswith(_GZIP):
        raise UnreadableError(f"is named .gz but is not gzip-compressed ({_looks_like(head)})")
    if not zipped and head.startswith(_GZIP):
        raise UnreadableError("is gzip-compressed but its name does not end in .gz")


def check_claim(head: bytes, claimed: Plain) -> None:
    """Refuse content (after decompression) that begins like something else than `claimed`."""
    if claimed == "parquet":
        good = head.startswith(_PARQUET)
    elif claimed == "xlsx":
        good = head.startswith(_ZIP)
    else:
        good = _is_text(head)
    if not good:
        raise UnreadableError(f"is not {claimed} ({_looks_like(head)})")


def _is_text(head: bytes) -> bool:
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    binary = head.startswith((_GZIP, _ZIP, _PARQUET, _OLE, b"%PDF"))
    return not binary and not begin.startswith(
        (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta")
    )


def _looks_like(head: bytes) -> str:
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    known = (
        (head.startswith(_GZIP), "gzip-compressed"),
        (head.startswith(_ZIP), "a zip archive, as Excel's xlsx files are"),
        (head.startswith(_PARQUET), "Parquet"),
        (head.startswith(_OLE), "an old Excel .xls or one with a password: save it as .xlsx without one"),
        (head.startswith(b"%PDF"), "a PDF"),
        (begin.startswith(b"<?xml"), "XML"),
        (begin.startswith(b"<"), "an HTML page, as a log-in or error page that was saved as a file"),
        (not head, "empty"),
    )
    return next(
        (f"it looks like {what}" for matches, what in known if matches), "it looks like plain text or data"
    )
