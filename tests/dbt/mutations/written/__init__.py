"""Faults that a person could make, written by hand: at least one for every model that computes something."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault
from tests.dbt.mutations.written import (
    increments,
    intermediate,
    macros,
    marts,
    people,
    products,
    promotions,
    roi,
    stock,
)

FAULTS: list[Fault] = [
    *marts.FAULTS,
    *intermediate.FAULTS,
    *macros.FAULTS,
    *increments.FAULTS,
    *people.FAULTS,
    *products.FAULTS,
    *promotions.FAULTS,
    *roi.FAULTS,
    *stock.FAULTS,
]
