"""Faults that a person could make, written by hand: at least one for every model that computes something."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault
from tests.dbt.mutations.written import (
    funnel,
    increments,
    intermediate,
    macros,
    marts,
    people,
    products,
    promotions,
    roi,
    sessions,
    stock,
)

FAULTS: list[Fault] = [
    *funnel.FAULTS,
    *marts.FAULTS,
    *intermediate.FAULTS,
    *macros.FAULTS,
    *increments.FAULTS,
    *people.FAULTS,
    *products.FAULTS,
    *promotions.FAULTS,
    *roi.FAULTS,
    *sessions.FAULTS,
    *stock.FAULTS,
]
