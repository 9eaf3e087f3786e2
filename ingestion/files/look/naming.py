"""What a column's name means: its words against the lexicon, in any of the languages that it knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ingestion.files.look.tokens import tokens

_CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
_NOISE = frozenset("the a an of in for your my shop our utc local gmt usd eur gbp cny olist".split())
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "ı": "i", "đ": "d"})
_SAYS_LITTLE = frozenset({"id"})


@dataclass(frozen=True)
class Lexicon:
    """`words.yml`."""

    words: Mapping[str, tuple[str, ...]]
    entities: Mapping[str, Mapping[str, Any]]
    statuses: Mapping[str, Mapping[str, str]]
    """Column → word in it (plain) → ours."""
    totals: tuple[str, ...]
    missing: tuple[str, ...]
    platforms: Mapping[str, tuple[str, ...]]


@lru_cache
def lexicon() -> Lexicon:
    """Read once."""
    given = YAML(typ="safe", pure=True).load(Path(__file__).with_name("words.yml").read_text("utf-8"))
    statuses = {
        column: {plain(str(word)): ours for ours, words in by_ours.items() for word in words}
        for column, by_ours in given["statuses"].items()
    }
    return Lexicon(
        {concept: tuple(map(str, words)) for concept, words in given["words"].items()},
        given["entities"],
        statuses,
        tuple(given["totals"]),
        tuple(given["missing"]),
        {name: tuple(words) for name, words in given["platforms"].items()},
    )


@lru_cache(maxsize=50_000)
def plain(name: str) -> str:
    """Lower-case words without signs, accents and what is in brackets: `Order_Date (UTC)` is `order date`."""
    text = unicodedata.normalize("NFKC", name)
    text = _BRACKETS.sub(" ", text) if _BRACKETS.sub("", text).strip() else text
    text = _CAMEL.sub(" ", text.translate(_LETTERS)).lower().replace("#", " no ")
    return " ".join(re.findall(r"[^\W_]+", "".join(map(_bare, text))))


def _bare(sign: str) -> str:
    """A letter without its accent, where it is one of ours: to strip marks from kana or Hangul would change them."""
    if sign < "\u00c0" or not (sign < "\u0500" or "\u1e00" <= sign < "\u1f00"):
        return sign
    return "".join(one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one))


def likeness(name: str, concept: str) -> float:
    """0 to 1: how surely a column of this name is the concept. 1 is one of its words, the first ones best; names that
    mean the same parts as one of its words follow."""
    said = plain(name)
    return max(
        (_like(said, word) - 0.001 * rank for rank, word in enumerate(lexicon().words[concept])), default=0.0
    )


def says_something(name: str) -> bool:
    """Does a name mean anything in a language that the lexicon knows? `col1`, `Feld 3` and `x` do not."""
    return any(likeness(name, concept) > 0.5 for concept in lexicon().words)


@lru_cache(maxsize=400_000)
def _like(said: str, word: str) -> float:
    if said == word or said.replace(" ", "") == word.replace(" ", ""):
        return 1.0
    return max(_by_words(said, word), _by_parts(said, word))


def _by_words(said: str, word: str) -> float:
    if _CHINESE.search(word):
        return 0.85 * len(word) / len(said) + 0.1 if len(word) > 1 and word in said else 0.0
    ours, theirs = set(word.split()), [part for part in said.split() if part not in _NOISE]
    if not theirs or not ours:
        return 0.0
    if ours == set(theirs):
        return 0.95
    if ours < set(theirs):
        return 0.9 * len(ours) / len(set(theirs))
    if len(theirs) > 1 and set(theirs) < ours:
        return 0.75 * len(theirs) / len(ours)
    return 0.0


def _by_parts(said: str, word: str) -> float:
    """By what the parts of both mean (`tokens`); a bare `id` is nobody's."""
    ours, theirs = tokens(word), tokens(said)
    if not ours or not theirs or ours == _SAYS_LITTLE:
        return 0.0
    if ours == theirs:
        return 0.93
    if ours < theirs:
        return 0.88 * len(ours) / len(theirs)
    return 0.0
