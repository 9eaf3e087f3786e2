"""What columns are by what they hold, where names say nothing: ids that repeat, and numbers that make one another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import phonenumbers

from ingestion.files.look.arithmetic import Relation, numbers_of, relations
from ingestion.files.look.grid import Grid
from ingestion.files.look.naming import lexicon, plain, says_something
from ingestion.files.look.profile import Column, Profile
from ingestion.files.look.tokens import tokens
from ingestion.personal.kinds import Kind

Evidence = dict[tuple[int, str], float]
"""(column's place, concept) → how surely it is that, by what it holds."""

_ROW_IDS = (
    "order_line_id", "payment_id", "refund_id", "review_id", "event_id", "movement_id", "po_line_id", "ticket_id",
    "shipment_id",
)  # fmt: skip
_SEEN = 4000
"""Rows that are compared."""


def look_at_structure(found: Profile, table: Grid, personal: Mapping[str, Kind]) -> Evidence:
    """Evidence for the columns of a table."""
    evidence: Evidence = {}
    rows = table.rows[:_SEEN]
    open_ = [
        one for one in found.columns
        if one.name and one.kind != "empty" and personal.get(one.name, "keep") == "keep"
    ]  # fmt: skip
    silent = {one.at for one in open_ if not says_something(one.name)}
    for relation in relations(open_, numbers_of(open_, rows, found.values)):
        _of_relation(evidence, relation)
    _row_ids(evidence, open_)
    _of_values(evidence, [one for one in open_ if one.at in silent])
    _of_groups(evidence, open_, silent, rows)
    return evidence


def _of_relation(evidence: Evidence, one: Relation) -> None:
    evidence[one.quantity, "quantity"] = 0.97
    evidence[one.price, "unit_price"] = 0.98
    evidence[one.total, "line_total"] = max(
        0.97 if one.off is None else 0.98, evidence.get((one.total, "line_total"), 0)
    )
    if one.off is not None:
        evidence[one.off, "discount" if one.kind == "amount" else "discount_rate"] = 0.97


def _row_ids(evidence: Evidence, columns: Sequence[Column]) -> None:
    """A column that is different in each row, and called an id of some kind, may be that of the row."""
    for one in columns:
        meaning = tokens(plain(one.name))
        if one.is_unique and one.rows > 1 and "id" in meaning and one.kind in ("text", "whole"):
            for concept in _ROW_IDS:
                evidence[one.at, concept] = 0.6
            if meaning == {"id"}:
                evidence[one.at, "order_id"] = 0.6


def _of_values(evidence: Evidence, silent: Sequence[Column]) -> None:
    """Times, statuses and countries show themselves."""
    dates = [one for one in silent if one.kind == "date"]
    for rank, one in enumerate(sorted(dates, key=lambda one: (":" not in one.values[0], min(one.values)))):
        for concept in (
            "created_at",
            "refunded_at",
            "review_created_at",
            "processed_at",
            "snapshot_at",
            "day",
        ):
            evidence[one.at, concept] = 0.75 - 0.02 * rank
    for one in silent:
        if one.kind != "text":
            continue
        known = lexicon().statuses["financial_status"]
        if one.distinct <= 12 and sum(plain(value) in known for value in one.values) > one.distinct / 2:
            evidence[one.at, "financial_status"] = 0.8
        codes = [value for value in one.values if value.upper() in phonenumbers.SUPPORTED_REGIONS]
        if len(codes) > 0.8 * len(one.values):
            evidence[one.at, "country"] = 0.75


def _of_groups(
    evidence: Evidence, columns: Sequence[Column], silent: set[int], rows: Sequence[Sequence[str]]
) -> None:
    """What an order has in common (its time, its buyer) tells its id; what goes with an article, the article's."""
    whens = [one for one in columns if one.kind == "date" or one.format]
    ids = [one for one in columns if one.kind in ("text", "whole") and not one.format and one.distinct > 1]
    orders = [
        one for one in ids
        if one.distinct < one.filled < 25 * one.distinct
        and any(when.distinct > 5 and _determines(rows, one.at, when.at) for when in whens)
        and _is_code(one)
    ]  # fmt: skip
    named = [one for one in orders if one.at not in silent]
    candidates = [one for one in orders if one.at in silent]
    if candidates and not named:
        order = max(candidates, key=lambda one: (one.distinct, -one.at))
        evidence[order.at, "order_id"] = 0.8
    elif not orders:
        unique = [one for one in ids if one.is_unique and one.at in silent and _is_code(one)]
        if unique and whens:
            evidence[unique[0].at, "order_id"] = 0.6
        return
    else:
        order = max(named, key=lambda one: one.distinct)
    for one in ids:
        if one.at == order.at or one.at not in silent or (one.at, "financial_status") in evidence:
            continue
        if _determines(rows, order.at, one.at):
            if 1 < one.distinct < order.distinct and one.distinct > 0.05 * order.distinct and _is_code(one):
                evidence[one.at, "customer_id"] = 0.65
        elif _is_code(one) and (one.at, "quantity") not in evidence and 2 < one.distinct < 0.7 * one.filled:
            evidence[one.at, "variant_id"] = 0.7
        elif one.kind == "text" and not one.is_unique and one.distinct > 2:
            evidence[one.at, "title"] = 0.65


def _determines(rows: Sequence[Sequence[str]], key: int, other: int) -> bool:
    """Has (nearly) each value of one column a single one of the other, and some of them several rows to show it?"""
    seen: dict[str, set[str]] = defaultdict(set)
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        if row[key].strip() and row[other].strip():
            seen[row[key]].add(row[other])
            counts[row[key]] += 1
    several = [name for name, count in counts.items() if count > 1]
    return len(several) > 2 and sum(len(seen[name]) == 1 for name in several) > 0.97 * len(several)


def _is_code(one: Column) -> bool:
    """An id rather than words or an amount: digits in most, no blanks; numbers of at least three digits."""
    sample = one.values[:100]
    if one.kind == "whole":
        return sum(len(re.sub(r"\D", "", value)) >= 3 for value in sample) > 0.7 * len(sample)
    return sum(bool(re.search(r"\d", value)) and " " not in value for value in sample) > 0.7 * len(sample)
