"""The whole simulated business, from the first day to the horizon and everything already begun by then."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.demo.shop.baskets import Baskets, build_baskets
from ingestion.demo.shop.campaigns import Campaign, build_campaigns
from ingestion.demo.shop.catalogue import Catalogue, build_catalogue
from ingestion.demo.shop.claims import build_claims
from ingestion.demo.shop.demand import build_demand
from ingestion.demo.shop.live import Rooms, build_rooms
from ingestion.demo.shop.parcels import Parcels, build_parcels
from ingestion.demo.shop.payments import Payments, build_payments
from ingestion.demo.shop.people import People, build_people
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.pricing import Money, build_money
from ingestion.demo.shop.purchases import Purchases, build_purchases, registrations
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.refunds import Refunds, build_refunds
from ingestion.demo.shop.rings import build_brushers
from ingestion.demo.shop.seasons import clock
from ingestion.demo.shop.selling import Lost, Stock, Wanted, claimed, paid_and_shipped, sold
from ingestion.demo.shop.stock import run_shelves
from ingestion.demo.shop.suppliers import warehouses


@dataclass(frozen=True, eq=False)
class Business:
    """Everything that happens, known in advance; `ingestion.demo.shop.tables` says what has been seen of it by when.

    What no export of a shop would tell is here, too: who is whom (`people.world`, and the indexes of people), which
    orders are brushed, what was wanted and lost for want of stock, what a campaign truly moves.
    """

    plan: Plan
    catalogue: Catalogue
    campaigns: list[Campaign]
    people: People
    rooms: Rooms
    wanted: Wanted
    lost: Lost
    purchases: Purchases
    registered_at: Ints
    baskets: Baskets
    money: Money
    payments: Payments
    parcels: Parcels
    refunds: Refunds
    stock: Stock


def simulate(plan: Plan) -> Business:
    """Simulate a shop. The same plan gives the same business; a later `end` only adds to it."""
    catalogue, campaigns = build_catalogue(plan), build_campaigns(plan)
    people = build_people(plan, clock(plan, growing=True), build_brushers(plan))
    rooms = build_rooms(plan)
    purchases = build_purchases(plan, people, rooms, clock(plan, growing=False))
    baskets = build_baskets(plan, catalogue, people, purchases)
    wanted = Wanted(purchases, baskets)
    # What becomes of each order is settled as if all of it could be had …
    money = build_money(plan, catalogue, campaigns, rooms, people, purchases, baskets)
    payments = build_payments(plan, campaigns, people, purchases, baskets, money)
    parcels = build_parcels(plan, people, purchases, payments)
    claims = build_claims(plan, catalogue, purchases, baskets, money, payments, parcels)
    refunds = build_refunds(plan, baskets, money, claims)
    demand = build_demand(plan, catalogue, people, purchases, baskets, payments, refunds)
    # … then the shelves decide what can, and the money is reckoned anew.
    shelves = run_shelves(plan, catalogue, demand)
    purchases, baskets, lost, stock = sold(plan, wanted, demand, shelves, len(warehouses(plan)))
    money = build_money(plan, catalogue, campaigns, rooms, people, purchases, baskets)
    payments = paid_and_shipped(payments, lost, baskets, money)
    return Business(
        plan=plan,
        catalogue=catalogue,
        campaigns=campaigns,
        people=people,
        rooms=rooms,
        wanted=wanted,
        lost=lost,
        purchases=purchases,
        registered_at=registrations(plan, people, purchases),
        baskets=baskets,
        money=money,
        payments=payments,
        parcels=build_parcels(plan, people, purchases, payments),
        refunds=build_refunds(plan, baskets, money, claimed(claims, lost)),
        stock=stock,
    )
