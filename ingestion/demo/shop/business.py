"""The whole simulated business, from the first day to the horizon and everything already begun by then."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.demo.shop.baskets import Baskets, build_baskets
from ingestion.demo.shop.campaigns import Campaign, build_campaigns
from ingestion.demo.shop.catalogue import Catalogue, build_catalogue
from ingestion.demo.shop.live import Rooms, build_rooms
from ingestion.demo.shop.payments import Payments, build_payments
from ingestion.demo.shop.people import People, build_people
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.pricing import Money, build_money
from ingestion.demo.shop.purchases import Purchases, build_purchases, registrations
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.refunds import Refunds, build_refunds
from ingestion.demo.shop.rings import build_brushers
from ingestion.demo.shop.seasons import clock


@dataclass(frozen=True, eq=False)
class Business:
    """Everything that happens, known in advance; `ingestion.demo.shop.tables` says what has been seen of it by when."""

    plan: Plan
    catalogue: Catalogue
    campaigns: list[Campaign]
    people: People
    rooms: Rooms
    purchases: Purchases
    registered_at: Ints
    baskets: Baskets
    money: Money
    payments: Payments
    refunds: Refunds


def simulate(plan: Plan) -> Business:
    """Simulate a shop. The same plan gives the same business; a later `end` only adds to it."""
    catalogue, campaigns = build_catalogue(plan), build_campaigns(plan)
    people = build_people(plan, clock(plan, growing=True), build_brushers(plan))
    rooms = build_rooms(plan)
    purchases = build_purchases(plan, people, rooms, clock(plan, growing=False))
    baskets = build_baskets(plan, catalogue, people, purchases)
    money = build_money(plan, catalogue, campaigns, rooms, people, purchases, baskets)
    payments = build_payments(plan, campaigns, people, purchases, baskets, money)
    return Business(
        plan=plan,
        catalogue=catalogue,
        campaigns=campaigns,
        people=people,
        rooms=rooms,
        purchases=purchases,
        registered_at=registrations(plan, people, purchases),
        baskets=baskets,
        money=money,
        payments=payments,
        refunds=build_refunds(plan, catalogue, purchases, baskets, money, payments),
    )
