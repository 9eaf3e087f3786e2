"""Rows of the tracker: events as the collector stored them, and which experiment each visitor saw."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.frames import instants, numbers, words
from ingestion.demo.shop.identity import account_ids
from ingestion.demo.shop.memory import once
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.records import FIRST_ORDER
from ingestion.demo.shop.seasons import NEVER
from ingestion.demo.shop.traffic.bots import declared, forgetful
from ingestion.demo.shop.traffic.build import Traffic, build_traffic
from ingestion.demo.shop.traffic.devices import APP, DEVICES
from ingestion.demo.shop.traffic.experiments import VARIANTS
from ingestion.demo.shop.traffic.marks import hexadecimal
from ingestion.demo.shop.traffic.steps import CLICK, GHOST_ORDER, IMPRESSION, TYPES
from ingestion.demo.shop.traffic.visits import BOT

_CLIENTS = ("browser", "app", "bot")
_SHOWN_AGAIN = 0.1
_TEXT = pl.Series([None], dtype=pl.String)


def event_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Events received, or received again, in [after, until). A second receipt is a newer version of the event."""
    traffic = build_traffic(business)
    events, visits, pages = traffic.events, traffic.visits, traffic.pages
    again = events.resent_at < until
    updated = np.where(again, events.resent_at, events.received_at)
    which = np.flatnonzero((events.received_at < until) & (updated >= after))
    visit, kind, variant = events.visit[which], events.type[which], events.variant[which]
    in_list = np.isin(kind, (IMPRESSION, CLICK))
    stamp = instants(updated[which])
    catalogue = business.catalogue
    marks = traffic.marks.columns()
    lands = pl.Series(values=events.lands[which])
    seen = {name: _if(values.gather(visit), lands) for name, values in marks.items()}
    none = pl.Series([None], dtype=pl.Int64)
    results = events.results[which]
    return pl.DataFrame(
        {
            "event_id": _ids(visits.key[visit], events.rank[which]),
            "visitor_id": _visitors(business, traffic, which),
            "customer_id": _customers(business, traffic, which),
            "event_at": instants(events.at[which]),
            "received_at": stamp,
            "event_type": words(TYPES, kind),
            "variant_id": _known(catalogue.variant_id, np.where(in_list, -1, variant)),
            "product_id": _known(catalogue.product_id, np.where(in_list, variant, -1)),
            "order_id": _orders(events.order[which], visits.key[visit]),
            "page_path": words(pages.paths, events.page[which]),
            "search_term": _known(pages.terms, events.term[which]),
            "search_results": pl.Series(values=results).zip_with(pl.Series(values=results >= 0), none),
            "referrer": seen.pop("referrer"),
            **seen,
            "device": words(DEVICES, visits.device[visit]),
            "user_agent_class": words(_CLIENTS, _clients(business, traffic)[visit]),
            "country": _countries(business, traffic).gather(visit),
            "engaged_ms": events.engaged[which],
            "updated_at": stamp,
        }
    )


def exposure_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Exposures in [after, until): at each visitor's first visit in an experiment, and at some later ones."""
    traffic, (experiment, visit, at, treated) = build_traffic(business), _exposures(business)
    which = np.flatnonzero((at >= after) & (at < until))
    visit, stamp = visit[which], instants(at[which])
    known = pl.Series(values=traffic.behaviour.signed_in_from[visit] < 0)
    return pl.DataFrame(
        {
            "experiment_id": words([one.name for one in traffic.experiments], experiment[which]),
            "variant": words(VARIANTS, treated[which].astype(np.int64)),
            "visitor_id": traffic.visitor_ids.gather(visit),
            "customer_id": _if(_account(business, traffic).gather(visit), known),
            "exposed_at": stamp,
            "updated_at": stamp,
        }
    )


@once
def _exposures(business: Business) -> tuple[Ints, Ints, Ints, Bools]:
    """Experiment, visit, instant and variant (treatment or not) of all exposures that were recorded."""
    traffic = build_traffic(business)
    visits, events, dice = traffic.visits, traffic.events, business.plan.dice
    first = np.flatnonzero(events.lands)
    landed = np.full(len(visits.key), NEVER, dtype=np.int64)
    landed[events.visit[first]] = events.at[first]
    honest = ~declared(business, visits) & ~forgetful(business, visits)
    found = [(np.zeros(0, dtype=np.int64),) * 3 + (np.zeros(0, dtype=bool),)]
    for place, one in enumerate(traffic.experiments):
        which = np.flatnonzero(one.running(landed) & honest)
        which = which[np.argsort(landed[which], kind="stable")]
        opening = np.zeros(len(which), dtype=bool)
        opening[np.unique(visits.visitor[which], return_index=True)[1]] = True
        shown = opening | dice.chance(_SHOWN_AGAIN, "exposure/again", visits.key[which])
        treated = one.treated(business.plan, visits.visitor[which])
        lost = treated & dice.chance(one.idea.lost, f"exposure/lost/{one.number}", visits.visitor[which])
        kept = shown & ~lost
        seen = which[kept]
        found.append((np.full(len(seen), place), seen, landed[seen], treated[kept]))
    experiment, visit, at, variant = (np.concatenate(column) for column in zip(*found, strict=True))
    return experiment, visit, at, variant


def _ids(key: Ints, rank: Ints) -> pl.Series:
    """The visit's sixteen digits and the event's place in it, so that ids rise within a visit."""
    frame = pl.DataFrame({"visit": hexadecimal(key), "rank": pl.Series(values=rank)})
    place = pl.col("rank").cast(pl.String).str.zfill(5)
    return frame.select(pl.concat_str("visit", pl.lit("-"), place).alias("id")).to_series()


def _visitors(business: Business, traffic: Traffic, which: Ints) -> pl.Series:
    """A machine without cookies is somebody else with each event."""
    visits, visit = traffic.visits, traffic.events.visit[which]
    always_new = forgetful(business, visits)[visit]
    names = traffic.visitor_ids.gather(visit)
    if not always_new.any():
        return names
    rank = traffic.events.rank[which][always_new]
    fresh = business.plan.dice.bits("bot/visitor-each", visits.key[visit[always_new]], rank).view(np.int64)
    return names.scatter(np.flatnonzero(always_new), hexadecimal(fresh, prefix="v"))


def _customers(business: Business, traffic: Traffic, which: Ints) -> pl.Series:
    visit, rank = traffic.events.visit[which], traffic.events.rank[which]
    known = traffic.behaviour.signed_in_from[visit] <= rank
    return _if(_account(business, traffic).gather(visit), pl.Series(values=known))


def _account(business: Business, traffic: Traffic) -> pl.Series:
    """Account of the person behind each visit, whether or not there is one."""
    person = np.maximum(traffic.visits.person, 0)
    return numbers(account_ids(business), form="C{}").gather(person)


def _orders(order: Ints, key: Ints) -> pl.Series:
    """A payment that failed shows the number of a cart that never became an order."""
    names = numbers(np.maximum(order, 0) + FIRST_ORDER, form="{}")
    carts = numbers(np.abs(key) % 10**9, form="CART-{}")
    return _if(
        names.zip_with(pl.Series(values=order >= 0), carts),
        pl.Series(values=(order >= 0) | (order == GHOST_ORDER)),
    )


def _clients(business: Business, traffic: Traffic) -> Ints:
    honest = declared(business, traffic.visits)
    return np.select([honest, traffic.visits.device == APP], [2, 1], 0)


def _countries(business: Business, traffic: Traffic) -> pl.Series:
    """Where each visitor is. Machines come from elsewhere."""
    plan, visits = business.plan, traffic.visits
    places = plan.market.places
    strange = plan.dice.pick([one.weight for one in places], "stranger/place", visits.visitor)
    place = np.where(visits.person >= 0, business.people.place[np.maximum(visits.person, 0)], strange)
    place = np.where(visits.kind == BOT, len(places), place)
    return words([*(one.country for one in places), "NL"], place)


def _known(names: list[str], which: Ints) -> pl.Series:
    """`names[which]`, NULL for −1."""
    return words([*names, None], np.where(which >= 0, which, len(names)))


def _if(values: pl.Series, kept: pl.Series) -> pl.Series:
    return values.zip_with(kept, _TEXT)
