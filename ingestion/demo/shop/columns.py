"""Rows of a dataclass whose fields are arrays of one length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from ingestion.demo.shop.randomness import Bools, Ints

Columns = TypeVar("Columns")


def only(columns: Columns, chosen: Bools | Ints) -> Columns:
    """The chosen entries of every field."""
    given: Any = columns
    return type(columns)(**{one.name: getattr(given, one.name)[chosen] for one in fields(given)})


def joined(parts: Sequence[Columns]) -> Columns:
    """The entries of all parts, one after the other."""
    given: Any = parts
    names = [one.name for one in fields(given[0])]
    return type(parts[0])(**{name: np.concatenate([getattr(part, name) for part in given]) for name in names})
