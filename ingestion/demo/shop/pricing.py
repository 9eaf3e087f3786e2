"""Money of an order, in whole cents: prices, markdowns, coupons, shipping and tax that add up exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.baskets import DIFFERENCE, REPLACEMENT, Baskets
from ingestion.demo.shop.catalogue import Catalogue
from ingestion.demo.shop.geography import market
from ingestion.demo.shop.people import MARKETPLACE, People
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.purchases import Purchases
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import sale_days

SHIPPING, EXPRESS, ABROAD, FREE_FROM = 495, 995, 1495, 6000
"""Cents at price level 1; standard delivery at home is free from FREE_FROM worth of goods."""


@dataclass(frozen=True)
class Money:
    """Cents. Per line: unit price, discount (with its share of the coupon), tax. Per order the totals.

    Σ quantity × unit_price − discount_total + shipping + tax_total = total, where tax_total = Σ line tax +
    shipping_tax and discount_total = Σ line discount, exactly.
    """

    unit_price: Ints
    discount: Ints
    tax: Ints
    discount_total: Ints
    shipping: Ints
    shipping_tax: Ints
    tax_total: Ints
    total: Ints


def build_money(
    plan: Plan, catalogue: Catalogue, people: People, purchases: Purchases, baskets: Baskets
) -> Money:
    """Price every order."""
    lines, orders = baskets.lines, len(purchases.person)
    unit_price = catalogue.price_at(lines.variant, purchases.created_at[lines.order])
    unit_price = np.where(lines.unpriced, 0, unit_price)
    value = lines.quantity * unit_price
    goods = lines.are_goods
    markdown = np.where(goods, _share(value, _markdown_points(plan, purchases, baskets), 10_000), 0)
    coupon = _coupons(plan, purchases, _sum(np.where(goods, value - markdown, 0), lines.order, orders))
    discount = markdown + spread(coupon, np.where(goods, value - markdown, 0), lines.order)
    free = lines.is_giveaway | (baskets.purpose[lines.order] == REPLACEMENT)
    discount = np.where(free, value, discount)

    places = market(plan.currency).places
    rate = np.array([round(place.tax_rate * 100_000) for place in places])[people.place[purchases.person]]
    taxed = ~lines.is_gift_card & (lines.kind != DIFFERENCE)
    tax = np.where(taxed, _share(value - discount, rate[lines.order], 100_000), 0)
    net_goods = _sum(np.where(goods, value - discount, 0), lines.order, orders)
    parcel = _sum((goods & ~free).astype(np.int64), lines.order, orders) > 0
    shipping = _shipping(plan, people, purchases, net_goods, parcel)
    shipping_tax = _share(shipping, rate, 100_000)
    discount_total, line_tax = _sum(discount, lines.order, orders), _sum(tax, lines.order, orders)
    tax_total = line_tax + shipping_tax
    total = _sum(value, lines.order, orders) - discount_total + shipping + tax_total
    return Money(unit_price, discount, tax, discount_total, shipping, shipping_tax, tax_total, total)


def _sum(values: Ints, group: Ints, groups: int) -> Ints:
    """Whole-number sums by group; exact, since cents stay far below 2⁵³."""
    return np.bincount(group, weights=values, minlength=groups).astype(np.int64)


def _share(amount: Ints, points: Ints, whole: int) -> Ints:
    """amount × points ÷ whole, rounded half up, in whole numbers."""
    return (amount * points + whole // 2) // whole


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


def _markdown_points(plan: Plan, purchases: Purchases, baskets: Baskets) -> Ints:
    """Markdown of each line in hundredths of a percent: the shop's sales, and a few articles at any time."""
    lines, dice, sales = baskets.lines, plan.dice, sale_days(plan)
    keys = (purchases.person[lines.order], purchases.nth[lines.order], lines.place)
    day, draw = baskets.day[lines.order], dice.uniform("markdown/depth", *keys)
    black_friday, january = np.isin(day, sales["black_friday"]), np.isin(day, sales["january"])
    share = np.select([black_friday, january], [0.70, 0.40], 0.13)
    depth = np.select([black_friday, january], [20 + 5 * np.floor(draw * 3), 15 + 5 * np.floor(draw * 5)], 10)
    points: Ints = (depth * 100).astype(np.int64)
    return np.where(dice.chance(share, "markdown", *keys), points, 0)


def _coupons(plan: Plan, purchases: Purchases, goods: Ints) -> Ints:
    """Order-level discount in cents: a welcome code for many first orders, 10 or 15 % now and then."""
    dice, keys = plan.dice, (purchases.person, purchases.nth)
    share = np.where(purchases.nth == 0, 0.30, 0.14)
    points = np.where(dice.chance(0.7, "coupon/small", *keys), 1_000, 1_500)
    used: Bools = dice.chance(share, "coupon", *keys) & (purchases.channel != MARKETPLACE)
    return np.where(used, _share(goods, points, 10_000), 0)


def _shipping(plan: Plan, people: People, purchases: Purchases, goods: Ints, parcel: Bools) -> Ints:
    home = market(plan.currency)
    level = home.price_level
    abroad = np.array([place.country != home.country for place in home.places])[
        people.place[purchases.person]
    ]
    express = plan.dice.chance(0.07, "order/express", purchases.person, purchases.nth)
    free = ~express & ~abroad & (goods >= round(FREE_FROM * level))
    fee = np.select([abroad, express], [ABROAD, EXPRESS], SHIPPING)
    return np.where(parcel & ~free, np.round(fee * level).astype(np.int64), 0)
