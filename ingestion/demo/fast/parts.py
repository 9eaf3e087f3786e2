"""A part of the large shop: a few days of all tables that are made day by day, and what is true of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import polars as pl

from ingestion.demo.fast.catalogue import Catalogue
from ingestion.demo.fast.marks import shares
from ingestion.demo.fast.master import stock_on, stock_tables, variant_ids
from ingestion.demo.fast.orders import DAY, orders_of, together
from ingestion.demo.fast.scale import Scale
from ingestion.demo.fast.sessions import AGAIN, AGAIN_LATER, Sessions, sessions_of
from ingestion.demo.fast.tables import (
    customer_table,
    event_table,
    line_table,
    order_table,
    payment_table,
    refund_table,
)
from ingestion.demo.fast.truth import Truth, of_events, of_orders
from ingestion.demo.shop.columns import joined, only
from ingestion.demo.shop.randomness import Bools, Ints

Frames = dict[str, list[pl.DataFrame]]
LATE = "events-late"
"""Events that arrive on a later day: a file of their own in the folder of the events."""
_OLD_ORDERS = 0.004
"""Share of the orders whose first state (pending) is in the files, too."""


def part_of(scale: Scale, catalogue: Catalogue, days: Ints) -> tuple[Frames, Truth]:
    """The tables of these days (consecutive numbers from the first day on), by entity and LATE, and the truth."""
    variants, marks, listed = variant_ids(catalogue), shares(), days.tolist()
    by_day = [orders_of(scale, catalogue, day) for day in listed]
    each = [sessions_of(scale, catalogue, one, day, marks) for one, day in zip(by_day, listed, strict=True)]
    numbers = [day * 10**7 + np.arange(len(one.type)) for one, day in zip(each, listed, strict=True)]
    orders, events = together(by_day), joined(each)
    every = np.arange(len(orders.number))
    old = every[scale.generator(3, listed[0]).random(len(every)) < _OLD_ORDERS]
    new = np.arange(scale.first_customer[listed[0]], scale.first_customer[listed[-1] + 1])
    opened = scale.midnights[np.searchsorted(scale.first_customer, new, side="right") - 1] + new % (DAY // 2)
    prompt, late = _arrivals(scale, events, np.concatenate(numbers), variants, listed[0])
    frames: Frames = {
        "events": [prompt],
        LATE: late,
        "orders": [
            order_table(orders, every, scale.currency),
            order_table(orders, old, scale.currency, final=False),
        ],
        "order_lines": [line_table(orders, variants)],
        "payments": [payment_table(orders)],
        "refunds": [refund_table(orders, variants)],
        "customers": [customer_table(new, opened)],
        "inventory_levels": list(stock_tables(scale, catalogue, days)),
    }
    truth: Truth = Counter(
        {
            "customers.rows": len(new),
            "orders.repeats": len(old),
            "events.late_or_again": sum(frame.height for frame in late),
            "inventory_levels.rows": sum(frame.height for frame in frames["inventory_levels"]),
            "inventory_levels.on_hand": sum(int(stock_on(scale, catalogue, day).sum()) for day in listed),
        }
    )
    truth.update(of_orders(orders))
    truth.update(of_events(events))
    return frames, truth


def _arrivals(
    scale: Scale, events: Sessions, number: Ints, variants: pl.Series, first: int
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Events in the order in which they arrive, and apart from them what comes a day late, or once more a day later."""
    draw = scale.generator(4, first)
    late: Bools = events.received_at - events.at >= DAY
    luck = draw.random(len(number))
    twice = np.flatnonzero((luck < AGAIN) & ~late)
    later = np.flatnonzero((luck > 1 - AGAIN_LATER) & ~late)
    here = np.concatenate([np.flatnonzero(~late), twice])
    here = here[np.argsort(events.received_at[here], kind="stable")]
    again = only(events, later)
    again = replace(again, received_at=again.received_at + DAY)
    prompt = event_table(only(events, here), variants, number[here])
    return prompt, [
        event_table(only(events, late), variants, number[late]),
        event_table(again, variants, number[later]),
    ]
