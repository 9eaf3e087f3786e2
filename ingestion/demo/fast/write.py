"""Writes the large shop: parts of a few days each, one after the other or in several processes, and what is true of it.

Memory depends on the size of a part, not on that of the shop. Each part is made from the seed alone, so the files
are the same however many processes write them.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from ingestion.demo.fast.catalogue import Catalogue, build_catalogue
from ingestion.demo.fast.configuration import ENTITIES, configuration
from ingestion.demo.fast.marks import shares
from ingestion.demo.fast.master import (
    cost_table,
    product_table,
    spend_table,
    stock_on,
    stock_tables,
    variant_ids,
)
from ingestion.demo.fast.orders import DAY, orders_of, together
from ingestion.demo.fast.scale import DAYS, Scale
from ingestion.demo.fast.sessions import AGAIN, AGAIN_LATER, Sessions, sessions_of
from ingestion.demo.fast.tables import (
    customer_table,
    event_table,
    line_table,
    order_table,
    payment_table,
    refund_table,
)
from ingestion.demo.fast.truth import Truth, nested, of_events, of_orders
from ingestion.demo.shop.columns import joined, only
from ingestion.demo.shop.randomness import Bools, Ints

_EVENTS_A_PART = 300_000
_LINES_A_STOCK_FILE = 1_000_000
_OLD_ORDERS = 0.004
"""Share of the orders whose first state (pending) is in the files, too."""


@dataclass(frozen=True)
class Written:
    """What `write_fast` has written."""

    out: Path
    config: Path
    scale: Scale
    rows: dict[str, int]
    """Rows in the files, repeats included."""
    files: int
    seconds: float


def write_fast(
    out: Path, scale: Scale, *, processes: int = 1, progress: Callable[[str, int, int], None] | None = None
) -> Written:
    """Write the shop's files, `opsmart.yml` and `truth.json` below `out`.

    Raises FileExistsError if `out` holds anything.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f"{out} is not an empty folder: choose another one")
    began = time.monotonic()
    for entity in ENTITIES:
        (out / entity).mkdir(parents=True)
    parts = [(out, scale, days) for days in np.array_split(np.arange(DAYS), parts_of(scale))]
    truth, done = _masters(out, scale), 0
    for found in _results(parts, processes):
        truth, done = truth + found, done + 1
        if progress is not None:
            progress("parts", done, len(parts))
    rows = {entity: truth.pop(f"files.{entity}", 0) for entity in ENTITIES}
    facts = {
        "scale": {
            "events": scale.events,
            "first": str(scale.first),
            "last": str(scale.last),
            "seed": scale.seed,
        },
        "rows_in_files": rows,
        "distinct": nested(truth),
    }
    (out / "truth.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    config = out / "opsmart.yml"
    config.write_text(configuration(scale), encoding="utf-8")
    files = sum(1 for _ in out.glob("*/*.parquet"))
    return Written(out, config, scale, rows, files, time.monotonic() - began)


def parts_of(scale: Scale) -> int:
    """Into how many parts the year is cut."""
    return int(np.clip(round(scale.events / _EVENTS_A_PART), 1, DAYS))


def _results(parts: list[tuple[Path, Scale, Ints]], processes: int) -> Iterator[Truth]:
    if processes == 1:
        yield from map(write_part, parts)
        return
    # Threads of a library do not survive a fork.
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(write_part, parts)


def write_part(part: tuple[Path, Scale, Ints]) -> Truth:
    """Write the files of some days; returns what is true of them."""
    out, scale, days = part
    catalogue = build_catalogue(scale)
    variants, marks = variant_ids(catalogue), shares()
    by_day = [orders_of(scale, catalogue, day) for day in days.tolist()]
    each = [
        sessions_of(scale, catalogue, one, day, marks) for one, day in zip(by_day, days.tolist(), strict=True)
    ]
    number = np.concatenate(
        [day * 10**7 + np.arange(len(one.type)) for one, day in zip(each, days.tolist(), strict=True)]
    )
    orders, events = together(by_day), joined(each)
    truth = of_orders(orders) + of_events(events)
    every = np.arange(len(orders.number))
    old = every[scale.generator(3, int(days[0])).random(len(every)) < _OLD_ORDERS]
    new = np.arange(scale.first_customer[days[0]], scale.first_customer[days[-1] + 1])
    opened = scale.midnights[np.searchsorted(scale.first_customer, new, side="right") - 1] + new % (DAY // 2)
    prompt, late = _arrivals(scale, events, number, variants, int(days[0]))
    tables = {
        "events": prompt,
        "events-late": late,
        "orders": [
            order_table(orders, every, scale.currency),
            order_table(orders, old, scale.currency, final=False),
        ],
        "order_lines": [line_table(orders, variants)],
        "payments": [payment_table(orders)],
        "refunds": [refund_table(orders, variants)],
        "customers": [customer_table(new, opened)],
    }
    for name, frames in tables.items():
        entity, _, ending = name.partition("-")
        path = out / entity / f"{days[0]:03d}-{days[-1]:03d}{ending and '-' + ending}.parquet"
        truth += _write(path, frames)
    truth["customers.rows"] += len(new)
    truth["orders.repeats"] += len(old)
    truth["events.late_or_again"] += sum(frame.height for frame in late)
    return truth + _stock(out, scale, catalogue, days)


def _arrivals(
    scale: Scale, events: Sessions, number: Ints, variants: pl.Series, first: int
) -> tuple[list[pl.DataFrame], list[pl.DataFrame]]:
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
    prompt = [event_table(only(events, here), variants, number[here])]
    return prompt, [
        event_table(only(events, late), variants, number[late]),
        event_table(again, variants, number[later]),
    ]


def _stock(out: Path, scale: Scale, catalogue: Catalogue, days: Ints) -> Truth:
    truth, waiting, first = Counter[str](), [], days[0]
    for day, table in zip(days.tolist(), stock_tables(scale, catalogue, days), strict=True):
        waiting.append(table)
        truth["inventory_levels.rows"] += table.height
        truth["inventory_levels.on_hand"] += int(stock_on(scale, catalogue, day).sum())
        if sum(one.height for one in waiting) >= _LINES_A_STOCK_FILE or day == days[-1]:
            truth += _write(out / "inventory_levels" / f"{first:03d}-{day:03d}.parquet", waiting)
            waiting, first = [], day + 1
    return truth


def _masters(out: Path, scale: Scale) -> Truth:
    catalogue = build_catalogue(scale)
    products, costs, spend = product_table(scale, catalogue), cost_table(scale, catalogue), spend_table(scale)
    truth: Truth = Counter(
        {
            "products.rows": products.height,
            "unit_costs.rows": costs.height,
            "ad_spend.rows": spend.height,
            "ad_spend.clicks": int(spend["clicks"].sum()),
            "ad_spend.spend_cents": int(spend["spend"].sum() * 100),
        }
    )
    for entity, table in (("products", products), ("unit_costs", costs), ("ad_spend", spend)):
        truth += _write(out / entity / f"{entity}.parquet", [table])
    return truth


def _write(path: Path, frames: list[pl.DataFrame]) -> Truth:
    """One file of several tables; nothing where there are no rows."""
    rows = sum(frame.height for frame in frames)
    if rows:
        pl.concat(frames).write_parquet(path, compression="zstd", compression_level=1)
    return Counter({f"files.{path.parent.name}": rows})
