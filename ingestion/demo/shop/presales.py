"""Pre-sales (预售): a deposit when ordering, weeks early, and the balance on the day of the festival."""

from __future__ import annotations

from datetime import date

import numpy as np

from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.seasons import NEVER

WINDOWS = (((5, 24), (6, 17), (6, 18)), ((10, 20), (11, 10), (11, 11)))
"""(first day of deposits, last day, day of the balance), as (month, day): 618 and 双11."""
SHARE = 0.30
DEPOSIT_SHARE = 0.15
PAYS_BALANCE = 0.91


def balance_days(plan: Plan, created_at: Ints, *keys: Ints) -> Ints:
    """The instant from which the balance of each order is due; NEVER for orders that are no pre-sale."""
    due = np.full(len(created_at), NEVER)
    if not plan.is_chinese:
        return due
    chosen = plan.dice.chance(SHARE, "presale", *keys)
    for year in range(plan.start.year, plan.start.year + plan.days // 365 + 2):
        for first, last, day in WINDOWS:
            begin, end = plan.midnight(date(year, *first)), plan.after(date(year, *last))
            inside = chosen & (created_at >= begin) & (created_at < end)
            due = np.where(inside, plan.midnight(date(year, *day)), due)
    return due
