"""How a file is written: compression, kind, encoding, delimiter. Told from its bytes, whatever its name says."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ingestion.files.claims import format_of
from ingestion.files.problems import UnreadableError

HEAD = 4 << 20
"""Bytes of a text file that are looked at (after decompression)."""
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHERS = ("gb18030", "cp932", "cp1250", "cp1251", "euc_jp", "cp949", "big5")
"""Tried besides, where words show it."""
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Sniffed:
    """What is known of a file before its rows are looked at."""

    path: Path
    kind: str
    """csv, tsv, jsonl, parquet or xlsx."""
    zipped: bool
    format: str | None
    """To be declared, because the name does not say it; else None."""
    encoding: str | None = None
    """To be declared; None for UTF-8 and for a file with a byte order mark."""
    delimiter: str | None = None
    """To be declared; None where it is the kind's own."""
    text: str = ""
    """The beginning of a text file."""
    whole: bool = True
    """Is that all of it?"""
    check: str | None = None


def sniff(path: Path) -> Sniffed:
    """Raises UnreadableError for what nobody here can read."""
    try:
        with path.open("rb") as raw:
            head = raw.read(HEAD + 1)
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror})") from None
    zipped = head.startswith(b"\x1f\x8b")
    whole = len(head) <= HEAD
    if zipped:
        head, whole = _unzipped(path)
    if not head.strip():
        raise UnreadableError("is empty")
    kind = _kind(head)
    format_ = _declared(path, kind, zipped)
    if kind in ("parquet", "xlsx"):
        return Sniffed(path, kind, zipped, format_)
    encoding, check = _encoding(head[:HEAD])
    text = _decoded(head[:HEAD], encoding or "utf-8")
    if kind == "jsonl":
        return Sniffed(path, kind, zipped, format_, encoding, None, text, whole, check)
    delimiter = _delimiter(text)
    if format_ is None and path.suffix.lower() in (".tsv", ".tab"):
        kind = "tsv"
    declared = None if delimiter == ("\t" if kind == "tsv" else ",") else delimiter
    return Sniffed(path, kind, zipped, format_, encoding, declared, text, whole, check)


def _unzipped(path: Path) -> tuple[bytes, bool]:
    try:
        with gzip.open(path) as content:
            head = content.read(HEAD + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(f"its gzip data is damaged ({error})") from None
    return head, len(head) <= HEAD


def _kind(head: bytes) -> str:
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(
            "is an old Excel file (.xls) or one with a password: save it as .xlsx without one"
        )
    if head.startswith(b"%PDF") or begin[:1] == b"<":
        raise UnreadableError(
            "is no table: it begins like a PDF, HTML or XML. Export it again as CSV or Excel"
        )
    if begin[:1] == b"[":
        raise UnreadableError("is a JSON list: write one object per line (JSON lines)")
    return "jsonl" if begin[:1] == b"{" else "csv"


def _declared(path: Path, kind: str, zipped: bool) -> str | None:
    """The format to declare, where the file's name says none or another one."""
    wanted = f"{kind}.gz" if zipped else kind
    try:
        named, named_zip = format_of(path.name, None)
    except UnreadableError:
        return wanted
    fits = named == kind or (kind == "csv" and named == "tsv")
    return None if fits and named_zip == zipped else wanted


def _encoding(head: bytes) -> tuple[str | None, str | None]:
    """(encoding to declare, what to check)."""
    if head.startswith(_MARKS):
        return None, None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        pass
    else:
        if b"\0" in head[:1000]:
            raise UnreadableError("holds NUL characters: UTF-16 without a byte order mark? Save it as UTF-8")
        return None, None
    # In Chinese text (GB 2312, which the others extend) both bytes of a sign are high; in Western text a high byte
    # stands between letters.
    pairs, singles, at = 0, 0, 0
    while at < len(head) - 1:
        if head[at] < 0x80:
            at += 1
        elif 0xA1 <= head[at] <= 0xF7 and head[at + 1] >= 0xA1:
            pairs, at = pairs + 1, at + 2
        else:
            singles, at = singles + 1, at + 1
    usual = "gb18030" if pairs * 2 > 4 * singles and _decodes(head, "gb18030") else "cp1252"
    fitting = [usual, *(one for one in _OTHERS if one != usual)]
    known = {one: _known_words(head, one) for one in fitting if _decodes(head, one)}
    best = max(known, key=lambda one: known[one], default=None)
    if best is None:
        return "latin-1", "no encoding fits all of it; this one always does: look at the letters with accents"
    return best, "not UTF-8; Western European is a guess" if best == "cp1252" else None


def _known_words(head: bytes, encoding: str) -> int:
    """How many words of column names there are in the first lines, read so: what is misread has none."""
    from ingestion.files.look.naming import plain
    from ingestion.files.look.tokens import split, vocabulary

    text = head[:4000].decode(encoding, "ignore")
    words = {word for word in plain(re.sub(r"[()（）\[\]]", " ", text)).split() if len(word) > 1}
    return sum(word in vocabulary() or split(word) is not None for word in words)


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(head: bytes, encoding: str) -> str:
    for mark, name in ((_MARKS[0], "utf-8-sig"), (_MARKS[1], "utf-16"), (_MARKS[2], "utf-16")):
        if head.startswith(mark):
            return head[: len(head) // 2 * 2 if name == "utf-16" else None].decode(name, "ignore")
    return codecs.getincrementaldecoder(encoding)("ignore").decode(head)


def _delimiter(text: str) -> str:
    """The sign that cuts most lines into the same number of fields, the more the better."""
    best, found = (0.0, 0), ","
    for sign in _DELIMITERS:
        widths = Counter(len(row) for row in records(text[:200_000], sign, 300) if any(row))
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            continue
        width, count = max(wide.items(), key=lambda pair: (pair[1], pair[0]))
        score = (round(count / sum(widths.values()), 1), width)
        if score > best:
            best, found = score, sign
    return found


def records(text: str, delimiter: str, limit: int) -> list[list[str]]:
    """The first records of a delimited text, blank lines as empty lists. A broken rest is left out."""
    csv.field_size_limit(1 << 24)
    found: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            found.append(row)
            if len(found) >= limit:
                break
    except csv.Error:
        pass
    return found
