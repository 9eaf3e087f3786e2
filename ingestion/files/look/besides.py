"""What the rows of a file give besides the entity that they are: goods taken back, lines for orders without any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.files.look.completing import number
from ingestion.files.look.made import Entry, Made
from ingestion.files.look.placing import Placement
from ingestion.mapping.casts import identifier

if TYPE_CHECKING:
    from ingestion.files.look.proposal import Proposal


def besides(placement: Placement, made: Made, proposal: Proposal) -> list[tuple[str, Made]]:
    """(entity, its columns) for each that the file gives besides. Lines of orders are cut at those taken back."""
    if placement.entity == "order_lines":
        back = _taken_back(placement, made, proposal)
        return [("refunds", back)] if back is not None else []
    if placement.entity == "orders":
        line = _one_line(placement, made, proposal)
        return [("order_lines", line)] if line is not None else []
    return []


def _taken_back(placement: Placement, made: Made, proposal: Proposal) -> Made | None:
    """Refunds out of the lines with a negative quantity; those lines are then no sales."""
    pieces, when = placement.column("quantity"), placement.found.get("created_at")
    if pieces is None or pieces.smallest is None or pieces.smallest >= 0:
        return None
    if when is None:
        made.checks.append(f"{pieces.name!r} has negative values: goods taken back? Give them to refunds")
        return None
    given = {one.target: one for one in made.entries}
    count = number(pieces, proposal.values)
    made.where = f"{f'({made.where}) and ' if made.where else ''}coalesce({count}, 1) > 0"
    made.checks.append(f"rows with a negative {pieces.name!r} are goods taken back: they are refunds")
    back = Made(where=f"{count} < 0")
    back.entries.append(Entry("refund_id", dict(given["order_line_id"].settings), 0.7))
    if _are_in_the_order(placement, proposal):
        back.entries.append(Entry("order_id", dict(given["order_id"].settings), 0.8))
    else:
        back.checks.append(
            "their numbers are not those of the sales: the warehouse looks for the sale of each"
        )
    for target in ("variant_id", "customer_id"):
        if target in given:
            back.entries.append(Entry(target, dict(given[target].settings), given[target].confidence))
    back.entries.append(Entry("quantity", {"sql": f"cast(abs({count}) as bigint)"}, 0.8))
    back.entries.append(Entry("amount", {"sql": f"abs({_value(placement, given, proposal)})"}, 0.7))
    back.entries.append(Entry("refunded_at", dict(given["created_at"].settings), 0.7))
    back.entries.append(Entry("status", {"value": "success"}, 0.8))
    return back


def _value(placement: Placement, given: dict[str, Entry], proposal: Proposal) -> str:
    """SQL of a line's value, after discount."""
    total, price = placement.column("line_total"), placement.column("unit_price")
    if total is not None:
        return number(total, proposal.values)
    pieces = placement.column("quantity")
    assert pieces is not None
    each = number(price, proposal.values) if price is not None else str(given["unit_price"].settings["sql"])
    return f"{number(pieces, proposal.values)} * {each}"


def _are_in_the_order(placement: Placement, proposal: Proposal) -> bool:
    """Do the orders that take something back also sell something?"""
    pieces = placement.column("quantity")
    assert pieces is not None
    sold: set[str] = set()
    back: set[str] = set()
    for order, count in proposal.rows_of(placement.found["order_id"].column, pieces):
        (back if count.strip().startswith(("-", "(")) or count.strip().endswith("-") else sold).add(order)
    return len(back & sold) > len(back) / 2


def _one_line(placement: Placement, made: Made, proposal: Proposal) -> Made | None:
    """A line that stands for all of an order: sales are summed from lines, and would be none."""
    total = placement.column("total")
    if total is None:
        made.checks.append(
            "no lines and no total: sales stay empty until a file gives the lines (order_lines)"
        )
        return None
    sql = number(total, proposal.values)
    parts = {"shipping_total": "-", "tax_total": "-", "discount_total": "+"}
    for concept, sign in parts.items():
        if (column := placement.column(concept)) is not None and column.kind in ("number", "whole"):
            one = number(column, proposal.values)
            sql += f" {sign} coalesce({f'abs({one})' if sign == '+' else one}, 0)"
    line = Made(where=f"{identifier(total.name)} is not null")
    order = next(one for one in made.entries if one.target == "order_id")
    line.entries = [
        Entry("order_line_id", {"value": "1"}, 0.8),
        Entry("order_id", dict(order.settings), order.confidence),
        Entry("variant_id", {"value": "unknown"}, 0.5),
        Entry("quantity", {"value": "1"}, 0.5),
        Entry("unit_price", {"sql": sql}, 0.7, [f"{total.name!r} less what is not the goods'"]),
    ]
    discount = placement.column("discount_total")
    if discount is not None and discount.kind in ("number", "whole"):
        line.entries.append(Entry("discount", {"sql": f"abs({number(discount, proposal.values)})"}, 0.7))
    line.checks.append(
        "the file has no lines: one per order stands for them, so that sales are right; figures by product need a file"
        " with lines, which then takes the place of this"
    )
    return line
