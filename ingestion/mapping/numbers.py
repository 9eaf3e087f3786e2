"""DuckDB expressions for numbers as people and back-ends write them: `¥1,234.50`, `(12.00)`, `1.2万`, `１２`.

What reads in one way only is read without being asked: a currency around the number, a minus in front or behind,
brackets for a negative amount, full-width signs, 万 and 亿. A comma or a blank between digits, and a point that may be
either, are read as declared and refused otherwise: `1,234` is a thousand in one country and a bit more than one in
another.
"""

from __future__ import annotations

import re

from ingestion.value_format import ValueFormat

_SIGNS = ("CN¥", "US$", "HK$", "NT$", "MX$", "AU$", "CA$", "A$", "C$", "S$", "R$")
_SYMBOLS = "¥$€£₹₩₽₺₫฿₱₦₴₪元圆円"
_CODES = (
    "CNY RMB USD EUR GBP JPY HKD TWD AUD CAD SGD NZD CHF SEK NOK DKK PLN CZK HUF RON BGN BRL MXN CLP COP ARS INR KRW"
    " THB VND MYR IDR PHP AED SAR ILS EGP ZAR NGN KES TRY UAH RUB"
).split()
_CURRENCY = rf"(?:{'|'.join(map(re.escape, _SIGNS))}|[{_SYMBOLS}]|(?:{'|'.join(_CODES)}))"
_UNITS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_WIDE, _PLAIN = "０１２３４５６７８９．，－＋％（）￥＄￡−–　", "0123456789.,-+%()¥$£-- "
_EXACT = "decimal(38,10)"
_GROUPING = {" ": r"[ \x{00a0}\x{202f}\x{2009}]", "'": "['’]"}


def written(clean: str, data_type: str, values: ValueFormat, *, percent: bool = False) -> str:
    """The number that the text `clean` writes, as `data_type`; NULL if it is none. Slower than a cast: to be asked
    only for what a cast does not take."""
    hundredths = percent or values.percent
    folded = f"translate({clean}, '{_WIDE}', '{_PLAIN}')"
    digits = "regexp_replace(t, '[^0-9.]+', '', 'g')"
    if values.decimal == ",":
        digits = "replace(regexp_replace(t, '[^0-9,]+', '', 'g'), ',', '.')"
    signed = f"case when regexp_matches(t, '[-(]') then '-' else '' end || {digits}"
    units = " ".join(f"when contains(t, '{sign}') then {factor}" for sign, factor in _UNITS.items())
    scaled = f"try_cast(try_cast({signed} as {_EXACT}) * (case {units} end) as {data_type})"
    if hundredths:
        scaled = f"case when contains(t, '%') then try_cast(try_cast({signed} as {_EXACT}) / 100 as {data_type}) else {scaled} end"
    number = (
        f"case when not regexp_full_match(t, '{_pattern(values, hundredths)}') then null "
        f"when regexp_matches(t, '[{''.join(_UNITS)}%]') then {scaled} else try_cast({signed} as {data_type}) end"
    )
    # A list of one binds the folded text to a name, so that it is written, and made, once.
    return f"list_transform([{folded}], lambda t: {number})[1]"


def refusal(value: str, plainly: str, values: ValueFormat) -> str:
    """SQL of the words that say what was expected instead of the text `value`, and which option reads it."""
    said = plainly.replace("'", "''")
    wide = f"translate({value}, '{_WIDE}', '{_PLAIN}')"
    hints = []
    if not values.missing:
        hints.append((_nothing(value), 'for a value that is missing declare missing: ["--"] (with what stands here)'))
    if values.decimal == "." and values.thousands is None:
        either = "declare thousands (as in 1,234.5) or decimal: \",\" (as in 1.234,5) for the input"
        hints.append((f"regexp_matches({wide}, '[0-9],[0-9]')", either))
        blank = 'declare thousands: " " for the input if the blank parts thousands'
        hints.append((f"regexp_matches({value}, '[0-9][ \\x{{00a0}}\\x{{202f}}][0-9]{{3}}')", blank))
    elif values.decimal == "," and values.thousands is None:
        hints.append(
            (f"regexp_matches({wide}, '[0-9][.][0-9]')", 'declare thousands: "." for the input if the point parts thousands')
        )
    if not values.percent:
        hints.append((f"contains({wide}, '%')", "a percentage is read where the column says percent: true"))
    cases = " ".join(f"when {test} then '{said}; {hint}'" for test, hint in hints)
    return f"case {cases} else '{said}' end" if cases else f"'{said}'"


def _nothing(value: str) -> str:
    return f"regexp_full_match(trim({value}), '(?i)-+|—+|/|n/?a|na|null|none|nil|nan|#n/a|无|暂无|空')"


def _pattern(values: ValueFormat, percent: bool) -> str:
    point = re.escape(values.decimal)
    whole = "[0-9]+"
    if values.thousands is not None:
        mark = _GROUPING.get(values.thousands, re.escape(values.thousands))
        # Two digits between marks as in 12,34,567, which is how India writes 1234567.
        whole = f"(?:[0-9]{{1,3}}(?:{mark}[0-9]{{2,3}})*{mark}[0-9]{{3}}|[0-9]+)"
    number = rf"(?:{whole}(?:{point}[0-9]*)?|{point}[0-9]+)\s*[{''.join(_UNITS)}]?"
    if percent:
        number = rf"(?:{number}|(?:{whole}(?:{point}[0-9]*)?|{point}[0-9]+)\s*%)"
    before, after = rf"(?:{_CURRENCY}\s*)?", rf"(?:\s*{_CURRENCY})?"
    forms = (
        rf"\+?\s*{before}{number}{after}",
        rf"{before}\+{number}{after}",
        rf"-\s*{before}{number}{after}",
        rf"{before}-\s*{number}{after}",
        rf"{before}{number}{after}\s*-",
        rf"{before}\(\s*{before}{number}{after}\s*\)",
    )
    return f"(?:{'|'.join(forms)})".replace("'", "''")
