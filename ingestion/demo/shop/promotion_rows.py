"""Rows of promotions, of what they took off each order, and of what sets consist of."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.catalogue import FIRST_SET
from ingestion.demo.shop.frames import instants, latest, money, nothing, numbers, words
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.records import FIRST_ORDER, arrives_at, purged_at


def promotion_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Promotions announced in [after, until), or ended then (the coupons are counted)."""
    campaigns = business.campaigns
    announced = np.maximum(_of(campaigns, "announced"), business.plan.midnight(business.plan.start))
    ends = _of(campaigns, "ends")
    updated = latest(until, announced, ends)
    which = np.flatnonzero((announced < until) & (updated >= after))
    chosen = [campaigns[one] for one in which.tolist()]
    value = [(one.percent or 0) * 100 if one.amount is None else one.amount for one in chosen]
    return pl.DataFrame(
        {
            "promotion_id": pl.Series(values=[one.promotion_id for one in chosen], dtype=pl.String),
            "name": pl.Series(values=[one.name for one in chosen], dtype=pl.String),
            "kind": pl.Series(values=[one.kind for one in chosen], dtype=pl.String),
            "funded_by": pl.Series(values=[one.funded_by for one in chosen], dtype=pl.String),
            "starts_at": instants(_of(campaigns, "starts")[which]),
            "ends_at": instants(ends[which]),
            "value": nothing(np.array(value) > 0, money(np.array(value, dtype=np.int64))),
            "threshold": nothing(
                np.array([one.threshold is not None for one in chosen], dtype=np.bool_),
                money(np.array([one.threshold or 0 for one in chosen], dtype=np.int64)),
            ),
            "coupons_issued": pl.Series(values=[one.coupons for one in chosen], dtype=pl.Int64),
            "updated_at": instants(updated[which]),
        }
    )


def _of(campaigns: list, name: str) -> Ints:
    return np.array([getattr(one, name) for one in campaigns], dtype=np.int64)


def order_promotion_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """What was taken off the orders that became known in [after, until): from a line, or from the order."""
    off, lines, campaigns = business.money.discounts, business.baskets.lines, business.campaigns
    line = np.flatnonzero((off.line_campaign >= 0) & (off.on_line > 0))
    order = np.concatenate([lines.order[line], off.order])
    place = np.concatenate([lines.place[line], np.zeros_like(off.order)])
    campaign = np.concatenate([off.line_campaign[line], off.campaign])
    amount = np.concatenate([off.on_line[line], off.amount])
    known, purged = arrives_at(business), purged_at(business)
    updated = latest(until, known, purged)
    which = np.flatnonzero((known < until)[order] & (updated >= after)[order])
    which = which[np.lexsort((campaign[which], place[which], order[which]))]
    order, place, campaign = order[which], place[which], campaign[which]
    return pl.DataFrame(
        {
            "order_id": numbers(order + FIRST_ORDER, form="{}"),
            "promotion_id": words([one.promotion_id for one in campaigns], campaign),
            "order_line_id": nothing(place > 0, numbers(order + FIRST_ORDER, place, form="{}-{}")),
            "amount": money(amount[which]),
            "funded_by": words([one.funded_by for one in campaigns], campaign),
            "updated_at": instants(updated[order]),
            "_deleted": purged[order] < until,
        }
    )


def bundle_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """What the sets consist of, known from the first day."""
    parts, begin = business.catalogue.set_parts, business.plan.midnight(business.plan.start)
    shown = after <= begin < until
    rows = np.arange(parts.size if shown else 0)
    head, part = FIRST_SET + rows // parts.shape[1], parts.ravel()[rows]
    variants = business.catalogue.variant_id
    return pl.DataFrame(
        {
            "bundle_variant_id": words(variants, head),
            "component_variant_id": words(variants, part),
            "quantity": np.ones(len(rows), dtype=np.int64),
            "updated_at": instants(np.full(len(rows), begin)),
        }
    )
