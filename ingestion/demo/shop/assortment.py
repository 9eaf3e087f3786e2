"""The words of the catalogue: categories, what they hold, at which price, and who makes it."""

from __future__ import annotations

from typing import NamedTuple

from ingestion.demo.shop import assortment_zh as zh


class Category(NamedTuple):
    """A category and what its articles are like."""

    name: str
    weight: float
    """Share of the products."""
    price: float
    """Median list price without tax, at price level 1."""
    cost_share: float
    """Unit cost as a share of the list price."""
    return_rate: float
    """Share of the orders led by this category of which something comes back."""
    items: tuple[tuple[str, tuple[str, ...]], ...]
    """(subcategory, article names)"""
    variants: tuple[str, ...]


_COLOURS = ("natural", "sage", "navy", "terracotta", "charcoal", "mustard")
_SIZES = ("S", "M", "L", "XL")

CATEGORIES = (
    Category(
        "Kitchen", 22, 24, 0.44, 0.045,
        (("Cookware", ("cast-iron pan", "saucepan", "wok")), ("Tableware", ("stoneware plate", "pasta bowl", "mug")),
         ("Utensils", ("serving spoons", "chef's knife", "peeler"))),
        _COLOURS,
    ),
    Category(
        "Home decor", 20, 32, 0.38, 0.06,
        (("Lighting", ("table lamp", "lantern", "string lights")), ("Textiles", ("cushion", "throw", "rug")),
         ("Candles", ("soy candle", "candle holder"))),
        _COLOURS,
    ),
    Category(
        "Bed & bath", 14, 42, 0.42, 0.08,
        (("Bedding", ("linen duvet cover", "pillowcase pair", "fitted sheet")), ("Bath", ("bath towel", "bath mat"))),
        _COLOURS,
    ),
    Category(
        "Clothing", 16, 48, 0.40, 0.18,
        (("Tops", ("merino jumper", "linen shirt", "cotton tee")), ("Accessories", ("wool scarf", "beanie", "apron"))),
        _SIZES,
    ),
    Category(
        "Stationery", 12, 11, 0.30, 0.02,
        (("Paper", ("notebook", "planner", "wrapping paper")), ("Desk", ("pen set", "desk tray"))),
        _COLOURS,
    ),
    Category(
        "Garden", 9, 28, 0.46, 0.05,
        (("Pots", ("terrace pot", "hanging planter")), ("Tools", ("trowel", "pruning shears"))),
        _COLOURS,
    ),
    Category(
        "Toys & games", 7, 22, 0.45, 0.04,
        (("Wooden toys", ("stacking rings", "train set")), ("Games", ("card game", "jigsaw puzzle"))),
        ("standard",),
    ),
)  # fmt: skip

BRANDS = (
    "Alder & Finch", "Northmere", "Casa Lume", "Field Notes Studio", "Kiln Street", "Hearthside",
    "Osier", "Plain Goods", "Saltmarsh", "Tallow & Co", "Wren Hill", "Juniper Row",
)  # fmt: skip
"""Invented names. Brand n is supplied by supplier n modulo SUPPLIERS."""

ADJECTIVES = (
    "Everyday", "Classic", "Heritage", "Nordic", "Studio", "Harvest", "Coastal", "Atelier", "Meadow", "Workshop",
    "Quiet", "Bright", "Slow", "Market", "Orchard", "Harbour",
)  # fmt: skip

SUPPLIERS = 8

SPECIAL_TITLES = (
    "Gift card 25", "Gift card 50", "Gift card 100", "Gift wrapping", "Price difference", "Sample sachet",
)  # fmt: skip
SPECIAL_SUBCATEGORIES = ("Gift cards", "Gift cards", "Gift cards", "Services", "Services", "Samples")
SETS = ("Kitchen starter set", "New home set", "Good night set", "Desk set", "Balcony set", "Family set")
"""Bundles, sold as one article and shipped as their parts."""


class Words(NamedTuple):
    """The catalogue's words in one language, all indexed like CATEGORIES (and SETS)."""

    categories: tuple[str, ...]
    """With the name for services last, so that the category −1 of special articles finds it."""
    items: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    variants: tuple[tuple[str, ...], ...]
    adjectives: tuple[str, ...]
    brands: tuple[str, ...]
    special_titles: tuple[str, ...]
    special_subcategories: tuple[str, ...]
    sets: tuple[str, ...]
    sets_name: str
    joint: str
    """Between an adjective and the article it is for."""


def words_of(language: str) -> Words:
    """English words, or Chinese ones for `zh`."""
    if language == "zh":
        return Words(
            (*zh.NAMES, zh.SERVICES), zh.ITEMS, zh.VARIANTS, zh.ADJECTIVES, zh.BRANDS, zh.SPECIAL_TITLES,
            zh.SPECIAL_SUBCATEGORIES, zh.SETS, zh.SETS_NAME, "",
        )  # fmt: skip
    return Words(
        (*(one.name for one in CATEGORIES), "Services"), tuple(one.items for one in CATEGORIES),
        tuple(one.variants for one in CATEGORIES), ADJECTIVES, BRANDS, SPECIAL_TITLES, SPECIAL_SUBCATEGORIES,
        SETS, "Sets", " ",
    )  # fmt: skip
