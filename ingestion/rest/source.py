"""The `rest` source: any JSON API, by configuration only. `python -m ingestion.rest` runs it alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingestion.api import source as api

if TYPE_CHECKING:
    from requests.auth import AuthBase

    from ingestion.api.client import Client
    from ingestion.api.feed import Feed
    from ingestion.config import Config
    from ingestion.rest.settings import RestSettings
    from ingestion.source import Batch, Context, SourcePlan


def plan(settings: RestSettings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    """What would be asked for; with `inspect` the first page of each input is read."""
    return api.plan(settings, config, context, feeds, inspect=inspect)


def extract(settings: RestSettings, config: Config, context: Context) -> Iterator[Batch]:
    """Read everything that may be new, and give what is."""
    yield from api.extract(settings, config, context, feeds)


def feeds(settings: RestSettings, config: Config) -> list[Feed]:
    """One for each input that is asked for, with the tables of its parts."""
    from ingestion.mapping import entity_selects
    from ingestion.rest.feed import RestFeed
    from ingestion.rest.tables import table

    read: dict[str, list[str]] = {}
    for select in entity_selects(config):
        if select.source == settings.name:
            read.setdefault(select.input, []).extend(select.raw_columns)
    client = connected(settings)
    found: list[Feed] = []
    for name, one in settings.inputs.items():
        if one.within is None:
            tables = [table(name, one, None, tuple(read.get(name, ())))]
            tables += [
                table(part, settings.inputs[part], one, tuple(read.get(part, ())))
                for part in settings.parts(name)
            ]
            found.append(RestFeed(settings, name, tables, client))
    return found


def connected(settings: RestSettings) -> Client:
    """A client; it says nothing to the server yet."""
    from ingestion.api.client import Client
    from ingestion.rest.pace import Paced

    one = settings.client

    def client(auth: AuthBase | None) -> Client:
        return Client(
            one.base_url, name=settings.name, secrets=one.secrets(), auth=auth,
            headers={name: value.get_secret_value() for name, value in one.headers.items()},
            timeout=settings.timeout.seconds,
        )  # fmt: skip

    asking = client(None)

    def auth() -> AuthBase | None:
        from ingestion.rest.auth import made

        def hide(secret: str) -> None:
            asking.hide(secret)
            found.hide(secret)

        return made(one.auth, asking, hide) if one.auth is not None else None

    found = client(Paced(auth, one.requests_per_second))
    return found
