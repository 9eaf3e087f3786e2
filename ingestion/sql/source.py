"""The `sql` source: tables and queries of a shop's database. `python -m ingestion.sql` runs it alone.

All inputs of a load are read in one read-only transaction, so they fit together. What has landed is compared with what
is read: rows that are as they were land again in no load, however wide the net is cast.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingestion.source import Batch, Context, InputPlan, SourcePlan

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.sql.database import Database
    from ingestion.sql.options import InputOptions
    from ingestion.sql.settings import SqlSettings


def plan(settings: SqlSettings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    """What would be looked at. Whether there is anything new, only reading can tell; with `inspect` the rows to be read
    are counted. Raises SourceError if the database cannot be opened, ConfigError without the key that hashes need."""
    from ingestion.sql.options import options

    result = SourcePlan(settings.name)
    inputs = options(settings, config)
    result.inputs = [InputPlan(one.name, new=[f"{one.name} ({one.what})"]) for one in inputs]
    if inspect:
        from ingestion.sql.connection import opened

        with opened(settings, config) as database:
            for one, planned in zip(inputs, result.inputs, strict=True):
                _inspect(database, one, planned, context)
    return result


def extract(settings: SqlSettings, config: Config, context: Context) -> Iterator[Batch]:
    """Read everything that may be new, and give what is."""
    from ingestion.sql.connection import opened
    from ingestion.sql.options import options
    from ingestion.sql.taking import Taking

    context.plan = context.plan or plan(settings, config, context)
    planned = {one.input: one for one in context.plan.inputs}
    inputs = options(settings, config)
    with opened(settings, config) as database:
        taking = Taking(database, config, settings.name, context, settings.max_deleted_share)
        for done, one in enumerate(inputs):
            yield from taking.take(one, planned[one.name], done, len(inputs))
    context.progress("read", len(inputs), len(inputs))


def _inspect(database: Database, one: InputOptions, planned: InputPlan, context: Context) -> None:
    """Count what would be read, and look at the first rows of it."""
    from ingestion.sql.errors import InputError, reading
    from ingestion.sql.preparing import prepare
    from ingestion.sql.reading import Request, read

    try:
        prepared = prepare(database, one, context)
        planned.columns = [column.name for column in prepared.columns]
        bounds = f" where {prepared.where}" if prepared.where else ""
        with database.one_input():
            rows = database.row(f"select count(*) from {prepared.relation}{bounds}")[0]
        sample = f"(select * from {prepared.relation}{bounds} limit 1000) as opsmart_sample"
        personal = {name: kind for name, kind in one.settings.personal.items() if kind != "drop"}
        read(database, Request(one.name, sample, prepared.columns, "", personal, one.region, one.key))
        which = "all" if prepared.is_complete else prepared.where.strip("()")
        planned.new = [f"{one.name}: {rows:,} rows to compare ({which})"]
        planned.problems += [f"{one.name}: {line}" for line in prepared.notes]
    except InputError as error:
        planned.new = []
        planned.problems.append(f"{one.name}: {error}")
    except Exception as error:
        planned.new = []
        planned.problems.append(f"{one.name}: {reading(error, database.address, one.what)}")
