"""What stood on each shelf at the end of each day, from the simulated shop's own movements and counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from ingestion.demo.shop.catalogue import SPECIALS
from ingestion.demo.shop.inventory import MOVES, moves
from ingestion.demo.shop.suppliers import warehouses
from tests.truth.world import Seen, World

DAY = timedelta(days=1)
Cell = tuple[str, str]
"""A variant and a warehouse."""


@dataclass
class Said:
    """What is told of one shelf on one day."""

    count: tuple[int, int, int | None, int | None] | None = None
    """Milliseconds of the last count, units, reserved, incoming."""
    moves: list[tuple[int, int, str]] = field(default_factory=list)
    """Milliseconds, units, kind."""


def told(shop: Seen) -> dict[Cell, dict[date, Said]]:
    """By shelf and local day: the counts and movements that are known and have happened."""
    found: dict[Cell, dict[date, Said]] = defaultdict(lambda: defaultdict(Said))
    counts = (
        shop.rows("inventory_levels")
        .with_columns(pl.col("snapshot_at").dt.timestamp("ms"))
        .sort("snapshot_at")
    )
    days = shop.dates(counts["snapshot_at"].to_numpy())
    for day, row in zip(days, counts.iter_rows(named=True), strict=True):
        if row["snapshot_at"] <= shop.as_of:
            said = found[row["variant_id"], row["location_id"]][day]
            said.count = (row["snapshot_at"], row["on_hand"], row["reserved"], row["incoming"])
    made, places = moves(shop.business), warehouses(shop.business.plan)
    known = shop.told(made.booked_at) & shop.happened(made.at)
    variants = shop.business.catalogue.variant_id
    days = shop.dates(made.at[known])
    rows = zip(days, made.cell[known], made.at[known], made.quantity[known], made.kind[known], strict=True)
    for day, cell, at, quantity, kind in rows:
        shelf = variants[int(cell) // len(places) + len(SPECIALS)], places[int(cell) % len(places)]
        found[shelf][day].moves.append((int(at), int(quantity), MOVES[int(kind)]))
    return found


def _begins(said: Said) -> bool:
    return said.count is not None or any(
        kind == "opening" or (units > 0 and kind != "return") for _, units, kind in said.moves
    )


def days_of(said: dict[date, Said], today: date) -> Iterator[dict[str, Any]]:
    """Day after day of one shelf, from the first on which its stock is known to today."""
    first = min((day for day, one in said.items() if _begins(one)), default=None)
    if first is None:
        return
    before = None if said[first].count is not None else 0
    last: tuple[date | None, int | None, int | None] = (None, None, None)
    for number in range((today - first).days + 1):
        day = first + number * DAY
        one = said.get(day, Said())
        moved = sum(units for _, units, _ in one.moves)
        if one.count is not None:
            counted_at, level, reserved, incoming = one.count
            level += sum(units for at, units, _ in one.moves if at > counted_at)
            last = (day, reserved, incoming)
        else:
            level = (before or 0) + moved
        by_kind = {kind: sum(units for _, units, of in one.moves if of == kind) for kind in MOVES}
        yield {
            "date": day,
            "opening_on_hand": before,
            "received_units": by_kind["receipt"],
            "shipped_units": -by_kind["sale"],
            "returned_units": by_kind["return"],
            "adjusted_units": by_kind["opening"] + by_kind["adjustment"],
            "moved_units": moved,
            "unexplained_units": None if before is None else level - before - moved,
            "on_hand": level,
            "reserved": last[1],
            "incoming": last[2],
            "movement_count": len(one.moves),
            "snapshot_date": last[0],
            "level_source": "snapshot" if one.count else "movements" if one.moves else "carried",
            "is_complete_period": day < today,
        }
        before = level


def stock(world: World) -> pl.DataFrame:
    """One row per shelf and day of all shops."""
    if "stock" not in world.memory:
        rows = [
            {"shop_id": shop.shop_id, "variant_id": variant, "location_id": place, **day}
            for shop in world.shops
            for (variant, place), said in told(shop).items()
            for day in days_of(said, shop.today)
        ]
        world.memory["stock"] = pl.DataFrame(rows, infer_schema_length=None).with_columns(
            variant_key=pl.col("shop_id") + ":" + pl.col("variant_id")
        )
    return world.memory["stock"]
