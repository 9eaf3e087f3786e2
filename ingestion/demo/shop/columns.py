"""Rows of a dataclass whose fields are arrays of one length."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from ingestion.demo.shop.randomness import Bools, Ints

Columns = TypeVar("Columns")


def only(columns: Columns, chosen: Bools | Ints) -> Columns:
    """The chosen entries of every field."""
    given: Any = columns
    return type(columns)(**{one.name: getattr(given, one.name)[chosen] for one in fields(given)})
