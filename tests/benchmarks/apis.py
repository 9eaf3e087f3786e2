"""Orders from a web API: how fast they land beside only fetching the same pages, and what a day costs on top.

    make bench
    .venv/bin/python -m tests.benchmarks.apis --orders 100000

The server runs in a process of its own and has its pages ready, so the fetching alone is the limit of the protocol:
one page after the other, over one connection, parsed as JSON.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 100
_LINES = 3
_OLD = (datetime.now(UTC) - timedelta(days=30)).isoformat()


def order(number: int, total: str = "31.50") -> dict[str, Any]:
    """An order with its lines."""
    return {
        "id": number,
        "total": total,
        "customer": {"email": f"p{number}@mail.example"},
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": _OLD,
        "tags": ["a"],
        "stock": [],
        "lines": [{"id": f"{number}-{at}", "sku": f"S{at}", "qty": 1, "price": 10.5} for at in range(_LINES)],
    }


def serve(orders: int, changed: int, send: Any) -> None:
    """Serve pages of `orders` orders for ever; those asked for by `since` are `changed` ones."""
    pages = {}
    for first in range(0, orders, PAGE):
        numbers = range(first + 1, min(first + PAGE, orders) + 1)
        page = {"orders": [order(one) for one in numbers], "next": numbers[-1], "total": orders}
        pages[first] = json.dumps(page).encode()
    news = {}
    for first in range(0, changed, PAGE):
        numbers = range(first + 1, min(first + PAGE, changed) + 1)
        page = {"orders": [order(one, "99.00") for one in numbers], "next": numbers[-1], "total": None}
        news[first] = json.dumps(page).encode()
    nothing = json.dumps({"orders": [], "next": orders, "total": orders}).encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            body = (news if "since" in asked else pages).get(int(asked["after"][0]), nothing)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(6, 1, 1)  # TCP_NODELAY: no waiting between head and body

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    send.send(server.server_port)
    server.serve_forever()


def fetched(url: str) -> float:
    """Seconds to fetch and parse all pages."""
    import requests

    started = time.perf_counter()
    with requests.Session() as session:
        after, rows = 0, PAGE
        while rows == PAGE:
            answer = session.get(f"{url}/orders", params={"after": after, "limit": PAGE}, timeout=60).json()
            after, rows = answer["next"], len(answer["orders"])
    return time.perf_counter() - started


def measure(orders: int) -> None:
    """Print the figures."""
    import dlt.sources.helpers.rest_client  # noqa: F401 -- importing dlt is no part of the rate

    from ingestion import config as configuration
    from ingestion import lake
    from ingestion.personal.key import KEY_VARIABLE
    from tests.ingestion.api import toy

    os.environ[KEY_VARIABLE] = "a key for benchmarks, of no use elsewhere"
    os.environ["TOY_TOKEN"] = toy.TOKEN
    types = {**configuration.source_types(), "toy": toy.ToySettings}
    configuration.source_types = lambda: types
    before = lake._module
    lake._module = lambda kind: toy if kind == "toy" else before(kind)  # type: ignore[assignment, return-value]
    receive, send = multiprocessing.Pipe(duplex=False)
    changed = orders // 100
    child = multiprocessing.Process(target=serve, args=(orders, changed, send), daemon=True)
    child.start()
    url = f"http://127.0.0.1:{receive.recv()}"
    try:
        with tempfile.TemporaryDirectory() as folder:
            config = toy.configured(Path(folder), url, f"page: {PAGE}")
            alone = fetched(url)
            started = time.perf_counter()
            result = lake.land(config, "toy")
            landing = time.perf_counter() - started
            started = time.perf_counter()
            day = lake.land(config, "toy")
            daily = time.perf_counter() - started
    finally:
        child.terminate()
        child.join()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"api: {orders:,} orders with {orders * _LINES:,} lines, pages of {PAGE}")
    print(f"  fetching the pages alone   {alone:6.1f} s   {orders / alone:9,.0f} orders/s")
    rate = f"{orders / landing:9,.0f} orders/s   {alone / landing:.2f} of it"
    print(f"  landing them               {landing:6.1f} s   {rate}")
    print(f"  a day of {changed:,} changed orders {daily:6.1f} s   ({day.rows:,} rows landed)")
    print(f"  peak memory                {peak:6.0f} MB, {result.rows:,} rows")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=50_000)
    measure(parser.parse_args().orders)
