"""Where buyers live and what tax applies there: a few real places for each currency's home country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """A city, how many of the buyers live there, and its tax."""

    country: str
    region: str
    city: str
    weight: float
    tax_rate: float
    """Share of the price without tax, e.g. 0.08875."""


@dataclass(frozen=True)
class Market:
    """A shop's home: its places (home first, a few abroad) and its price level in units of the currency."""

    country: str
    price_level: float
    places: tuple[Place, ...]
    language: str = "en"
    """`zh`: Chinese words, festivals, live rooms, pre-sales and brushing rings; `en`: Black Friday and the like."""


_US = (
    Place("US", "New York", "New York", 22, 0.08875),
    Place("US", "New York", "Buffalo", 4, 0.0875),
    Place("US", "New Jersey", "Newark", 7, 0.06625),
    Place("US", "Massachusetts", "Boston", 7, 0.0625),
    Place("US", "Pennsylvania", "Philadelphia", 7, 0.08),
    Place("US", "Florida", "Miami", 7, 0.07),
    Place("US", "Texas", "Austin", 8, 0.0825),
    Place("US", "Illinois", "Chicago", 7, 0.1025),
    Place("US", "California", "Los Angeles", 10, 0.095),
    Place("US", "California", "San Francisco", 5, 0.08625),
    Place("US", "Oregon", "Portland", 3, 0.0),
    Place("US", "Washington", "Seattle", 5, 0.1035),
)
_GB = (
    Place("GB", "England", "London", 38, 0.2),
    Place("GB", "England", "Manchester", 12, 0.2),
    Place("GB", "England", "Bristol", 8, 0.2),
    Place("GB", "England", "Leeds", 8, 0.2),
    Place("GB", "Scotland", "Edinburgh", 9, 0.2),
    Place("GB", "Wales", "Cardiff", 5, 0.2),
)
_DE = (
    Place("DE", "Berlin", "Berlin", 20, 0.19),
    Place("DE", "Bayern", "München", 16, 0.19),
    Place("DE", "Hamburg", "Hamburg", 13, 0.19),
    Place("DE", "Nordrhein-Westfalen", "Köln", 16, 0.19),
    Place("DE", "Sachsen", "Leipzig", 8, 0.19),
)
_CN = (
    Place("CN", "上海", "上海", 22, 0.13),
    Place("CN", "浙江", "杭州", 14, 0.13),
    Place("CN", "江苏", "南京", 10, 0.13),
    Place("CN", "广东", "广州", 12, 0.13),
    Place("CN", "广东", "深圳", 12, 0.13),
    Place("CN", "北京", "北京", 14, 0.13),
    Place("CN", "四川", "成都", 10, 0.13),
)
_ABROAD = (
    Place("CA", "Ontario", "Toronto", 3, 0.0),
    Place("IE", "Leinster", "Dublin", 1, 0.0),
    Place("FR", "Île-de-France", "Paris", 2, 0.0),
    Place("AU", "New South Wales", "Sydney", 1, 0.0),
)

_MARKETS = {
    "USD": Market("US", 1.0, _US + _ABROAD),
    "GBP": Market("GB", 0.8, _GB + _ABROAD),
    "EUR": Market("DE", 0.95, _DE + _ABROAD),
    "CNY": Market("CN", 5.0, _CN, "zh"),
}


def market(currency: str) -> Market:
    """The home market of a currency; one that is not listed sells in its own currency from the US's places."""
    return _MARKETS.get(currency, _MARKETS["USD"])
