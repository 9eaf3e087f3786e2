"""The pages of the shop and what is searched for in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.assortment import CATEGORIES, words_of
from ingestion.demo.shop.business import Business
from ingestion.demo.shop.randomness import Dice, Ints

_FIXED = ("/", "/cart", "/checkout", "/thank-you", "/search", "/sale", "/new", "/journal/small-kitchens")
HOME, CART, CHECKOUT, THANKS, SEARCH, SALE, NEW, JOURNAL = range(8)
_FIRST_CATEGORY = len(_FIXED)
_UNKNOWN = {
    "en": (
        "dog bed",
        "umbrela",
        "curtian rod",
        "phone case",
        "lego",
        "christmas tree stand",
        "rug 3x4 m",
        "waffle iron",
    ),
    "zh": ("狗窝", "雨伞", "手机壳", "窗帘杆", "空气炸锅", "圣诞树", "儿童自行车", "蚊帐"),
}
_MISTAKEN = "ada.baker7@mail.example"
"""Somebody types the own address into the search field now and then; it must not land."""


@dataclass(frozen=True)
class Pages:
    """Paths and terms as tables of words, and where in them each article's stand."""

    paths: list[str]
    terms: list[str]
    product_page: Ints
    """By variant."""
    category_page: Ints
    first_term: Ints
    """By variant: its first term, and how many it has."""
    term_count: Ints
    known_terms: int
    """Terms from here on find nothing."""
    best: Ints
    """Variants that those who leave at once had come for, the first the most."""
    listed_at: Ints
    search: int = SEARCH

    def of_variant(self, variant: Ints) -> Ints:
        """The article's page."""
        return self.product_page[np.maximum(variant, 0)]

    def of_category(self, variant: Ints) -> Ints:
        """The page of the article's category."""
        return self.category_page[variant]

    def landing(self, dice: Dice, channel: Ints, key: Ints) -> Ints:
        """The page that each visit begins on, where it is no article's."""
        drawn = dice.pick((0.5, 0.16, 0.10, 0.08), "landing/page", key)
        page = np.array([HOME, SALE, NEW, JOURNAL])[drawn]
        category = _FIRST_CATEGORY + dice.integers(0, len(CATEGORIES) - 1, "landing/category", key)
        return np.where(dice.chance(0.25, "landing/list", key, channel), category, page)

    def popular(self, dice: Dice, key: Ints, at: Ints) -> Ints:
        """One of the most popular articles that are listed by then, −1 for none."""
        chosen = self.best[(dice.uniform("landing/popular", key) ** 2 * len(self.best)).astype(np.int64)]
        return np.where(self.listed_at[chosen] <= at, chosen, -1)

    def terms_for(self, dice: Dice, variant: Ints, *keys: Ints) -> Ints:
        """A search term that finds the article."""
        draw = (dice.uniform("item/term", *keys) ** 2 * self.term_count[variant]).astype(np.int64)
        return np.asarray(self.first_term[variant] + draw)

    def unknown_terms(self, dice: Dice, key: Ints) -> Ints:
        """A search term that finds nothing."""
        rare = dice.chance(0.015, "empty/mistaken", key)
        drawn = dice.uniform("empty/term", key) ** 2 * (len(self.terms) - self.known_terms - 1)
        return np.where(rare, len(self.terms) - 1, self.known_terms + drawn.astype(np.int64))


def build_pages(business: Business) -> Pages:
    """Pages and terms of the shop's catalogue."""
    catalogue, language = business.catalogue, business.plan.market.language
    words = words_of(language)
    slugs = [one.name.lower().replace(" & ", "-").replace(" ", "-") for one in CATEGORIES]
    products = sorted(set(catalogue.product_id))
    place = {name: at for at, name in enumerate(products)}
    first_product = _FIRST_CATEGORY + len(slugs) + 1
    terms: list[str] = []
    first, count = [], []
    for group in words.items:
        first.append(len(terms))
        terms += [article for _, articles in group for article in articles] + [name for name, _ in group]
        count.append(len(terms) - first[-1])
    first.append(len(terms))
    terms += ["礼品卡", "套装"] if language == "zh" else ["gift card", "gift set"]
    count.append(2)
    listed = np.argsort(-catalogue.popularity, kind="stable")
    begin = business.plan.midnight(business.plan.start)
    return Pages(
        paths=[
            *_FIXED,
            *(f"/c/{slug}" for slug in slugs),
            "/c/services",
            *(f"/p/{name}" for name in products),
        ],
        terms=[*terms, *_UNKNOWN[language], _MISTAKEN],
        product_page=np.array([first_product + place[name] for name in catalogue.product_id]),
        category_page=_FIRST_CATEGORY + catalogue.category % (len(slugs) + 1),
        first_term=np.array(first)[catalogue.category],
        term_count=np.array(count)[catalogue.category],
        known_terms=len(terms),
        # Only what the shop opened with, so that later articles change nothing of what came before them.
        best=listed[(catalogue.listed_at < begin)[listed] & (catalogue.category >= 0)[listed]][:60],
        listed_at=catalogue.listed_at,
    )
