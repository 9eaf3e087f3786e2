"""A source that cannot be reached fails alone: the run publishes what is fresh and says what is not, or refuses."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from orchestration.lib.releases import current_release, list_releases
from tests.orchestration.built import write_config
from tests.orchestration.tiny import CONFIG, TinyShop

pytestmark = pytest.mark.timeout(600)
STOCK = """  - name: stock
    type: sql
    shop: main
    url: sqlite:///stock.db
    inputs: {items: {table: items}}
    entities: {products: {from: items, columns: {variant_id: id}}}
"""


def run(shop: TinyShop, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = shop.opsmart("run", "--json", *arguments)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_a_source_that_is_down_fails_alone(tmp_path: Path) -> None:
    """One story: down from the start, refused by configuration, there, gone again, and all of them gone."""
    shop = TinyShop(tmp_path / "shop")
    write_config(shop.folder, CONFIG + STOCK + "    if_down: refuse\n")
    code, summary = run(shop)
    assert (code, summary["ending"]) == (1, "failed")
    assert "stock.db" in summary["error"]
    assert current_release(shop.config) is None

    write_config(shop.folder, CONFIG + STOCK)
    code, summary = run(shop)
    assert (code, summary["ending"]) == (0, "published")
    assert [one["source"] for one in summary["stale"]] == ["stock"]
    (warning,) = [check for check in current_release(shop.config).verdict.findings if check.kind == "run"]
    assert (warning.name, warning.status) == ("source.stock.reached", "warn")
    assert "nothing so far" in warning.message
    assert run(shop, "--strict")[0] == 3
    shown = shop.opsmart("status").stdout
    assert "STALE      stock: nothing so far" in shown
    assert "orders → orders" in shown
    assert "newest data 2026-01-" in shown

    with sqlite3.connect(shop.folder / "stock.db") as database:
        database.execute("create table items (id text primary key)")
        database.execute("insert into items values ('A')")
    database.close()
    code, summary = run(shop)
    assert (code, summary["ending"], summary["stale"]) == (0, "published", [])
    assert current_release(shop.config).verdict.status == "pass"
    states = {one["source"]: one for one in json.loads(shop.opsmart("status", "--json").stdout)["sources"]}
    assert (states["stock"]["rows"], states["stock"]["stale"]) == (1, None)
    assert states["stock"]["entities"] == {"items": ["products"]}
    checked = json.loads(shop.opsmart("check", "--json").stdout)
    assert {one["source"]: one["landed"]["rows"] for one in checked["sources"]}["stock"] == 1

    (shop.folder / "stock.db").unlink()
    code, summary = run(shop)
    assert (code, summary["ending"]) == (0, "nothing_new")
    assert "nothing since" in shop.opsmart("status").stdout
    code, summary = run(shop, "--source", "stock")  # nobody is left who could give anything
    assert (code, summary["ending"]) == (1, "failed")
    assert len(list_releases(shop.config)) == 2
