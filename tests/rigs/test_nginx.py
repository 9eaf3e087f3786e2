"""A real nginx is asked for pages, its logs rotated under it; what lands is what was asked for, once."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion.landing import SECRET
from tests.ingestion.memory_lake import MemoryLake
from tests.ingestion.weblog_kit import CHROME, GOOGLEBOT, IPHONE, ROUTES
from tests.rigs.web_servers import FORMATS, WebServer, nginx, reopen

pytestmark = [pytest.mark.rigs, pytest.mark.timeout(300)]
CONFIGURATION = """
shops:
  - {id: main, name: Shop, timezone: Europe/London, currency: GBP}
sources:
"""
LOGS = {"combined": "combined", "cookies": FORMATS["cookies"], "json": "json"}


def configuration(folder: Path):  # type: ignore[no-untyped-def]
    from ingestion.config import load_config

    text = CONFIGURATION
    for name, form in LOGS.items():
        cookie = "    visitor_cookie: vid\n" if name == "cookies" else ""
        text += (
            f"  - name: {name}\n    type: weblog\n    shop: main\n    path: logs/{name}.log*\n    hosts: shop.example\n"
            f"    format: {json.dumps(form)}\n{cookie}{ROUTES}"
        )
    (folder / "opsmart.yml").write_text(text)
    return load_config(folder / "opsmart.yml")


def visit(server: WebServer, first: int, count: int) -> list[tuple]:
    """Pages asked for, and what each is to become."""
    told = []
    for at in range(first, first + count):
        server.get(f"/page/{at}?utm_source=news", CHROME)
        server.get(f"/static/{at}.css", CHROME)
        server.get(
            f"/product/P%2D{at}",
            IPHONE,
            Referer="https://www.google.com/search?q=secret",
            Cookie=f"a=b; vid=V{at}",
        )
        server.get(f"/search?q=caf%C3%A9+{at}", 'say "hello" \\ caf\u00e9'.encode().decode("latin-1"))
        server.get("/cart/add", CHROME, method="POST")
        server.get("/gone", CHROME)
        server.get(f"/bot/{at}", GOOGLEBOT)
        told += [
            ("page_view", f"/page/{at}", None, None, "browser"),
            ("product_view", f"/product/P%2D{at}", f"P-{at}", None, "browser"),
            ("search", "/search", None, f"café {at}", "browser"),
            ("add_to_cart", "/cart/add", None, None, "browser"),
            ("page_view", f"/bot/{at}", None, None, "bot"),
        ]
    return told


def landed(lake: MemoryLake, config) -> list[tuple]:  # type: ignore[no-untyped-def]
    columns = ("event_type", "page_path", "variant_id", "search_term", "user_agent_class")
    return [tuple(row.get(one) for one in columns) for row in lake.canonical(config)]


def test_what_was_asked_for_lands_once_however_logs_are_rotated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    shop = tmp_path
    config = configuration(shop)
    lakes = {name: MemoryLake(name) for name in LOGS}
    with nginx(shop) as server:
        lines = 0

        def sync(expected: list[tuple]) -> None:
            for name in LOGS:
                server.wait_for(f"{name}.log", lines)
                lakes[name].land(config)
                assert not lakes[name].rejected(config)
                assert sorted(map(str, landed(lakes[name], config))) == sorted(map(str, expected)), name

        expected = visit(server, 1, 3)
        lines = 21
        sync(expected)
        expected += visit(server, 4, 2)
        for name in LOGS:
            (shop / "logs" / f"{name}.log").rename(shop / "logs" / f"{name}.log.1")
        expected += visit(server, 6, 1)  # goes to the renamed file: nginx still holds it
        reopen(server)
        expected += visit(server, 7, 2)
        lines = 14
        sync(expected)
        for name in LOGS:
            old = shop / "logs" / f"{name}.log.1"
            (shop / "logs" / f"{name}.log.2.gz").write_bytes(gzip.compress(old.read_bytes()))
            old.unlink()
            (shop / "logs" / f"{name}.log").rename(old)
        reopen(server)
        expected += visit(server, 9, 1)
        lines = 7
        sync(expected)

    products = [row for row in lakes["cookies"].canonical(config) if row["event_type"] == "product_view"]
    assert [row["visitor_id"] for row in products] == [f"V{at}" for at in range(1, 10)]
    assert {row["referrer"] for row in products} == {"https://www.google.com/search"}
    pages = [row for row in lakes["combined"].canonical(config) if row.get("utm_source")]
    assert len(pages) == 9
    assert len({row["visitor_id"] for row in pages}) == 1
