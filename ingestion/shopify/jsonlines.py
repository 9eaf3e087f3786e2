"""Reads the file of a bulk operation: one object a line, the parts of a record below it, with `__parentId`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from ingestion.api.errors import FeedError
from ingestion.shopify.selections import Selection

Record = dict[str, Any]


class Lines:
    """The lines of one file, with what the operation says of how many there are."""

    def __init__(self, file: IO[bytes], state: Mapping[str, Any]) -> None:
        self._file, self._state = file, state

    def records(self, selection: Selection) -> Iterator[Record]:
        """Records with the lists of their parts; one of them at a time is in memory. Raises FeedError where a line is
        no JSON, where a part stands under something else than its record, and where lines are missing at the end."""
        lists = {one.type: name for name, one in selection.connections.items()}
        record: Record | None = None
        lines = 0
        with self._file as file:
            for lines, text in enumerate(file, start=1):
                item = self._parsed(text, lines)
                parent = item.pop("__parentId", None)
                if parent is None:
                    if record is not None:
                        yield record
                    record = item | {name: [] for name in selection.connections}
                elif record is None or parent != record["id"]:
                    raise FeedError(
                        f"line {lines:,} of the bulk operation's file is part of no record above it"
                    )
                else:
                    name = lists.get(item.pop("__typename", ""))
                    if name is None:
                        raise FeedError(
                            f"line {lines:,} of the bulk operation's file is of no type that was asked for"
                        )
                    record[name].append(item)
            expected = self._state.get("objectCount")
            if expected is not None and lines != int(expected):
                raise FeedError(
                    f"the bulk operation's file has {lines:,} lines, and {int(expected):,} were announced; run again"
                )
        if record is not None:
            yield record

    def _parsed(self, text: bytes, line: int) -> Record:
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise FeedError(f"line {line:,} of the bulk operation's file is no JSON object: was it cut off?")
        return found
