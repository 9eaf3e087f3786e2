"""Which entities the rows of a table make, and which column is which of theirs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ingestion.contracts import Contract
from ingestion.files.look.naming import lexicon, likeness, plain
from ingestion.files.look.people import are_names
from ingestion.files.look.profile import Column
from ingestion.files.look.tokens import tokens
from ingestion.personal.kinds import Kind

SURE_ENOUGH = 0.55
"""Below it a name is no reason to map a column."""
FLAT = ("orders", "products", "customers")
"""What the lines of orders may hold besides themselves; derived from them."""
_NUMBERS = {"line_total": "decimal(18,4)", "discount_rate": "decimal(18,4)", "profit": "decimal(18,4)"}
_ABOUT_PEOPLE = {"email": "email", "phone": "phone"}


@dataclass(frozen=True)
class Found:
    """A concept and the column that is it, with how sure that is (0 to 1)."""

    concept: str
    column: Column
    confidence: float


@dataclass(frozen=True)
class Placement:
    """An entity that the table makes: its concepts, by name."""

    entity: str
    found: Mapping[str, Found]
    score: float

    def column(self, concept: str) -> Column | None:
        """The column that is this concept."""
        return self.found[concept].column if concept in self.found else None


def place(
    columns: Sequence[Column],
    personal: Mapping[str, Kind],
    contracts: Mapping[str, Contract],
    only: str | None = None,
    evidence: Mapping[tuple[int, str], float] = MappingProxyType({}),
) -> list[Placement]:
    """The entities of the table, the likeliest first; empty if none fits. `only`: the one that a person has named;
    `evidence`: what columns are by what they hold (`structure`)."""
    placed = [
        _placement(entity, columns, personal, contracts, evidence)
        for entity in lexicon().entities
        if entity in contracts
    ]
    able = [one for one in placed if _has_needs(one)]
    if only is not None:
        return [one for one in placed if one.entity == only]
    if not able:
        return []
    best = max(able, key=lambda one: one.score)
    if best.entity in ("orders", "order_lines"):
        lines = next((one for one in able if one.entity == "order_lines"), None)
        return [best if lines is None or not _is_flat(lines, best) else lines]
    if best.entity in ("products", "inventory_levels"):
        pair = [one for one in able if one.entity in ("products", "inventory_levels")]
        return (
            sorted(pair, key=lambda one: -one.score)
            if best.column("on_hand")
            or best.entity == "inventory_levels"
            or any(one.entity == "inventory_levels" and one.found["on_hand"].confidence > 0.8 for one in pair)
            else [best]
        )
    return [best]


def flat_concepts(entity: str, allowed: Collection[str]) -> dict[str, str]:
    """Concept → column of one of the entities that can be derived from `entity`, where a mapping may give it."""
    found: dict[str, str] = {}
    if entity != "order_lines":
        return found
    for other in FLAT:
        if other in allowed:
            for column, concept in lexicon().entities[other]["columns"].items():
                found.setdefault(concept, column)
    return found


def _is_flat(lines: Placement, best: Placement) -> bool:
    """Are there lines in it, rather than orders that say how many articles they have?"""
    return best.entity == "order_lines" or bool(
        lines.column("variant_id")
        or (lines.column("quantity") and (lines.column("title") or lines.column("unit_price")))
    )


def _has_needs(one: Placement) -> bool:
    needs = lexicon().entities[one.entity]["needs"]
    return all(any(c in one.found for c in ([need] if isinstance(need, str) else need)) for need in needs)


def _placement(
    entity: str,
    columns: Sequence[Column],
    personal: Mapping[str, Kind],
    contracts: Mapping[str, Contract],
    evidence: Mapping[tuple[int, str], float],
) -> Placement:
    said = lexicon().entities[entity]
    types = {concept: contracts[entity].columns[name].data_type for name, concept in said["columns"].items()}
    types |= {concept: _NUMBERS.get(concept, "varchar") for concept in said.get("also", [])}
    if entity == "order_lines":
        for other in FLAT:
            for name, concept in lexicon().entities[other]["columns"].items():
                types.setdefault(concept, contracts[other].columns[name].data_type)
        types["customer_handle"] = "varchar"
        for concept in (
            "total",
            "list_price",
            "status",
            "customer_created_at",
            "listed_at",
        ):
            types.pop(concept, None)  # of a line these are its own, under other names
    candidates = sorted(
        (
            (
                max(_named(column, concept, entity), evidence.get((column.at, concept), 0.0))
                * _fit(column, data_type, concept, personal),
                at,
                concept,
                column,
            )
            for at, (concept, data_type) in enumerate(types.items())
            for column in columns
        ),
        key=lambda one: (-one[0], one[1]),
    )
    found: dict[str, Found] = {}
    taken: set[int] = set()
    for score, _, concept, column in candidates:
        if score >= SURE_ENOUGH and concept not in found and column.at not in taken:
            found[concept] = Found(concept, column, min(score, 1.0))
            taken.add(column.at)
    others = [
        c
        for c in said.get("not", [])
        if c not in found and any(likeness(one.name, c) > 0.9 for one in columns)
    ]
    strength = sum(found[c].confidence for c in said["tells"] if c in found)
    score = strength + 0.15 * len(found) - 1.5 * len(others)
    order = found.get("order_id")
    if entity == "orders" and order is not None and order.column.distinct < 0.9 * order.column.filled:
        score -= 1.5  # an order that comes again has lines
    return Placement(entity, found, score)


def _named(column: Column, concept: str, entity: str) -> float:
    """`likeness`, but among the lines of orders a tax or discount `of the order` is not the line's, and no other is
    the order's."""
    if entity == "order_lines" and concept in ("tax", "discount", "tax_total", "discount_total"):
        said = plain(column.name)
        if (("order" in said.split() or "订单" in said) and concept in ("tax", "discount")) or (
            "order" not in said.split() and "订单" not in said and concept.endswith("_total")
        ):
            return 0.0
    return likeness(column.name, concept)


def _fit(column: Column, data_type: str, concept: str, personal: Mapping[str, Kind]) -> float:
    """How well the values of a column suit a concept."""
    kind = personal.get(column.name)
    if concept in _ABOUT_PEOPLE:
        return 1.0 if kind == _ABOUT_PEOPLE[concept] else 0.0
    if kind in ("email", "phone"):
        return 0.0
    if kind == "drop" and concept == "customer_handle" and are_names(column.values):
        return 0.0
    if kind == "drop" and concept not in ("customer_handle", "body", "account"):
        return 0.0
    if column.kind == "empty":
        return 0.6
    if concept in lexicon().statuses:
        known = lexicon().statuses[concept]
        if any(plain(value) in known or value.lower() in known.values() for value in column.values):
            return 1.0
        is_said = concept == "financial_status" and "status" in tokens(plain(column.name))
        return 0.7 if is_said and column.kind == "text" and column.distinct <= 12 else 0.0
    return _suits(column, data_type, concept)


def _suits(column: Column, data_type: str, concept: str) -> float:
    if data_type in ("timestamp", "date"):
        return 1.0 if column.kind == "date" else 0.75 if column.format and column.kind != "text" else 0.0
    if data_type.startswith("decimal("):
        return 1.0 if column.kind in ("number", "whole") else 0.0
    if data_type == "bigint":
        return {"whole": 1.0, "number": 0.5}.get(column.kind, 0.0)
    if data_type == "boolean":
        known = {"true", "false", "yes", "no", "y", "n", "0", "1", "t", "f", "是", "否"}
        return 1.0 if {value.lower() for value in column.values} <= known else 0.0
    if concept in ("title", "body", "category", "campaign", "country"):
        return 1.0 if column.kind == "text" else 0.4
    if concept == "customer_handle" and (column.kind != "text" or are_names(column.values)):
        return 0.0  # a name is no id: two people may share it, and it is not ours to keep
    if column.kind == "date":
        return 0.3
    if concept == "variant_id" and sum(" " in value for value in column.values) > len(column.values) / 2:
        return 0.9  # words rather than a code
    broken = sum(bool(re.fullmatch(r"\d+\.\d*[1-9]\d*", value)) for value in column.values)
    return 0.6 if broken > len(column.values) / 2 else 1.0  # an amount rather than an id


def is_clock(column: Column) -> bool:
    """Times of day without a date?"""
    values = column.values
    return bool(values) and all(re.fullmatch(r"(?i)\d{1,2}:\d{2}(:\d{2})?(\s*[ap]m)?", one) for one in values)
