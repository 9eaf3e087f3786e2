"""Excel workbooks (xlsx): the cells as text.

A number is the shortest text that gives the same number again (`17850`, `2.55`), whatever the cell's format shows; a
date is `2010-12-01 08:26:00`, also where only the day is shown; a formula is its stored result; an error is NULL.
Rows without any value are passed over, but counted.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.files.problems import UnreadableError, check_header, unnamed_column

_NUMBER = r"^-?[0-9.]+(?:[eE][-+]?[0-9]+)?$"


class SheetFile:
    """One sheet of a workbook, the first unless `sheet` names one. Read into memory: a sheet ends at 1,048,576 rows."""

    sparse = False

    def __init__(self, content: bytes, sheet: str | None, header_row: int) -> None:
        table, self.sheet = _cells(content, sheet)
        self._table = table
        self._header_row = header_row
        self.columns: list[str] = []
        self._header: list[str | None] = []
        if not table.num_rows:
            return
        where = f"the header (sheet {self.sheet}, row {header_row})"
        if header_row > table.num_rows:
            raise UnreadableError(f"sheet {self.sheet} ends before row {header_row}, the header")
        self._header = [column[header_row - 1].as_py() for column in table.columns]
        check_header(self._header, where)
        self.columns = [name for name in self._header if name]

    def batches(self) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
        """(columns as text, row numbers from 1 below the header). Once only."""
        if not self.columns:
            return
        data = self._table.slice(self._header_row)
        numbers = pa.array(range(1, data.num_rows + 1), pa.int64())
        filled = pa.array([False] * data.num_rows)
        for column in data.columns:
            filled = pc.or_(filled, pc.is_valid(column).combine_chunks())
        kept = []
        for at, name in enumerate(self._header):
            column = data.column(at)
            if name:
                kept.append(column)
            elif column.null_count < len(column):
                raise unnamed_column(at + 1, numbers[pc.index(pc.is_valid(column), True).as_py()].as_py())
        table = pa.table(kept, names=self.columns).filter(filled)
        numbers = numbers.filter(filled)
        done = 0
        for batch in table.combine_chunks().to_batches(max_chunksize=100_000):
            yield batch, numbers.slice(done, batch.num_rows)
            done += batch.num_rows


def _cells(content: bytes, sheet: str | None) -> tuple[pa.Table, str]:
    """All cells of a sheet, from its first row on, as text."""
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
    columns = [_exact(text, number) for text, number in zip(as_text.columns, as_number.columns, strict=True)]
    return pa.table(columns, names=[str(at) for at in range(len(columns))]), name


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
