"""Where output goes: results on stdout, what happens meanwhile on stderr."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 10_000


def console(*, stderr: bool = False) -> Console:
    """A console for people. Text is never taken as markup unless it is asked for: file names hold brackets."""
    from rich.console import Console

    out = sys.stderr if stderr else sys.stdout
    # Piped into a file or a pager nothing is to be cut off at the width of no terminal.
    width = None if out.isatty() else WIDE
    return Console(file=out, width=width, highlight=False, markup=False, emoji=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def number(value: int) -> str:
    """1234567 as 1,234,567."""
    return f"{value:,}"


def counted(value: int, word: str) -> str:
    """`1 file`, `2 files`, `2 deliveries`."""
    if value == 1:
        return f"1 {word}"
    return f"{value:,} {word.removesuffix('y')}ies" if word.endswith("ry") else f"{value:,} {word}s"


def seconds(value: float) -> str:
    """0.42 s, 12 s, 2 min 05 s."""
    if value < 10:
        return f"{value:.1f} s"
    return f"{value:.0f} s" if value < 100 else f"{int(value) // 60} min {int(value) % 60:02d} s"


def size(value: int) -> str:
    """Bytes for a person: 900 B, 12.3 MB."""
    amount = float(value)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def ago(moment: datetime) -> str:
    """How long ago an instant was: `3 min ago`, `2 days ago`."""
    passed = (datetime.now(UTC) - moment).total_seconds()
    for unit, length in (("day", 86400), ("hour", 3600), ("min", 60)):
        if passed >= length:
            count = int(passed // length)
            return f"{count} {unit}{'s' if count > 1 and unit != 'min' else ''} ago"
    return "just now"


def short(path: Path) -> str:
    """A path as one would type it here: relative where it lies below this folder."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
