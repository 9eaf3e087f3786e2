"""Settings of the `files` source: which files, how to read them, what in them is personal, what they map to."""

from __future__ import annotations

import codecs
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ingestion.config_errors import nearest, refuse
from ingestion.personal.kinds import Kind
from ingestion.settings import EntityMapping, EntitySettings, Name, SourceSettings, Strict, entity_mappings

Format = Literal["csv", "tsv", "jsonl", "parquet", "xlsx", "csv.gz", "tsv.gz", "jsonl.gz"]
_PARQUET = (".parquet", ".pq")


def _encoding(value: str) -> str:
    try:
        codecs.lookup(value)
    except LookupError:
        common = ("utf-8", "utf-16", "gbk", "gb18030", "big5", "shift_jis", "latin-1", "cp1252")
        found = nearest(value, common)
        hint = f"did you mean {found}?" if found else f"such as {', '.join(common)}"
        raise refuse(f"{value!r} is no known encoding", hint) from None
    return value


def _region(value: str) -> str:
    if len(value) != 2 or not value.isalpha() or not value.isascii():
        raise refuse(f"{value!r} is not a country", "two letters such as GB or CN")
    return value.upper()


class Input(Strict):
    """One table of raw rows: all files that a path pattern finds, read in one way."""

    path: str = Field(min_length=1)
    """Path or pattern (`*`, `**`, `?`, `[…]`), relative to the configuration file."""
    format: Format | None = None
    """What each file's ending says where None."""
    encoding: Annotated[str, AfterValidator(_encoding)] | None = None
    """Of text formats; UTF-8 where None. A byte-order mark is recognised, removed, and outweighs this."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """Of csv and tsv; a comma and a tab where None."""
    sheet: str | None = Field(default=None, min_length=1)
    """Of a workbook; the first where None."""
    header_row: int = Field(default=1, ge=1)
    """Line (or row of the sheet) that holds the names of the columns; what stands above is skipped."""
    region: Annotated[str, AfterValidator(_region)] | None = None
    """Country of phone numbers that are written without one; the shop's where None."""
    personal: dict[str, Kind] = Field(default_factory=dict)
    """How each column with personal data is treated, by its name in the file."""

    @property
    def is_text(self) -> bool:
        """Do all its columns land as text? Parquet keeps its types; a pattern without an ending may find some."""
        if self.format is not None:
            return self.format != "parquet"
        ending = PurePosixPath(self.path).suffix.lower()
        return ending not in ("", *_PARQUET) and "*" not in ending


class FilesSettings(SourceSettings):
    """A source of type `files`."""

    type: Literal["files"]
    inputs: dict[Name, Input] = Field(min_length=1)
    entities: dict[str, EntitySettings] = Field(min_length=1)

    def input_names(self) -> list[str]:
        return list(self.inputs)

    def text_inputs(self) -> list[str]:
        return [name for name, one in self.inputs.items() if one.is_text]

    def dropped(self, input_name: str) -> list[str]:
        personal = self.inputs[input_name].personal
        return [name for name, kind in personal.items() if kind == "drop"]

    def mappings(self) -> dict[str, EntityMapping]:
        return entity_mappings(self.entities)
