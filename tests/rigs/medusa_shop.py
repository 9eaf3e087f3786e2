"""A Medusa 2 shop on PostgreSQL: installed from npm once, started for a test; figures from its own tables."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from tests.rigs.medusa.seed import EMAIL, PASSWORD
from tests.rigs.servers import Server, binary, run_postgres

PROJECT = Path(__file__).parent / "medusa"
ITS_ORDERS = """select o.id, o.canceled_at is not null, (s.totals ->> 'current_order_total')::numeric
    from "order" o join order_summary s on s.order_id = o.id and s.version = o.version and s.deleted_at is null"""
ITS_LINES = """select i.item_id, i.order_id, i.quantity from order_item i join "order" o
    on o.id = i.order_id and o.version = i.version where i.deleted_at is null"""
ITS_CAPTURES = "select id, amount from capture where deleted_at is null"
ITS_REFUNDS = "select id, amount from refund where deleted_at is null"


@contextlib.contextmanager
def medusa(server: Server) -> Iterator[str]:
    """A running shop without anything in it; its address."""
    run_postgres(server, "postgres", "create database medusa")
    home = _installed()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": server.url("medusa"),
        "MEDUSA_DISABLE_TELEMETRY": "true",
        "NODE_ENV": "production",
    }
    program = [binary("node"), "node_modules/.bin/medusa"]
    for command in (["db:migrate"], ["user", "-e", EMAIL, "-p", PASSWORD]):
        done = subprocess.run(
            [*program, *command], cwd=home, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    with (server.folder.parent / f"medusa-{port}.log").open("w") as log:
        child = subprocess.Popen(
            [*program, "start", "--port", str(port)], cwd=home, env=environment, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, child)
        yield url
    finally:
        child.kill()
        child.wait(60)
        Path(log.name).unlink()


def _wait(url: str, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while True:
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{url}/health", timeout=5).ok:
                return
        assert child.poll() is None, "Medusa ended"
        assert time.monotonic() < until, "Medusa did not start in time"
        time.sleep(0.3)


def _installed() -> Path:
    """A folder with Medusa in it, made once for each list of packages and kept in the cache."""
    digest = hashlib.sha256((PROJECT / "package.json").read_bytes()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "opsmart-rigs"
    home = cache / f"medusa-{digest}"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        shutil.copy(PROJECT / "package.json", home)
        options = ("--ignore-scripts", "--legacy-peer-deps", "--omit=optional", "--no-audit", "--no-fund")
        done = subprocess.run(
            [binary("npm"), "install", *options], cwd=home, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        (home / "complete").touch()
    shutil.copy(PROJECT / "medusa-config.js", home)
    return home
