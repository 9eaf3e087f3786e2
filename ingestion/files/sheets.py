"""Excel workbooks (xlsx): the cells as text.

A number is the shortest text that gives the same number again (`17850`, `2.55`), whatever the cell's format shows; a
date is `2010-12-01 08:26:00`, also where only the day is shown; a formula is its stored result; an error is NULL.
Rows without any value are passed over, but counted.
"""

from __future__ import annotations

import io
import zipfile

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.files.grid import Grid, turned
from ingestion.files.headers import Header
from ingestion.files.leaving import Ignore
from ingestion.files.problems import UnreadableError

_NUMBER = r"^-?[0-9.]+(?:[eE][-+]?[0-9]+)?$"


class SheetFile(Grid):
    """One sheet of a workbook, the first unless `sheet` names one. Read into memory: a sheet ends at 1,048,576 rows."""

    def __init__(
        self, content: bytes, sheet: str | None, header: Header, ignore: Ignore, *, transpose: bool = False
    ) -> None:
        cells, self.sheet = _cells(content, sheet)
        super().__init__(turned(cells) if transpose else cells, header, ignore, f"sheet {self.sheet}")


def _cells(content: bytes, sheet: str | None) -> tuple[list[pa.Array], str]:
    """All cells of a sheet, column by column, from its first row on, as text."""
    import fastexcel

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if not any(name.startswith("xl/workbook") for name in archive.namelist()):
                raise UnreadableError("is a zip archive but not an Excel workbook")
        reader = fastexcel.read_excel(content)
    except (zipfile.BadZipFile, fastexcel.FastExcelError) as error:
        raise UnreadableError(
            f"cannot be opened as an Excel workbook ({str(error).splitlines()[0][:120]})"
        ) from None
    if sheet is not None and sheet not in reader.sheet_names:
        raise UnreadableError(f"has no sheet {sheet}; there are {', '.join(reader.sheet_names)}")
    name = sheet if sheet is not None else reader.sheet_names[0]
    try:
        as_text = _load(reader, name, "string")
        as_number = _load(reader, name, "float")
    except fastexcel.FastExcelError as error:
        raise UnreadableError(f"sheet {name} cannot be read ({str(error).splitlines()[0][:120]})") from None
    return [
        _exact(text, number) for text, number in zip(as_text.columns, as_number.columns, strict=True)
    ], name


def _load(reader: object, sheet: str, dtype: str) -> pa.RecordBatch:
    # header_row=None with skip_rows=0 gives every row of the sheet, also empty ones at the top.
    return reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes=dtype, eager=True)  # type: ignore[attr-defined]


def _exact(text: pa.Array, number: pa.Array) -> pa.Array:
    """The reader rounds numbers to nine decimals in text: put all digits back where that has lost some.

    Both columns are of the same cells. A text that looks like a number stays as it is: its value is not changed
    by reading it.
    """
    text = pc.if_else(pc.equal(text, ""), None, text)
    is_number = pc.and_(pc.is_valid(number), pc.match_substring_regex(text, _NUMBER))
    parsed = pc.cast(pc.if_else(pc.fill_null(is_number, False), text, None), pa.float64())
    lost = pc.fill_null(pc.not_equal(parsed, number), False)
    if not pc.any(lost).as_py():
        return text
    exact = pa.array([repr(one) if one is not None else None for one in number.to_pylist()], pa.string())
    return pc.if_else(lost, exact, text)
