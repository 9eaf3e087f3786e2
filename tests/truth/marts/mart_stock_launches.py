"""mart_stock_launches: how much of what came of an article sold in its first weeks."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import polars as pl

from tests.truth.marts.dim_products import dim_products
from tests.truth.registry import ledger
from tests.truth.stock import stock
from tests.truth.taken import by_shelf
from tests.truth.world import World

Row = dict[str, Any]


@ledger("mart_stock_launches", "variant_key", "location_id")
def mart_stock_launches(world: World) -> pl.DataFrame:
    """One row per shelf that is known in the twelve weeks after its variant was listed."""
    zones = {shop.shop_id: shop.business.plan.timezone for shop in world.shops}
    today = dict(world.today.iter_rows())
    listed = {
        row["variant_key"]: pl.Series([row["listed_at"]])
        .dt.replace_time_zone("UTC").dt.convert_time_zone(zones[row["shop_id"]]).dt.date()[0]
        for row in dim_products(world).iter_rows(named=True)
    }  # fmt: skip
    shelves: dict[tuple[str, str], list[Row]] = defaultdict(list)
    known = (
        stock(world).join(by_shelf(world), on=["variant_key", "location_id", "date"], how="left").sort("date")
    )
    for row in known.with_columns(pl.col("units", "back").fill_null(0)).iter_rows(named=True):
        age = (row["date"] - listed[row["variant_key"]]).days
        if 0 <= age < 84:
            shelves[row["variant_key"], row["location_id"]].append({**row, "age": age})
    rows = []
    for (variant, place), days in shelves.items():
        first = days[0]
        begin = first["opening_on_hand"]
        if begin is None:
            begin = first["on_hand"] + first["units"] - first["received_units"]
        found: Row = {
            "variant_key": variant, "location_id": place, "shop_id": first["shop_id"],
            "variant_id": first["variant_id"],
            "launch_date": listed[variant], "known_since": first["date"],
        }  # fmt: skip
        for weeks in (4, 8, 12):
            found |= _weeks(
                days, begin, weeks, listed[variant] + timedelta(weeks=weeks) <= today[first["shop_id"]]
            )
        rows.append(found)
    return pl.DataFrame(rows, infer_schema_length=None)


def _weeks(days: list[Row], begin: int, weeks: int, is_closed: bool) -> Row:
    some = [day for day in days if day["age"] < 7 * weeks]
    sold = sum(day["units"] for day in some)
    net = sold - sum(day["back"] for day in some)
    came = sum(day["received_units"] for day in some)
    if some and came <= 0:
        came = max(some[-1]["on_hand"] - begin + sold, 0)
    whole = begin + came
    return {
        f"units_{weeks}_weeks": net,
        f"received_{weeks}_weeks": whole,
        f"sell_through_{weeks}_weeks": net / whole if is_closed and whole > 0 else None,
        f"is_{weeks}_weeks_closed": is_closed,
    }
