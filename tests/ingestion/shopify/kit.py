"""A warehouse that reads a played Shopify shop, and what has landed of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion import lake
from ingestion.config import Config, load_config
from ingestion.lake import completed_loads
from ingestion.mapping import entity_selects
from ingestion.personal.key import KEY_VARIABLE
from ingestion.shopify.making import feeds_of
from ingestion.source import Context
from tests.ingestion.fake_http import FakeServer, serving
from tests.ingestion.landing import SECRET
from tests.ingestion.shopify.server import TOKEN, Shopify
from tests.ingestion.shopify.shop import Shop

CONFIGURATION = """
warehouse: ./warehouse
as_of: latest
shops: [{{id: main, name: Mill, timezone: Europe/London, currency: GBP}}]
sources:
  - {{name: shopify, type: shopify, shop: main, url: "{url}", token: "${{SHOPIFY_TOKEN}}"{more}}}
"""


@dataclass
class Played:
    """A played shop and the warehouse that reads it."""

    folder: Path
    shop: Shop
    shopify: Shopify
    http: FakeServer
    more: str = ""

    @property
    def config(self) -> Config:
        path = self.folder / "opsmart.yml"
        path.write_text(CONFIGURATION.format(url=self.http.url, more=f", {self.more}" if self.more else ""))
        return load_config(path)

    def land(self, **how: Any) -> lake.LandResult:
        return lake.land(self.config, "shopify", **how)

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """What all feeds give of everything, without a lake."""
        found = {}
        settings: Any = self.config.source("shopify")
        for feed in feeds_of(settings, Context()):
            records = [dict(one) for page in feed.everything() for one in page.records]
            found[feed.name] = sorted(records, key=lambda one: str(one["id"]))
        return found

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What stands of a raw table: the newest row of each key that was not deleted."""
        return standing(self.config, table)


@contextmanager
def played(
    folder: Path, monkeypatch: pytest.MonkeyPatch, shop: Shop | None = None, **how: Any
) -> Iterator[Played]:
    """A server with a shop, an environment with its token."""
    monkeypatch.setenv("SHOPIFY_TOKEN", TOKEN)
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    shopify = Shopify(shop or Shop(), **how)
    with serving(shopify.answer) as http:
        shopify.url = http.url
        http.now = lambda: shopify.shop.now.timestamp()  # noqa: PLW0108  # `now` moves on
        yield Played(folder, shopify.shop, shopify, http)


def standing(config: Config, table: str) -> list[dict[str, Any]]:
    """The newest row of each key of a raw table, unless that is a deletion; of states the newest of each."""
    from ingestion.shopify.tables import TABLES

    key = ", ".join(next(one.key for one in TABLES if one.name == table))
    with duckdb.connect() as duck:
        if not _landed(duck, config, table):
            return []
        found = duck.execute(f"from newest order by {key}")
        names = [one[0] for one in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def canonical(config: Config, entity: str, columns: str) -> list[tuple[Any, ...]]:
    """Columns of an entity as the mapping gives them, from what stands of the raw tables, in order."""
    found: list[tuple[Any, ...]] = []
    for select in entity_selects(config):
        if select.entity != entity or select.derived:
            continue
        with duckdb.connect() as duck:
            duck.execute("set TimeZone = 'UTC'")
            if not _landed(duck, config, select.input):
                continue
            sql = select.sql.replace("__raw__", "newest")
            for other in config.source("shopify").input_names():
                if f"__lookup_{other}__" in sql:
                    _landed(duck, config, other, f"__lookup_{other}__")
            duck.execute(f"create table canonical as {sql}")
            given = {row[0] for row in duck.execute("describe canonical").fetchall()}
            asked = [one if one.split()[0] in given else f"null as {one}" for one in columns.split(", ")]
            found += duck.execute(f"select {', '.join(asked)} from canonical").fetchall()
    return sorted(set(found), key=repr)


def _landed(duck: duckdb.DuckDBPyConnection, config: Config, table: str, name: str = "newest") -> bool:
    from ingestion.shopify.tables import TABLES

    key = ", ".join(next(one.key for one in TABLES if one.name == table))
    parts = [
        f"select *, {load.load_seq} as _load_seq, '{load.load_id}' as _load_id, '' as _file"
        f" from read_parquet('{path}')"
        for load in completed_loads(config)
        for path in (config.raw / "shopify" / table / f"load_id={load.load_id}").glob("*.parquet")
    ]
    if not parts:
        return False
    duck.execute(f"create table all_{table} as " + " union all by name ".join(dict.fromkeys(parts)))
    names = {row[0] for row in duck.execute(f"describe all_{table}").fetchall()}
    if "_deleted" not in names:
        duck.execute(f"alter table all_{table} add column _deleted boolean")
    duck.execute(
        f"create table {name} as select * replace (false as _deleted) from (select * from all_{table}"
        f" qualify row_number() over (partition by {key} order by _load_seq desc, _row desc) = 1)"
        " where not coalesce(_deleted, false)"
    )
    return True
