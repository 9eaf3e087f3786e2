"""Money of an order, in whole cents: prices, discounts, shipping and tax that add up exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.baskets import DIFFERENCE, REPLACEMENT, Baskets
from ingestion.demo.shop.campaigns import Campaign
from ingestion.demo.shop.catalogue import Catalogue
from ingestion.demo.shop.discounts import Discounts, build_discounts, share
from ingestion.demo.shop.live import Rooms
from ingestion.demo.shop.people import People
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.purchases import Purchases
from ingestion.demo.shop.randomness import Bools, Ints

SHIPPING, EXPRESS, ABROAD, FREE_FROM = 495, 995, 1495, 6000
"""Cents at price level 1; standard delivery at home is free from FREE_FROM worth of goods."""


@dataclass(frozen=True)
class Money:
    """Cents. Per line: unit price, discount (with its share of the order's), tax. Per order the totals.

    Σ quantity × unit_price − discount_total + shipping + tax_total = total, where tax_total = Σ line tax +
    shipping_tax and discount_total = Σ line discount = what all promotions took off the order, exactly.
    """

    unit_price: Ints
    discount: Ints
    tax: Ints
    discount_total: Ints
    shipping: Ints
    shipping_tax: Ints
    tax_total: Ints
    total: Ints
    discounts: Discounts


def build_money(
    plan: Plan,
    catalogue: Catalogue,
    campaigns: list[Campaign],
    rooms: Rooms,
    people: People,
    purchases: Purchases,
    baskets: Baskets,
) -> Money:
    """Price every order."""
    lines, orders = baskets.lines, len(purchases.person)
    unit_price = catalogue.price_at(lines.variant, purchases.created_at[lines.order])
    unit_price = np.where(lines.unpriced, 0, unit_price)
    value = lines.quantity * unit_price
    off = build_discounts(plan, campaigns, rooms, purchases, baskets, value)
    of_order = _sum(off.amount, off.order, orders)
    discount = off.on_line + spread(of_order, np.where(lines.are_goods, value - off.on_line, 0), lines.order)

    places = plan.market.places
    rate = np.array([round(place.tax_rate * 100_000) for place in places])[people.place[purchases.person]]
    taxed = ~lines.is_gift_card & (lines.kind != DIFFERENCE)
    tax = np.where(taxed, share(value - discount, rate[lines.order], 100_000), 0)
    free = lines.is_giveaway | (baskets.purpose[lines.order] == REPLACEMENT)
    net_goods = _sum(np.where(lines.are_goods, value - discount, 0), lines.order, orders)
    parcel = _sum((lines.are_goods & ~free).astype(np.int64), lines.order, orders) > 0
    shipping = _shipping(plan, people, purchases, net_goods, parcel)
    shipping_tax = share(shipping, rate, 100_000)
    discount_total, line_tax = _sum(discount, lines.order, orders), _sum(tax, lines.order, orders)
    tax_total = line_tax + shipping_tax
    total = _sum(value, lines.order, orders) - discount_total + shipping + tax_total
    return Money(unit_price, discount, tax, discount_total, shipping, shipping_tax, tax_total, total, off)


def _sum(values: Ints, group: Ints, groups: int) -> Ints:
    """Whole-number sums by group; exact, since cents stay far below 2⁵³."""
    return np.bincount(group, weights=values, minlength=groups).astype(np.int64)


def spread(amount: Ints, weight: Ints, group: Ints) -> Ints:
    """Split each group's amount over its rows in proportion to their weight, to the cent.

    `group` is sorted and indexes `amount`. Each row gets the difference of the rounded running shares, so that
    a group's parts always sum to its amount. Where all weights of a group are 0 nothing is given.
    """
    running: Ints = np.cumsum(weight)
    first = np.searchsorted(group, group, side="left")
    before = running[first] - weight[first]
    through: Ints = running - before
    whole: Ints = np.maximum(through[np.searchsorted(group, group, side="right") - 1], 1)
    due: Ints = amount[group]
    return np.asarray(due * through // whole - due * (through - weight) // whole, dtype=np.int64)


def _shipping(plan: Plan, people: People, purchases: Purchases, goods: Ints, parcel: Bools) -> Ints:
    home = plan.market
    level = home.price_level
    abroad = np.array([place.country != home.country for place in home.places])[
        people.place[purchases.person]
    ]
    express = plan.dice.chance(0.07, "order/express", purchases.person, purchases.nth)
    free = ~express & ~abroad & (goods >= round(FREE_FROM * level))
    fee = np.select([abroad, express], [ABROAD, EXPRESS], SHIPPING)
    return np.where(parcel & ~free, np.round(fee * level).astype(np.int64), 0)
