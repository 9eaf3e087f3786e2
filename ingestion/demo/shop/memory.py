"""Derived parts of a business that several tables need, made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from ingestion.demo.shop.business import Business

Part = TypeVar("Part")


def once(make: Callable[[Business], Part]) -> Callable[[Business], Part]:
    """Remember what `make` gives for as long as the business itself is remembered."""
    made: WeakKeyDictionary[Business, Part] = WeakKeyDictionary()

    @wraps(make)
    def remembered(business: Business) -> Part:
        if business not in made:
            made[business] = make(business)
        return made[business]

    return remembered
