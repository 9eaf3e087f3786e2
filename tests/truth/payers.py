"""Who pays for what was taken off: by line, in ten-thousandths."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import polars as pl

from tests.truth.lines import sold
from tests.truth.world import MONEY, Seen, World

PAYERS = ("platform", "creator")


def payers(world: World) -> pl.DataFrame:
    """shop_id, line, discounts_platform, discounts_creator of the lines of which others than the seller pay a part.

    In the simulated shops others pay for discounts of whole orders only: those are shared among the sold lines by
    what no discount of the line explains; the line of which that is most takes what rounding leaves.
    """
    if "payers" not in world.memory:
        found = [row for shop in world.shops for row in _of_shop(shop)]
        columns = ("shop_id", "line", *(f"discounts_{payer}" for payer in PAYERS))
        world.memory["payers"] = pl.DataFrame(found, schema=columns, orient="row")
    return world.memory["payers"]


def _of_shop(shop: Seen) -> list[tuple[str, int, int, int]]:
    lines, money = shop.business.baskets.lines, shop.business.money
    off, campaigns, is_sold = money.discounts, shop.business.campaigns, sold(shop)
    by_order: dict[int, dict[str, int]] = {}
    for order, campaign, amount in zip(
        off.order.tolist(), off.campaign.tolist(), off.amount.tolist(), strict=True
    ):
        payer = campaigns[campaign].funded_by
        if payer in PAYERS:
            parts = by_order.setdefault(order, dict.fromkeys(PAYERS, 0))
            parts[payer] += amount * MONEY
    rest = (money.discount - off.on_line) * MONEY
    found = []
    for order, parts in by_order.items():
        first, last = np.searchsorted(lines.order, [order, order + 1])
        those = [one for one in range(first, last) if is_sold[one] and money.discount[one] > 0]
        places = {one: f"{order}-{lines.place[one]}" for one in those}
        whole = sum(int(rest[one]) for one in those)
        if not whole:
            continue
        largest = min(those, key=lambda one: (-rest[one], places[one]))
        shares = {
            payer: {one: _rounded(Fraction(parts[payer] * int(rest[one]), whole)) for one in those}
            for payer in PAYERS
        }
        for payer in PAYERS:
            shares[payer][largest] += parts[payer] - sum(shares[payer].values())
        found += [(shop.shop_id, one, *(shares[payer][one] for payer in PAYERS)) for one in those]
    return found


def _rounded(value: Fraction) -> int:
    """Half up."""
    return int(value + Fraction(1, 2))
