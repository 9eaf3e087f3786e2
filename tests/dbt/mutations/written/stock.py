# ruff: noqa: E501 - a fault quotes the model's own lines
"""Faults in what is known of the stock."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault

FAULTS = [
    Fault(
        "fct_inventory_daily",
        "counts of tomorrow are known",
        "from {{ ref('int_inventory_levels') }}\n    where snapshot_at <= {{ as_of() }}",
        "from {{ ref('int_inventory_levels') }}\n    where true",
    ),
    Fault(
        "fct_inventory_daily",
        "every count of the day stands",
        "coalesce(next_date <> date, true)",
        "date is not null",
    ),
    Fault(
        "fct_inventory_daily",
        "what moved before the count moves once more",
        "movements.moved_at > counted.snapshot_at and not",
        "movements.moved_at >= counted.snapshot_at and not",
    ),
    Fault(
        "fct_inventory_daily",
        "a date without a time is midnight",
        "movements.moved_at > counted.snapshot_at and not counted.is_midnight",
        "movements.moved_at > counted.snapshot_at",
    ),
    Fault(
        "fct_inventory_daily",
        "goods that leave begin a ledger",
        "(movements.quantity > 0 and movements.kind <> 'return')",
        "movements.kind <> 'return'",
    ),
    Fault(
        "fct_inventory_daily",
        "what comes back begins a ledger",
        "(movements.quantity > 0 and movements.kind <> 'return')",
        "movements.quantity > 0",
    ),
    Fault(
        "fct_inventory_daily",
        "oversold stock is none",
        "cast(days.on_hand as bigint) as on_hand",
        "cast(greatest(days.on_hand, 0) as bigint) as on_hand",
    ),
    Fault(
        "fct_inventory_daily",
        "an increment goes on from nothing",
        "and after.date = days.date + interval '1' day",
        "and after.date = days.date + interval '2' day",
    ),
    Fault(
        "int_stock_demand",
        "each parcel sells all of its line",
        "least(sent.quantity_so_far, taking.taken) - least(sent.quantity_so_far - sent.quantity, taking.taken) as units",
        "taking.taken as units",
    ),
    Fault(
        "int_stock_demand",
        "a set takes itself and its parts",
        "when bundles.order_key is not null then 0\n",
        "",
    ),
    Fault(
        "int_stock_classes",
        "the week itself counts",
        "demand.sold_week < classed_weeks.week_start",
        "demand.sold_week <= classed_weeks.week_start",
    ),
    Fault(
        "int_lead_times",
        "what arrives in the month counts",
        "months.month_start > arrived.received_date",
        "months.month_start >= cast(date_trunc('month', arrived.received_date) as date)",
    ),
    Fault(
        "mart_inventory_health",
        "velocity over all days",
        "{{ rate('all_units_28', 'in_stock_days') }} as velocity",
        "nullif(known_days, 0) as velocity",
    ),
    Fault(
        "mart_inventory_health", "27 days are 28", "rows between 27 preceding", "rows between 26 preceding"
    ),
    Fault(
        "mart_inventory_health",
        "each shop has the stock for itself",
        "coalesce(placed.units, 0) + coalesce(shared.units, 0) as all_units",
        "coalesce(placed.units, 0) as all_units",
    ),
    Fault(
        "mart_inventory_health",
        "costs of tomorrow hold today",
        "stock.date >= costs.first_date and stock.date < costs.next_date",
        "stock.date < costs.next_date",
    ),
    Fault(
        "mart_inventory_health",
        "what comes in is forgotten",
        "cast(units_28 as double) / (opening_28 + received_28)",
        "cast(units_28 as double) / nullif(opening_28, 0)",
    ),
    Fault(
        "mart_inventory_health",
        "a parcel's place is passed over",
        "coalesce(parcels.location_id, channels.location_id, main_places.location_id)",
        "coalesce(channels.location_id, main_places.location_id)",
    ),
    Fault(
        "dim_locations",
        "parcels leave from nowhere",
        "    select shop_id, location_id from shipping\n    union\n",
        "",
    ),
]
