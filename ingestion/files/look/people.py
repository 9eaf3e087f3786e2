"""Which columns of an unknown file are about a person: by name in many languages, and by what the values are.

Wider than what refuses a file (`ingestion.personal`): here a wrong guess costs a line that somebody reads, there it
costs a file that does not land. What looks personal is dropped, unless its values are plainly those of articles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from ingestion.files.look.grid import Grid
from ingestion.files.look.naming import likeness, plain
from ingestion.files.look.tokens import tokens
from ingestion.personal.kinds import Kind

_KINDS: tuple[Kind, ...] = ("email", "phone", "drop")
_OF_THINGS = frozenset(
    "article quantity count amount status rate id method type total price cost campaign channel device".split()
)
_NO_VALUE = frozenset(
    "status campaign count rate device app visitors sessions users clicks orders hash consent marketing".split()
)
_NAME = re.compile(r"[^\W\d_][\w.'-]*(?:[ ,]+[^\W\d_][\w.'-]*){1,3}")
_SHAPES = {"email": re.compile("@"), "phone": re.compile(r"(\d\D{0,2}){6}")}


@lru_cache
def _words() -> dict[str, tuple[frozenset[str], ...]]:
    given = YAML(typ="safe", pure=True).load(Path(__file__).with_name("people.yml").read_text("utf-8"))
    return {kind: tuple(frozenset(str(word).split()) for word in words) for kind, words in given.items()}


def kind_by_name(name: str) -> Kind | None:
    """The kind that a column's name asks for, or None: `Kundenname`, `Prénom`, 氏名, `Nom du client`, PLZ."""
    said = plain(name)
    parts = frozenset(said.split())
    meaning = tokens(said)
    for kind in _KINDS:
        is_count = bool(meaning & _NO_VALUE)
        if not is_count and any(word <= parts for word in _words()[kind]):
            return kind
        compact = said.replace(" ", "")
        if not compact.isascii() and any("".join(word) == compact for word in _words()[kind]):
            return kind
    roles = {next(iter(word)) for word in _words()["roles"] if len(word) == 1}
    is_name = "name" in meaning and not meaning & (_OF_THINGS - {"id"})
    if is_name and ("customer" in meaning or parts & roles or _begins(said, roles)):
        return "drop"
    return None


def _could_be_name(name: str) -> bool:
    """`Client`, `Autor`: a name or a number; the values decide."""
    said = plain(name)
    return tokens(said) == {"customer"} or any(" ".join(word) == said for word in _words()["alone"])


def _begins(said: str, roles: set[str]) -> bool:
    return any(
        said.startswith(role) and len(said) > len(role)
        for role in roles
        if len(role) > 3 or not role.isascii()
    )


def look_at_people(table: Grid, personal: dict[str, Kind]) -> None:
    """Add to `personal` what its rules do not know; what they take for a person's and is an article's is kept."""
    places = {name: at for at, name in enumerate(table.columns) if name}
    for name, at in places.items():
        values = {row[at].strip() for row in table.rows if row[at].strip()}
        if name in personal:
            continue
        if _could_be_name(name) and are_names(values):
            personal[name] = "drop"
        elif (kind := kind_by_name(name)) is not None:
            is_it = any(_SHAPES[kind].search(value) for value in values) if kind in _SHAPES else True
            personal[name] = kind if is_it else "drop"
    for name, at in places.items():
        if personal.get(name) != "drop" or "name" not in tokens(plain(name)) or kind_by_name(name) == "drop":
            continue
        if _is_of_articles(table, at, places):
            personal[name] = "keep"


def are_names(values: Collection[str]) -> bool:
    """Are most of them two to four words without digits?"""
    return sum(bool(_NAME.fullmatch(value)) for value in values) > 0.6 * len(values)


def _is_of_articles(table: Grid, at: int, places: dict[str, int]) -> bool:
    """Does each article have one value of its own here? And no buyer, whose name it could be."""
    article = next((one for name, one in places.items() if likeness(name, "variant_id") > 0.85), None)
    if article is None or any(likeness(name, "title") > 0.9 and one != at for name, one in places.items()
                              if plain(name) != "name"):  # fmt: skip
        return False
    by_article: dict[str, set[str]] = defaultdict(set)
    for row in table.rows:
        if row[article].strip() and row[at].strip():
            by_article[row[article].strip()].add(row[at].strip())
    titles = {title for some in by_article.values() for title in some}
    people = any(
        likeness(name, concept) > 0.9
        for name in places
        for concept in ("email", "phone", "customer_id", "customer_handle")
    )
    repeats = len(table.rows) > 1.5 * len(by_article)
    if people and not repeats:
        return False
    of_one = sum(len(some) == 1 for some in by_article.values())
    return len(titles) > 0.5 * len(by_article) and of_one > 0.9 * len(by_article)
