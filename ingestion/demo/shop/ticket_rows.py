"""Rows of tickets, in the state that they have reached."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.frames import instants, latest, nothing, numbers, words
from ingestion.demo.shop.identity import customer_ids, order_accounts
from ingestion.demo.shop.records import FIRST_ORDER
from ingestion.demo.shop.tickets import AFTER_SALE, BOUGHT_AFTER, CATEGORIES, CHANNELS, tickets
from ingestion.demo.shop.traffic.build import landing

_PREFIXES = ("Q", "W", "N", "T")


def ticket_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Tickets opened, answered, resolved, reopened or rated in [after, until)."""
    made = tickets(business)
    asked = made.asked
    changes = (made.replied_at, made.resolved_at, made.reopened_at, made.resolved_again_at, made.rated_at)
    updated = latest(until, asked.opened_at, *changes)
    which = np.flatnonzero((asked.opened_at < until) & (updated >= after))
    which = which[np.lexsort((asked.number[which], asked.origin[which], asked.opened_at[which]))]
    origin, order = asked.origin[which], np.maximum(asked.order[which], 0)
    who, opened = asked.person[which], asked.opened_at[which]
    about, led_to = origin == AFTER_SALE, origin == BOUGHT_AFTER
    has_account = business.registered_at[who] <= opened
    ids = nothing(has_account, customer_ids(business, who))
    ids = order_accounts(business, order).zip_with(pl.Series(values=about, dtype=pl.Boolean), ids)
    open_again = made.reopened_at[which] < until
    resolved = np.where(open_again, made.resolved_again_at[which], made.resolved_at[which])
    return pl.DataFrame(
        {
            "ticket_id": words(_PREFIXES, origin) + numbers(asked.number[which], form="{}"),
            "customer_id": ids,
            "visitor_id": nothing(led_to, landing(business, order)["visitor_id"]),
            "order_id": nothing(about, numbers(order + FIRST_ORDER, form="{}")),
            "channel": words(CHANNELS[business.plan.market.language], made.channel[which]),
            "category": words(CATEGORIES, asked.category[which]),
            "opened_at": instants(opened),
            "first_replied_at": instants(made.replied_at[which], until),
            "resolved_at": instants(resolved, until),
            "csat": nothing(made.rated_at[which] < until, pl.Series(values=made.csat[which])),
            "reopened": open_again,
            "updated_at": instants(updated[which]),
        }
    )
