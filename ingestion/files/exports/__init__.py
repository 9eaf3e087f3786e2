"""Mappings for the exports of well-known systems, one YAML file for each: header names in both languages, how the
file is written, what in it is personal, and which entities it gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent

CURRENCIES = (
    "USD EUR GBP CNY RMB JPY HKD TWD AUD CAD SGD NZD CHF SEK NOK DKK PLN CZK HUF RON BRL MXN CLP COP PEN ARS INR KRW"
    " THB VND MYR IDR PHP AED SAR ILS EGP ZAR NGN KES TRY UAH"
).split()
"""What `{currency}` in a header name stands for: ad consoles put the account's currency there."""


@dataclass(frozen=True)
class Export:
    """A shipped mapping."""

    name: str
    title: str
    title_zh: str
    recognise: tuple[tuple[str, ...], ...]
    """Header names that tell this export from others; of each group one is enough."""
    input: Mapping[str, Any]
    """Defaults of the input's options."""
    entities: Mapping[str, Mapping[str, Any]]
    """What it gives, as below `entities:`, without `from`; in a select `{input}` stands for the input."""
    aliases: Mapping[str, Any] = field(default_factory=dict)


def names() -> list[str]:
    """All there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


@lru_cache
def load(name: str) -> Export:
    """The export of this name. Raises FileNotFoundError."""
    given = YAML(typ="safe", pure=True).load((FOLDER / f"{name}.yml").read_text("utf-8"))
    options = dict(given.get("input") or {})
    aliases = options.get("aliases", {})
    return Export(
        name=name,
        title=given["title"],
        title_zh=given["title_zh"],
        recognise=tuple(tuple(_names(one, aliases)) for one in given["recognise"]),
        input=options,
        entities=given["entities"],
        aliases=aliases,
    )


def filled_in(source: dict[str, Any]) -> dict[str, Any]:
    """A source's settings with what the exports of its inputs bring. What the source says itself stands: an input's
    keys singly (`personal` and `aliases` by their entries), an entity's columns singly where both have columns, else
    the entity as a whole. An entity (or a column) given as nothing is left out.

    Unknown exports are passed over: the input's own check names them.
    """
    given = source.get("inputs")
    if not isinstance(given, dict):
        return source
    inputs, entities = dict(given), dict(source.get("entities") or {})
    used = {
        name: load(one["export"])
        for name, one in given.items()
        if isinstance(one, dict) and isinstance(one.get("export"), str) and one["export"] in names()
    }
    if not used:
        return source
    inputs.update({name: _input(export, given[name]) for name, export in used.items()})
    for last in (False, True):  # what only helps out comes after all that is said on purpose
        for name, export in used.items():
            for entity, mapping in export.entities.items():
                if bool(mapping.get("only_if_missing")) == last and not (last and entity in entities):
                    _add_entity(entities, entity, name, mapping)
    return {**source, "inputs": inputs, "entities": {k: v for k, v in entities.items() if v is not None}}


def expanded(names: Any) -> list[str]:
    """Header names with `{currency}` written out, each once, upper and lower case alike."""
    found: dict[str, str] = {}
    for name in [names] if isinstance(names, str) else names:
        for one in (
            [name.replace("{currency}", code) for code in CURRENCIES] if "{currency}" in name else [name]
        ):
            found.setdefault(one.lower(), one)
    return list(found.values())


def currency_in(names: Any) -> dict[str, str]:
    """Header name → the currency that it names."""
    return {
        name.replace("{currency}", code): {"RMB": "CNY"}.get(code, code)
        for name in ([names] if isinstance(names, str) else names)
        if "{currency}" in name
        for code in CURRENCIES
    }


def _names(one: Any, aliases: Mapping[str, Any]) -> list[str]:
    """`$total` in `recognise` stands for the names of the alias total."""
    if isinstance(one, str) and re.fullmatch(r"\$\w+", one):
        return expanded(aliases[one[1:]])
    return expanded(one)


def _input(export: Export, own: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**export.input, **own}
    merged["personal"] = {**export.input.get("personal", {}), **(own.get("personal") or {})}
    aliases = dict(export.aliases)
    for name, more in (own.get("aliases") or {}).items():
        ours = aliases.get(name, [])
        both = isinstance(ours, list | str) and isinstance(more, list | str)
        aliases[name] = [*expanded(more), *expanded(ours)] if both else more
    merged["aliases"] = aliases
    return merged


def _add_entity(entities: dict[str, Any], entity: str, name: str, mapping: Mapping[str, Any]) -> None:
    ours = {
        "from": name,
        **{key: _filled(value, name) for key, value in mapping.items() if key != "only_if_missing"},
    }
    labels = (f"{entity}/{name}", entity)
    for label in labels:
        if label not in entities:
            continue
        own = entities[label]
        if own is None and label == labels[0]:
            return
        if own is None or (isinstance(own, dict) and own.get("from") == name):
            entities[label] = None if own is None else _merged(ours, own)
            return
    entities[labels[1] if labels[1] not in entities else labels[0]] = ours


def _merged(ours: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    if "select" in own or ("select" in ours and "columns" in own):
        return own
    columns = {**(ours.get("columns") or {}), **(own.get("columns") or {})}
    merged = {**ours, **own}
    if "select" not in merged:
        merged["columns"] = {name: one for name, one in columns.items() if one is not None}
    return merged


def _filled(value: Any, name: str) -> Any:
    return value.replace("{input}", name) if isinstance(value, str) else value
