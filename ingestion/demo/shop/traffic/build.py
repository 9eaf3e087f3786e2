"""The whole traffic of a simulated shop, with what nobody in it knows: who is who, and what caused what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.memory import once
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.traffic.channels import CHANNELS
from ingestion.demo.shop.traffic.experiments import Experiment, experiments_of
from ingestion.demo.shop.traffic.marks import Marks, build_marks, hexadecimal
from ingestion.demo.shop.traffic.origin import Origin, build_origin
from ingestion.demo.shop.traffic.pages import Pages, build_pages
from ingestion.demo.shop.traffic.steps import Behaviour, build_steps
from ingestion.demo.shop.traffic.timeline import Events, build_events
from ingestion.demo.shop.traffic.visits import BOT, BUYS, Visits, build_visits


@dataclass(frozen=True, eq=False)
class Traffic:
    """Everything that happens on the site, known in advance. `ingestion.demo.shop.traffic.tables` gives its rows.

    The truth that the tables do not tell: `origin.channel` (what each order is owed to), `visits.person`
    (who was behind each cookie), `visits.kind` (BOT: machines), `visits.channel` (before it was miswritten in an
    address), `experiments[n].idea.lift`, `visits.order` (the order that each visit led to).
    """

    plan: Plan
    origin: Origin
    experiments: list[Experiment]
    visits: Visits
    pages: Pages
    behaviour: Behaviour
    events: Events

    @cached_property
    def marks(self) -> Marks:
        """What the landing page of each visit said of where the visitor came from."""
        return build_marks(self.plan, self.visits)

    @cached_property
    def visitor_ids(self) -> pl.Series:
        """`visitor_id` of each visit."""
        return hexadecimal(self.visits.visitor, prefix="v")

    @cached_property
    def is_bot(self) -> Bools:
        """Visits by machines, declared or not."""
        return np.asarray(self.visits.kind == BOT)

    @cached_property
    def order_visit(self) -> Ints:
        """The visit in which each order was placed, −1 where none was recorded."""
        found = np.full(len(self.origin.own), -1, dtype=np.int64)
        buys = np.flatnonzero(self.visits.kind == BUYS)
        found[self.visits.order[buys]] = buys
        return found

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels that `visits.channel` and `origin.channel` index."""
        return CHANNELS


@once
def build_traffic(business: Business) -> Traffic:
    """The traffic of a business; the same business gives the same object. It changes nothing in the business."""
    plan = business.plan
    origin, experiments = build_origin(plan, business.purchases), experiments_of(plan)
    visits, pages = build_visits(business, origin, experiments), build_pages(business)
    behaviour = build_steps(business, visits, pages)
    events = build_events(business, visits, behaviour, pages)
    return Traffic(plan, origin, experiments, visits, pages, behaviour, events)


def landing(business: Business, orders: Ints) -> dict[str, pl.Series]:
    """`visitor_id` and utm columns of these orders, from the visit they were placed in; NULL if none was recorded."""
    traffic = build_traffic(business)
    visit = traffic.order_visit[orders]
    seen = pl.Series(values=visit >= 0)
    nothing = pl.Series([None], dtype=pl.String)
    at = np.maximum(visit, 0)
    marks = traffic.marks.columns()
    found = {"visitor_id": traffic.visitor_ids, **{name: marks[name] for name in marks if name != "referrer"}}
    if len(traffic.visitor_ids) == 0:
        return {name: pl.Series([None] * len(orders), dtype=pl.String) for name in found}
    return {name: values.gather(at).zip_with(seen, nothing) for name, values in found.items()}
