"""Which of several files that hold the same row is the newest: a number for each file, the column `_file_version`."""

from __future__ import annotations

import re

from ingestion.files.problems import UnreadableError

COLUMN = "_file_version"
MODIFIED = "modified"
_LARGEST = (1 << 63) - 1


def version_of(file: str, modified_ns: int, how: str) -> int:
    """The file's version: microseconds since 1970 at which it was changed (`modified`), or the digits of the one
    group of the regular expression `how` in its path: `2026-11-23` is 20261123. Raises UnreadableError.
    """
    if how == MODIFIED:
        return modified_ns // 1000
    found = re.search(how, file)
    if found is None:
        raise UnreadableError(f"its name does not match file_version, {how}")
    digits = re.sub(r"\D", "", found[1] or "")
    if not digits or int(digits) > _LARGEST:
        raise UnreadableError(f"file_version finds {found[1]!r} in its name, which is no number")
    return int(digits)
