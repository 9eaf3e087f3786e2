"""The parts of a column's name, by what they mean: `Bestellnr`, `ord_no` and `N° commande` are all {order, id}."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

_LINKS = ("s", "es", "n", "en", "e")
"""What German puts between the parts of a compound."""
_SHORT = 2
"""Letters that a part of a compound has at least; single ones would find themselves anywhere."""


@lru_cache
def vocabulary() -> Mapping[str, tuple[str, ...]]:
    """Word → what it means."""
    given = YAML(typ="safe", pure=True).load(Path(__file__).with_name("tokens.yml").read_text("utf-8"))
    return {str(word): tuple(meaning.split()) for meaning, words in given.items() for word in words}


@lru_cache(maxsize=50_000)
def tokens(said: str) -> frozenset[str]:
    """What the parts of a plain name mean; a part that nobody knows stands for itself."""
    known, found = vocabulary(), set[str]()
    for word in said.split():
        parts = [word] if word in known else split(word) or [word.rstrip("0123456789") or word]
        for part in parts:
            found.update(known.get(part, (part,)))
    return frozenset(one for one in found if not one.isdigit()) or frozenset(found)


@lru_cache(maxsize=50_000)
def split(word: str) -> tuple[str, ...] | None:
    """A compound as the fewest known words that it is made of, or None: `artikelbezeichnung`, `注文番号`."""
    known = vocabulary()
    latin = word.isascii()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for begin in range(end):
            before, part = best[begin], word[begin:end]
            if before is None:
                continue
            if part in known and (not latin or len(part) >= _SHORT):
                parts: tuple[str, ...] = (*before, part)
            elif latin and before and part in _LINKS and end < len(word):
                parts = before
            else:
                continue
            old = best[end]
            if old is None or len(parts) < len(old):
                best[end] = parts
    found = best[-1]
    # Short words make one another by chance (`dat|a|n|o`): a compound has a part that is a word by itself.
    if found and latin and (len(word) < 5 or max(map(len, found)) < 3):
        return None
    return found or None
