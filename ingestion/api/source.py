"""`plan` and `extract` of sources that are web APIs: each gives its feeds, the rest is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from ingestion.config_errors import ConfigError, Problem
from ingestion.personal.key import KeyMissingError, key_from_environment
from ingestion.personal.kinds import needs_key
from ingestion.source import Batch, Context, InputPlan, SourcePlan

if TYPE_CHECKING:
    from ingestion.api.feed import Feed
    from ingestion.api.reading import Protection
    from ingestion.api.settings import ApiSettings
    from ingestion.config import Config

S = TypeVar("S", bound="ApiSettings")
Feeds = Callable[[S, "Config"], "Sequence[Feed]"]
_SLICES = "api.slices"


def plan(
    settings: S, config: Config, context: Context, feeds: Feeds[S], *, inspect: bool = False
) -> SourcePlan:
    """What would be looked at. Whether there is anything new, only reading can tell; with `inspect` the first page of
    each feed is read. Raises SourceError, and ConfigError without the key that hashes need."""
    protection = _protection(settings, config)
    result = SourcePlan(settings.name)
    slices = context.extra.get(_SLICES)
    for feed in feeds(settings, config):
        planned = [InputPlan(one.name) for one in feed.tables]
        result.inputs += planned
        if slices is not None and feed.name in slices.finished:
            continue
        for one in planned:
            one.new.append(feed.name)
        if inspect:
            _inspect(feed, planned, protection)
    return result


def extract(settings: S, config: Config, context: Context, feeds: Feeds[S]) -> Iterator[Batch]:
    """Read everything that may be new, and give what is. Of a first reading no more than a slice: `context.more` says
    that there is more."""
    from ingestion.api.taking import Slices, Taking

    context.plan = context.plan or plan(settings, config, context, feeds)
    planned = {one.input: one for one in context.plan.inputs}
    slices: Slices = context.extra.setdefault(_SLICES, Slices(0))
    slices.left, slices.more = settings.slice_rows, False
    taking = Taking(settings, config, context, _protection(settings, config), slices)
    for feed in feeds(settings, config):
        if feed.name in slices.finished:
            continue
        if slices.left <= 0:
            slices.more = True
            break
        yield from taking.take(feed, planned)
        if slices.more:
            break
    context.more = slices.more


def _protection(settings: ApiSettings, config: Config) -> Protection:
    from ingestion.api.reading import Protection
    from ingestion.personal.normalise import region_of_timezone

    region = region_of_timezone(config.shop(settings.shop).timezone)
    hashed = [one.name for one in settings.tables() if needs_key(one.personal)]
    if not hashed:
        return Protection(None, region)
    try:
        return Protection(key_from_environment(), region)
    except KeyMissingError as error:
        where = f"sources.{settings.name}"
        raise ConfigError(Problem(config.path.name, None, where, str(error))) from None


def _inspect(feed: Feed, planned: Sequence[InputPlan], protection: Protection) -> None:
    """What the first page of a feed shows: the columns, and what is in the way. Raises SourceError."""
    import duckdb

    from ingestion.api.errors import FeedError
    from ingestion.api.reading import FeedReading, TableReading

    with duckdb.connect() as duck:
        tables = [
            TableReading(one, feed.tables[0], {}, protection, f'"read_{one.name}"') for one in feed.tables
        ]
        found = FeedReading(duck, tables, "all_owners")
        try:
            page = next(iter(feed.everything()), None)
            if page is not None:
                found.add(page)
        except FeedError as error:
            for one in planned:
                one.new = []
                one.problems.append(str(error))
            return
    total = page.total if page is not None else 0
    count = "records" if total is None else f"{total:,} records"
    for one, table in zip(planned, found.tables, strict=True):
        one.columns = table.columns
        one.new = [f"{feed.name}: {count} to look at"]
        if table.fault:
            one.new = []
            one.problems.append(f"{one.input}: {table.fault}")
