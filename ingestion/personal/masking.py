"""E-mails and phone numbers inside free text, found and replaced by marks."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

EMAIL_MARK = "‹email›"
PHONE_MARK = "‹phone›"

# The last label is letters and not a file's ending: `logo@2x.png` is an image and `pkg@1.2.3` a version.
_NOT_A_DOMAIN = r"(?!(?:png|jpe?g|gif|webp|svg|css|js|pdf)\b)"
_AT = r"(?:@|＠|%40)"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(
    rf"[A-Za-z0-9._%+'\-]{{1,64}}{_AT}(?:{_LABEL}[.．])+{_NOT_A_DOMAIN}[A-Za-z]{{2,24}}(?![A-Za-z])",
)
# Addresses in other scripts (用户@例子.中国). Only tried after the plain form: it would eat the words around one.
EMAIL_ANY_SCRIPT = re.compile(
    rf"[^\s@＠,，;；:：<>\"'()（）/]{{1,64}}{_AT}(?:[^\W_][\w\-]*[.．])+{_NOT_A_DOMAIN}[^\W\d_]{{2,24}}",
)
# A run of 7 to 15 digits in groups, perhaps with a + and brackets; bounded so that it is not a part of a code
# (`SF13812345678`), a decimal or a longer number.
PHONE = re.compile(
    r"(?<![\w.@#/\-+＋])(?:[+＋]\s?)?\(?（?\d(?:[\s.\-()（）]{0,2}\d){6,14}(?![\d\-]|[A-Za-z_]|[.,]\d)",
    re.ASCII,
)
CHINESE_MOBILE = re.compile(r"^(?:\+?86)?1[3-9]\d{9}$")
_DATE = re.compile(r"^(?:\d{4}[.\-/]\d{1,2}[.\-/]\d{1,2}|\d{1,2}[.\-/]\d{1,2}[.\-/]\d{4})(?:\s+\d{1,2})?$")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９＋－（）＠．　", "0123456789+-()@. ")
_ENOUGH_DIGITS = 9
"""Fewer make a local number at most, which only a region's own rules can tell from any other number."""


def _mask_emails(text: str) -> str:
    masked = EMAIL.sub(EMAIL_MARK, text)
    return EMAIL_ANY_SCRIPT.sub(EMAIL_MARK, masked) if EMAIL_ANY_SCRIPT.search(masked) else masked


def mask_text(text: str, region: str | None = None) -> str:
    """Put ‹email› and ‹phone› for each e-mail address and phone number. `region` is an ISO 3166 country code.

    Rather too much than too little: a run of digits that could be a number of that country and is written like
    one goes too. Full-width digits become plain ones in a text that may hold either.
    """
    if not may_hold_contact(text):
        return text
    text = _mask_emails(text.translate(_FULL_WIDTH))
    return PHONE.sub(lambda match: PHONE_MARK if is_phone(match.group(), region) else match.group(), text)


def may_hold_contact(text: str) -> bool:
    """A cheap look that lets most texts pass without a regular expression."""
    return "@" in text or "＠" in text or "%40" in text or sum(map(str.isdigit, text)) >= 7


@lru_cache(maxsize=100_000)
def is_phone(candidate: str, region: str | None) -> bool:
    """Is this run of digits in a text a phone number, rather than a date, a price or an order number?

    Yes for a Chinese mobile number anywhere, for 9 digits or more that are written like a number (groups,
    brackets, a leading 0 or +), and for what `region` would dial. Without a region length alone decides.
    """
    text = candidate.strip()
    digits = "".join(sign for sign in text if sign.isdigit())
    if _DATE.match(text):
        return False
    written_like_one = text[0] in "+(0" or len(digits) < len(text)
    if CHINESE_MOBILE.match(digits) or (written_like_one and len(digits) >= _ENOUGH_DIGITS):
        return True
    if region is None:
        return written_like_one or len(digits) >= _ENOUGH_DIGITS
    number = _parsed(text, region)
    return number is not None and (_is_valid(number) or (written_like_one and _is_possible(number)))


def _parsed(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def is_valid_phone(text: str, region: str | None) -> bool:
    """Would this number ring? Stricter than `is_phone`: for judging a column that nobody has declared."""
    number = _parsed(text.strip(), region)
    return number is not None and _is_valid(number)


def _is_valid(number: phonenumbers.PhoneNumber) -> bool:
    return bool(phonenumbers.is_valid_number(number))


def _is_possible(number: phonenumbers.PhoneNumber) -> bool:
    return bool(phonenumbers.is_possible_number(number))


def shape(value: str) -> str:
    """What may be said of a personal value in a message: what it is and how long, nothing of it.

    >>> shape("ann@example.com")
    '‹email, 15 characters›'
    """
    text = value.strip()
    what = "email" if EMAIL.fullmatch(text) else "phone" if PHONE.fullmatch(text) else "value"
    return f"‹{what}, {len(value)} characters›"
