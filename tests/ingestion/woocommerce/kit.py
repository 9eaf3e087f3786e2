"""A configuration of one or several fake shops, what has landed of them, and what the warehouse makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion import lake
from ingestion.api import client
from ingestion.config import Config, load_config
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
    monkeypatch.setattr(client, "_FIRST_WAIT", 0.01)


def configured(folder: Path, *servers: Server, more: str = "", names: tuple[str, ...] = ("woo", "second")) -> Config:
    """A configuration in `folder`; `more` are further options of each source, a line each."""
    folder.mkdir(parents=True, exist_ok=True)
    named = list(zip(names, servers, strict=False))
    shops = "".join(
        f"\n  - {{id: {name}, name: {name}, timezone: Europe/London, currency: {one.shop.currency}}}" for name, one in named
    )
    options = "".join(f"    {line}\n" for line in more.splitlines())
    sources = "".join(SOURCE.format(name=name, shop=name, url=one.url, more=options) for name, one in named)
    path = folder / "opsmart.yml"
    path.write_text(f"warehouse: ./warehouse\nas_of: latest\nshops:{shops}\nsources:{sources}", encoding="utf-8")
    return load_config(path)


def land(config: Config, source: str = "woo", **how: Any) -> lake.LandResult:
    return lake.land(config, source, **how)


def standing(config: Config, table: str, source: str = "woo") -> list[dict[str, Any]]:
    """The rows of a raw table as they stand: of each key the newest, without those that are gone."""
    from ingestion.woocommerce.tables import TABLES

    key = ", ".join(f'"{name}"' for name in next(one for one in TABLES if one.name == table).key)
    ids = {row.load_id for row in lake.completed_loads(config)}
    folder = config.raw / source / table
    files = [str(path) for one in sorted(ids) for path in (folder / f"load_id={one}").glob("*.parquet")]
    if not files:
        return []
    result = duckdb.connect().execute(
        f"select * from (select * from read_parquet($1, union_by_name = true, hive_partitioning = false)"
        f" qualify row_number() over (partition by {key} order by _load_seq desc, _row desc) = 1)"
        f" where not coalesce(_deleted, false) order by try_cast(columns({key.split(', ')[-1]}) as bigint)",
        [files],
    )
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def column(config: Config, table: str, name: str, source: str = "woo") -> list[Any]:
    return [row[name] for row in standing(config, table, source)]
