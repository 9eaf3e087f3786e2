"""Deliveries as a live source makes them: some rows come twice, at once or again days later."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.seasons import DAY_MS
from ingestion.demo.shop.tables import FOREVER_AGO, rows

_TWICE, _AGAIN = 0.002, 0.01
_LOOKS_BACK = 2 * DAY_MS


def delivered(business: Business, entity: str, until: int, after: int = FOREVER_AGO) -> pl.DataFrame:
    """`rows`, with repeats: a few rows stand twice in a delivery, and a few of the last two days' come again.

    The latter as they were when the delivery before this one was made, so with an old version: what has been
    delivered of a row since is newer. Who keeps the newest version of each row sees none of this.
    """
    new = rows(business, entity, until, after)
    dice = business.plan.dice
    twice = new.filter(
        pl.Series(values=dice.chance(_TWICE, f"repeat/{entity}", until, np.arange(new.height)))
    )
    if after <= business.plan.midnight(business.plan.start):
        return pl.concat([new, twice])
    old = rows(business, entity, after, after - _LOOKS_BACK)
    again = old.filter(pl.Series(values=dice.chance(_AGAIN, f"again/{entity}", until, np.arange(old.height))))
    return pl.concat([new, twice, again])
