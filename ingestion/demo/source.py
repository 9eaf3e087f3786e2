"""The demo as a source: lands the days that have not landed yet, all history at first, then day by day.

One input for each entity. The cursor of a delivery is its last day (`2026-01-31`, in the shop's time zone); the
next one gives the rows that were created or changed after that day, in the state they have at its own end.
"""

from __future__ import annotations

import hashlib
import json
import zoneinfo
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ingestion.config_errors import ConfigError, Problem
from ingestion.demo.key import demo_key
from ingestion.demo.protection import protected
from ingestion.demo.shop.business import simulate
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.repeats import delivered
from ingestion.demo.shop.tables import ENTITIES, FOREVER_AGO, rows
from ingestion.personal.key import KEY_VARIABLE, Key, KeyMissingError, key_text
from ingestion.source import Batch, Context, InputPlan, ManifestEntry, ManifestRow, SourceError, SourcePlan

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.config_models import Shop
    from ingestion.demo.settings import DemoSettings

SIMULATOR_VERSION = 2
"""Raise it when the same settings give another shop than before: what has landed of the old one does not fit it."""
_NO_KEY = Key(b"only to see which columns there are")
LEAD = "orders"
"""Landed with every delivery, even without rows, so that its cursor says how far the source has been read."""


def plan(settings: DemoSettings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    """The days that have not landed. Raises SourceError if another shop has landed under this name before."""
    shop = plan_for(settings, config.shop(settings.shop))
    result = SourcePlan(settings.name, [InputPlan(entity) for entity in ENTITIES])
    last = context.newest(LEAD)
    if last is not None and last.reading != reading(shop):
        raise SourceError(
            f"source {settings.name}: its settings (or the simulator) have changed since its first days landed, and"
            " that would mix two different shops. Set them back, or use another warehouse folder"
        )
    # Looking leaves nothing behind: as long as nothing has landed there is no key, and no need of one.
    before = None if last is None else _delivered(last, _key(config))
    first = shop.start if before is None else before + timedelta(days=1)
    if first <= shop.end:
        days = (shop.end - first).days + 1
        line = f"{first} … {shop.end} ({days} days)" if days > 1 else str(first)
        for one in result.inputs:
            one.new.append(line)
    else:
        for one in result.inputs:
            one.unchanged = 1
    result.note = f"simulated through {shop.end}"
    if inspect:
        sample = simulate(shop.until(shop.start))
        for one in result.inputs:
            day = rows(sample, one.input, shop.after(shop.start))
            one.columns = protected(day, one.input, _NO_KEY).column_names
    return result


def extract(settings: DemoSettings, config: Config, context: Context) -> Iterator[Batch]:
    """Rows created or changed since the last delivery, entity by entity."""
    shop = plan_for(settings, config.shop(settings.shop))
    key = _key(config)
    business = simulate(shop)
    for done, entity in enumerate(ENTITIES):
        context.progress(entity, done, len(ENTITIES))
        # An entity that had nothing to say for days has an older cursor: it gives all that came since.
        last = _delivered(context.newest(entity), key)
        after = FOREVER_AGO if last is None else shop.after(last)
        table = protected(
            delivered(business, entity, shop.after(shop.end), after), entity, key, shop.market.country
        )
        if table.num_rows or entity == LEAD:
            yield Batch(
                entity,
                table,
                ManifestEntry(reading=reading(shop), key_version=key.version, cursor=shop.end.isoformat()),
            )
    context.progress("done", len(ENTITIES), len(ENTITIES))


def plan_for(settings: DemoSettings, shop: Shop, today: date | None = None) -> Plan:
    """The plan of a shop's settings. `today` (by default the system's date in the shop's zone) ends it yesterday."""
    end = settings.end
    if not isinstance(end, date):
        today = today or datetime.now(zoneinfo.ZoneInfo(shop.timezone)).date()
        end = today - timedelta(days=1)
    return Plan(
        start=settings.start,
        end=max(end, settings.start),
        seed=settings.seed,
        orders_per_day=settings.orders_per_day,
        shop_id=shop.id,
        timezone=shop.timezone,
        currency=shop.currency,
    )


def reading(shop: Plan) -> str:
    """Fingerprint of all that makes it this shop and no other; the end is no part of it."""
    facts = {name: str(value) for name, value in asdict(shop).items() if name != "end"}
    facts["simulator"] = str(SIMULATOR_VERSION)
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _delivered(last: ManifestRow | None, key: Key) -> date | None:
    """The last day that landed; None for the first time, and when the key is another one: then all is given anew."""
    if last is None or last.cursor is None or last.key_version != key.version:
        return None
    return date.fromisoformat(last.cursor)


def _key(config: Config) -> Key:
    try:
        return demo_key(key_text(), config.state)
    except KeyMissingError as error:
        raise ConfigError(Problem(config.path.name, None, KEY_VARIABLE, str(error))) from None
