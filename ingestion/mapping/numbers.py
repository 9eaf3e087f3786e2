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
        share = f"try_cast(try_cast({signed} as {_EXACT}) / 100 as {data_type})"
        scaled = f"case when contains(t, '%') then {share} else {scaled} end"
    number = (
        f"case when not regexp_full_match(t, '{_pattern(values, hundredths)}') then null "
        f"when regexp_matches(t, '[{''.join(_UNITS)}%]') then {scaled} else try_cast({signed} as {data_type}) end"
    )
    # A list of one binds the folded text to a name, so that it is written, and made, once.
    return f"case when {clean} is not null then list_transform([{folded}], lambda t: {number})[1] end"


def grouped(clean: str, data_type: str, values: ValueFormat) -> str:
    """SQL `when … then …` for text with nothing but digits, a minus and the declared signs: most of a column."""
    if values.thousands in _GROUPING:
        return ""  # several signs count as the blank or the apostrophe
    point = re.escape(values.decimal)
    bare = f"replace({clean}, '{values.thousands}', '')" if values.thousands else clean
    pointed = f"replace({bare}, ',', '.')" if values.decimal == "," else bare
    mark = _mark(values)
    whole = f"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})*|[0-9]+" if mark else "[0-9]+"
    form = f"-?(?:{whole})(?:{point}[0-9]+)?"
    return f"when regexp_full_match({clean}, '{form}') then try_cast({pointed} as {data_type}) "


def hints(value: str, values: ValueFormat) -> list[tuple[str, str]]:
    """(SQL condition on the text `value`, the option that would read it)."""
    wide = f"translate({value}, '{_WIDE}', '{_PLAIN}')"
    found = missing_hint(value, values)
    if values.thousands is None and values.decimal == ".":
        either = 'declare thousands: "," (as in 1,234.5) or decimal: "," (as in 1.234,5) for the input'
        found.append((f"regexp_matches({wide}, '[0-9],[0-9]')", either))
    if values.thousands is None:
        sign, mark = (".", "[.]") if values.decimal == "," else (" ", r"[ \x{00a0}\x{202f}]")
        declare = f'declare thousands: "{sign}" for the input if that is what it parts'
        found.append((f"regexp_matches({wide}, '[0-9]{mark}[0-9]')", declare))
    if not values.percent:
        found.append((f"contains({wide}, '%')", "a percentage is read where the column says percent: true"))
    return found


def missing_hint(value: str, values: ValueFormat) -> list[tuple[str, str]]:
    """The same for the signs and words that often stand for nothing."""
    words = "-+|—+|/|n/?a|na|null|none|nil|nan|#n/a|无|暂无|空"
    said = (
        "declare it under missing for the input"
        if values.missing
        else 'declare missing: ["--"] (with this text)'
    )
    return [(f"regexp_full_match(lower(trim({value})), '{words}')", f"{said} if it means no value")]


def _mark(values: ValueFormat) -> str:
    thousands = values.thousands or ""
    return _GROUPING.get(thousands, re.escape(thousands))


def _pattern(values: ValueFormat, percent: bool) -> str:
    point = re.escape(values.decimal)
    whole = "[0-9]+"
    if mark := _mark(values):
        # Two digits between commas as in 12,34,567, which is how India writes 1234567.
        between = "{2,3}" if values.thousands == "," else "{3}"
        whole = f"(?:[0-9]{{1,3}}(?:{mark}[0-9]{between})*{mark}[0-9]{{3}}|[0-9]+)"
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
