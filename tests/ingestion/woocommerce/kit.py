"""A configuration of one or several fake shops, what has landed of them, and what the warehouse makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion import lake
from ingestion.api import client
from ingestion.api.feed import Feed, Page
from ingestion.config import Config, load_config
from ingestion.woocommerce.settings import WoocommerceSettings
from ingestion.woocommerce.source import feeds
from tests.ingestion.landing import SECRET as PII_KEY
from tests.ingestion.woocommerce.server import KEY, SECRET, Server

SOURCE = """
  - name: {name}
    type: woocommerce
    shop: {shop}
    url: {url}
    consumer_key: ${{WOO_KEY}}
    consumer_secret: ${{WOO_SECRET}}
{more}"""


def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that a configuration needs; no test waits for a back-off."""
    monkeypatch.setenv("WOO_KEY", KEY)
    monkeypatch.setenv("WOO_SECRET", SECRET)
    monkeypatch.setenv("OPSMART_PII_KEY", PII_KEY)
    quick = {**(client.Client.__init__.__kwdefaults__ or {}), "first_wait": 0.01}
    monkeypatch.setattr(client.Client.__init__, "__kwdefaults__", quick)


def configured(
    folder: Path, *servers: Server, more: str = "", names: tuple[str, ...] = ("woo", "second")
) -> Config:
    """A configuration in `folder`; `more` are further options of each source, a line each."""
    folder.mkdir(parents=True, exist_ok=True)
    named = list(zip(names, servers, strict=False))
    shops = "".join(
        f"\n  - {{id: {name}, name: {name}, timezone: Europe/London, currency: {one.shop.currency}}}"
        for name, one in named
    )
    options = "".join(f"    {line}\n" for line in more.splitlines())
    sources = "".join(SOURCE.format(name=name, shop=name, url=one.url, more=options) for name, one in named)
    path = folder / "opsmart.yml"
    path.write_text(
        f"warehouse: ./warehouse\nas_of: latest\nshops:{shops}\nsources:{sources}", encoding="utf-8"
    )
    return load_config(path)


def feed(config: Config, name: str) -> Feed:
    """One of the feeds of `woo`, to be asked without landing what it gives."""
    settings = config.source("woo")
    assert isinstance(settings, WoocommerceSettings)
    return next(one for one in feeds(settings, config) if one.name == name)


def ids(pages: Iterator[Page] | None) -> list[int]:
    """Of all records that pages bring."""
    return [record["id"] for page in pages or () for record in page.records]


def land(config: Config, source: str = "woo", **how: Any) -> lake.LandResult:
    return lake.land(config, source, **how)


def standing(config: Config, table: str, source: str = "woo") -> list[dict[str, Any]]:
    """The rows of a raw table as they stand: of each key the newest, without those that are gone."""
    from ingestion.woocommerce.tables import TABLES

    key = next(one for one in TABLES if one.name == table).key
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    loads = dict.fromkeys((row.load_seq, row.load_id) for row in lake.completed_loads(config))
    for _, load in sorted(loads):
        files = [str(path) for path in (config.raw / source / table / f"load_id={load}").glob("*.parquet")]
        if files:
            sql = "from read_parquet($1, union_by_name = true, hive_partitioning = false) order by _row"
            for row in duckdb.connect().execute(sql, [files]).to_arrow_table().to_pylist():
                rows[tuple(row[name] for name in key)] = row
    there = [row for row in rows.values() if not row.get("_deleted")]
    return sorted(there, key=lambda row: [int(row[name]) for name in key])


def column(config: Config, table: str, name: str, source: str = "woo") -> list[Any]:
    return [row[name] for row in standing(config, table, source)]
