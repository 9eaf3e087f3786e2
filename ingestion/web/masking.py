"""Personal data in addresses and search terms: masked before anything is written.

Most addresses have nothing in them that could be personal, which a regular expression over the whole column finds
out; only the distinct others are taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, unquote_plus

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.personal.masking import EMAIL, EMAIL_ANY_SCRIPT, EMAIL_MARK, mask_text
from ingestion.personal.names import personal_kind

MARK = "‹removed›"
_NUMBERS = r"(?:[0-9][^0-9a-zA-Z/&;=?]{0,9}){7}"
_NAMES = (
    "mail|phone|mobile|tel|name|addr|street|zip|post|birth|dob|pass|pwd|token|secret|session|signature|auth|key|code"
    "|user|login|card|iban|ssn|wechat|contact"
)
_SUSPECT = rf"(?i)@|＠|%40|%EF%BC%A0|{_NUMBERS}|[?&;][^=&;]*(?:{_NAMES})[^=&;]*=|%[0-9a-f]{{2}}%[0-9a-f]{{2}}"
_SECRET = re.compile(
    r"(?i)^(?:.*[_\-.])?(?:pass(?:word|wd)?|pwd|(?:access_|auth_|reset_|id_)?token|secret|api_?key|signature|sig"
    r"|auth|session_?id|sid|otp|jwt)$"
)
_CLICK_OR_CAMPAIGN = re.compile(
    r"^(?:utm_.*|gclid|gbraid|wbraid|dclid|msclkid|yclid|ttclid|fbclid|twclid|li_fat_id)$"
)
_HAS_CONTACT = r"(?i)@|＠|%40|(?:[0-9][^0-9]{0,3}){7}"


def masked_addresses(column: pa.Array | pa.ChunkedArray, region: str | None) -> pa.Array:
    """A text column of addresses (or of paths with their queries) with what is personal replaced by marks."""
    return _each_suspect(column, _SUSPECT, lambda value: masked_address(value, region))


def masked_texts(column: pa.Array | pa.ChunkedArray, region: str | None) -> pa.Array:
    """A column of free text with marks for e-mail addresses and phone numbers."""
    return _each_suspect(column, _HAS_CONTACT, lambda value: mask_text(value, region))


def emails_masked(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column of names, ids and campaigns: their numbers are no phone numbers, but somebody's address may be there."""
    return _each_suspect(column, "(?i)@|＠|%40|%EF%BC%A0", _without_emails)


def masked_address(address: str, region: str | None) -> str:
    """An address without personal data: e-mail addresses anywhere, phone numbers in the values of its query, and
    whole values of parameters whose names say that they are personal or secret.

    >>> masked_address("/a?email=ann%40example.com&page=2", None)
    '/a?email=‹removed›&page=2'
    """
    where, fragment_mark, fragment = address.partition("#")
    path, mark, query = where.partition("?")
    pairs = re.split("([&;])", query)
    masked = "".join(_pair(one, region) if at % 2 == 0 else one for at, one in enumerate(pairs))
    return _without_emails(path) + mark + masked + fragment_mark + _without_emails(fragment)


def _pair(pair: str, region: str | None) -> str:
    name, equals, value = pair.partition("=")
    if not value:
        return _without_emails(pair)
    said = unquote_plus(name)
    if _CLICK_OR_CAMPAIGN.match(said):
        return f"{name}={_without_emails(value)}"
    if _SECRET.match(said) or personal_kind(said, [said, "customer"]):
        return f"{_without_emails(name)}{equals}{MARK}"
    plain = unquote_plus(value)
    masked = mask_text(plain, region)
    return f"{_without_emails(name)}={value if masked == plain else _coded(masked)}"


def _without_emails(text: str) -> str:
    """`text`, perhaps percent-coded, with marks for e-mail addresses. (Numbers in a path are articles and orders.)"""
    if "@" not in text and "＠" not in text and "%" not in text:
        return text
    plain = unquote_plus(text)
    masked = EMAIL.sub(EMAIL_MARK, plain)
    masked = EMAIL_ANY_SCRIPT.sub(EMAIL_MARK, masked)
    return text if masked == plain else _coded(masked)


def _coded(text: str) -> str:
    """Percent-coded again, but for the marks, which people are to read."""
    parts = re.split("(‹[a-z]+›)", text)
    return "".join(one if one.startswith("‹") else quote(one, safe="/:,-_~ ") for one in parts)


def _each_suspect(column: pa.Array | pa.ChunkedArray, pattern: str, mask: Callable[[str], str]) -> pa.Array:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found = pc.fill_null(pc.match_substring_regex(array, pattern), False)
    if not pc.any(found).as_py():
        return array
    coded = array.filter(found).dictionary_encode()
    values = pa.array([mask(one) for one in coded.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(array, found, values.take(coded.indices))
