"""One spelling for each e-mail, phone number and other identifier, so that equal ones get equal hashes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib import resources

import phonenumbers

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e"))
"""Marks without width that spreadsheets and chat programs leave around copied values."""


def plain(value: str) -> str:
    """NFKC, without invisible marks, trimmed. NFKC turns full-width letters and digits into plain ones."""
    if value.isascii():  # the same, in a tenth of the time
        return value.strip()
    return unicodedata.normalize("NFKC", value).translate(INVISIBLE).strip()


def email(value: str) -> str | None:
    """`plain`, lower-cased. None for an empty value and for one that the platform has masked (`a***@x.com`)."""
    text = plain(value).lower().removeprefix("mailto:")
    return None if not text or "*" in text else text


def phone(value: str, region: str | None) -> str | None:
    """E.164 (`+442079460958`), reading numbers without a country code as numbers of `region` (ISO 3166).

    A number that cannot be one is kept as its digits, so that equal ones still match. None for an empty value
    and for a masked one (`138****1234`): many people share a masked number.
    """
    text = plain(value)
    if not text or "*" in text:
        return None
    return _e164(text.removesuffix(".0"), region)


@lru_cache(maxsize=200_000)
def _e164(text: str, region: str | None) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is not None and phonenumbers.is_possible_number(number):
        # The extension stays out: it tells desks apart, not people who place orders.
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return "".join(sign for sign in text if sign.isdigit()) or text


def identifier(value: str) -> str | None:
    """`plain`; None for an empty value. Case is kept: ids may differ by it."""
    return plain(value) or None


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    """IANA zone name → country code, from the zone.tab of the tzdata package."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def region_of_timezone(timezone: str | None) -> str | None:
    """The country whose phone numbers a shop in this time zone writes without a country code, if it has one.

    >>> region_of_timezone("Europe/London")
    'GB'
    """
    return _regions().get(timezone) if timezone else None
