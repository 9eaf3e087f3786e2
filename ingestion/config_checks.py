"""Checks that need more than one place of the configuration: names, shops, and the mappings against contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ingestion.config_errors import Issue, Location, suggest
from ingestion.config_models import Settings
from ingestion.contracts import Contract, load_contracts
from ingestion.mapping.mapped import Mapped, map_source
from ingestion.mapping.values import value_issues
from ingestion.settings import SourceSettings


def check(
    data: Mapping[str, Any], settings: Settings | None, sources: Sequence[SourceSettings | None]
) -> list[Issue]:
    """Everything that the models could not see. `settings` and members of `sources` are None where their model
    failed; what can be said without them is still said."""
    issues = [*_doubled(data, "shops", "id"), *_doubled(data, "sources", "name")]
    shops = [str(one["id"]) for one in _dicts(data, "shops") if one.get("id") is not None]
    contracts = load_contracts()
    if settings is not None:
        issues += _rates_missing(settings, sources, contracts)
    for position, source in enumerate(sources):
        if source is not None:
            at = ("sources", position)
            if shops and source.shop not in shops:
                hint = suggest(source.shop, shops)
                issues.append(Issue((*at, "shop"), f"there is no shop {source.shop!r}", hint))
            issues += _check_source(source, at, contracts)
    return issues + list(_orders_missing(sources, contracts))


def _check_source(source: SourceSettings, at: Location, contracts: Mapping[str, Contract]) -> Iterator[Issue]:
    inputs, mappings = source.input_names(), source.mappings()
    for mapping in mappings.values():
        if mapping.input not in inputs:
            hint = suggest(mapping.input, inputs)
            yield Issue((*at, *mapping.location, "from"), f"there is no input {mapping.input!r}", hint)
    mapped, issues = map_source(source, contracts)
    used = {mapping.input for mapping in mappings.values()}.union(*(one.select.lookups for one in mapped))
    # Records of which others are parts have to be read, whether or not anything is made of themselves.
    used |= {one.within for one in getattr(source, "inputs", {}).values() if getattr(one, "within", None)}
    for name in inputs:
        # What a source brings along, nobody has written and nobody can leave out.
        if name not in used and "inputs" in type(source).model_fields:
            yield Issue(
                (*at, "inputs", name), "no entity uses this input: it lands and stays unused", warning=True
            )
    issues += _dropped(source, mapped, inputs)
    for one in [*issues, *value_issues(mapped, source.text_inputs())]:
        yield Issue((*at, *one.location), one.message, one.hint, one.warning)


def _dropped(source: SourceSettings, mapped: Sequence[Mapped], inputs: Sequence[str]) -> Iterator[Issue]:
    """Columns that a mapping reads although they are declared never to land."""
    for one in mapped:
        if one.derived or one.mapping.input not in inputs:
            continue
        for input_name, columns in ((one.mapping.input, one.select.raw_columns), *one.select.lookups.items()):
            dropped = {name.lower() for name in source.dropped(input_name)}
            for name in sorted(columns):
                if name.lower() in dropped:
                    hint = "hash it (email, phone, hash) to use it as a key, or take it out of the mapping"
                    yield Issue(one.mapping.location, f"reads {name!r}, which `personal` drops", hint)


def _orders_missing(
    sources: Sequence[SourceSettings | None], contracts: Mapping[str, Contract]
) -> Iterator[Issue]:
    """Lines whose orders nobody gives would be sold on no day."""
    given = set()
    for source in sources:
        mapped, issues = map_source(source, contracts) if source is not None else ([], [])
        if source is None or issues:  # then it is not known what there will be
            return
        given |= {(source.shop, one.contract.entity) for one in mapped}
    for position, source in enumerate(sources):
        if source is None or (source.shop, "orders") in given:
            continue
        lines = source.mappings().get("order_lines")
        if lines is not None and "orders" in contracts:
            yield Issue(
                ("sources", position, *lines.location),
                f"nothing gives the orders of shop {source.shop}",
                f"map orders, or let order_lines also give {', '.join(contracts['orders'].required)}",
            )


def _rates_missing(
    settings: Settings, sources: Sequence[SourceSettings | None], contracts: Mapping[str, Contract]
) -> Iterator[Issue]:
    """Money of several currencies is added in one, which takes exchange rates that somebody has to give."""
    reporting = settings.reporting_currency or settings.shops[0].currency
    mapped = [entity for source in sources if source is not None for entity in source.mappings()]
    if "fx_rates" not in contracts or "fx_rates" in mapped or None in sources:
        return
    for position, shop in enumerate(settings.shops):
        if shop.currency != reporting:
            yield Issue(
                ("shops", position, "currency"),
                f"is {shop.currency}, and what people spend is added up in {reporting}: no source gives exchange rates",
                "map fx_rates (date, from_currency, to_currency, rate), or set reporting_currency to this one"
                if len(settings.shops) == 1
                else "map fx_rates (date, from_currency, to_currency, rate) from a file or a table",
            )


def _doubled(data: Mapping[str, Any], block: str, key: str) -> Iterator[Issue]:
    seen: set[str] = set()
    for position, one in enumerate(_dicts(data, block)):
        name = one.get(key)
        if name is not None and name in seen:
            yield Issue(
                (block, position, key), f"{name!r} is taken by an earlier entry", "each needs its own"
            )
        seen.add(str(name))


def _dicts(data: Mapping[str, Any], block: str) -> list[dict[str, Any]]:
    entries = data.get(block)
    return [one if isinstance(one, dict) else {} for one in entries] if isinstance(entries, list) else []
