"""What a line was worth whose units are all cancelled: the API tells its price still, but no discount any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingestion.vendure.refunding import shares

Record = dict[str, Any]
_PAID = ("Settled", "Authorized")


def restore_discounts(record: Record, lines: Sequence[Record], ordered: int) -> int:
    """Give lines whose units are all cancelled the discount that they must have had, and return what the order came to.

    `ordered` is what the order came to without those discounts, tax included. What was paid less than that is what
    promotions took off: they are known to have applied, only not how much. Where just one has, it is named, too.
    """
    empty = [one for one in lines if not one["quantity"] and one["orderedQuantity"]]
    payments = record["payments"] or ()
    paid: int = sum(one["amount"] for one in payments if one["state"] in _PAID)
    paid = paid or sum(one["amount"] for one in payments if one["state"] == "Cancelled")
    gross = [one["orderedPrice"] + one["orderedTax"] for one in empty]
    gap = ordered - paid
    if not (paid and record["promotions"] and 0 < gap <= sum(gross)):
        return ordered
    promotion = record["promotions"][0]["id"] if len(record["promotions"]) == 1 else None
    # Vendure shares a discount without tax by what lines cost with tax, so with tax it is by the square of that.
    weights = [value * value // max(one["orderedPrice"], 1) for one, value in zip(empty, gross, strict=True)]
    for line, share, value in zip(empty, shares(gap, weights), gross, strict=True):
        discount = round(share * line["orderedPrice"] / value) if value else 0
        line["orderedDiscount"] = discount
        line["orderedTax"] -= share - discount
        if promotion is not None and discount:
            line["discounts"] = [
                {"adjustmentSource": f"PROMOTION:{promotion}", "type": "PROMOTION", "amount": -discount}
            ]
    return paid
