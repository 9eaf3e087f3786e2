"""The articles of the large shop: few of them make most of the trade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.fast.scale import DAYS, Scale
from ingestion.demo.shop.assortment import BRANDS, CATEGORIES, SUPPLIERS
from ingestion.demo.shop.randomness import Ints

_SKEW = 2.4
_PER_PRODUCT = 3
_STREAM = 9


@dataclass(frozen=True)
class Catalogue:
    """One entry per variant; cents. The first variants sell best."""

    price: Ints
    cost: Ints
    category: Ints
    brand: Ints
    cycle: Ints
    """Days between two deliveries."""
    stock: Ints
    """Units of a delivery; more than a cycle's sales for most, less for some."""
    daily: Ints
    """Units sold on a day, in thousandths."""

    def pick(self, draw: np.random.Generator, count: int) -> Ints:
        """So many variants, by their share of the trade."""
        return np.asarray((draw.random(count) ** _SKEW * len(self.price)).astype(np.int64))

    @property
    def product(self) -> Ints:
        """Number of each variant's product."""
        return np.arange(len(self.price)) // _PER_PRODUCT

    @property
    def supplier(self) -> Ints:
        return self.brand % SUPPLIERS


def build_catalogue(scale: Scale) -> Catalogue:
    """The articles of a shop of this scale."""
    draw, count = scale.generator(_STREAM, 0), scale.variants
    product = np.arange(count) // _PER_PRODUCT
    base = np.exp(draw.normal(3.2, 0.5, product[-1] + 1))[product]
    price = np.maximum((base * 100).astype(np.int64) // 100 * 100 + 99, 199)
    edges = np.linspace(0, 1, count + 1) ** (1 / _SKEW)
    daily = np.diff(edges) * scale.orders * 2.07 * 1.26 / DAYS
    cycle = draw.integers(14, 60, count)
    return Catalogue(
        price=price,
        cost=(price * draw.uniform(0.3, 0.55, count)).astype(np.int64),
        category=draw.integers(0, len(CATEGORIES), product[-1] + 1)[product],
        brand=draw.integers(0, len(BRANDS), product[-1] + 1)[product],
        cycle=cycle,
        stock=np.ceil(daily * cycle * draw.uniform(0.85, 1.6, count)).astype(np.int64) + 1,
        daily=(daily * 1000).astype(np.int64),
    )
