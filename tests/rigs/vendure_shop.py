"""A Vendure server on PostgreSQL: started, asked through its own APIs as people and administrators do."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.rigs.servers import PASSWORD, Server, _free_port, binary, run_postgres

PROJECT = Path(__file__).parent / "vendure"
_FILES = ("config.js", "server.js", "initial-data.json", "products.csv", "package.json")
_START_SECONDS = 120
READER = ["ReadOrder", "ReadCustomer", "ReadProduct", "ReadPromotion"]
"""All that a role needs for opsmart."""
USER, USER_PASSWORD = "opsmart-reader@shop.example", "a reader's password"


@dataclass
class Vendure:
    """A running shop."""

    server: Server
    database: str
    port: int
    token: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/admin-api"

    def sql(self, statement: str) -> list[Any]:
        """The rows of a statement, from the shop's own tables."""
        return run_postgres(self.server, self.database, statement)

    def admin(self, query: str, **variables: Any) -> Any:
        """The one answer of an administrator's request."""
        if not self.token:
            login = 'mutation ($p: String!) { login(username: "superadmin", password: $p) { __typename } }'
            self.token = self._post("admin-api", login, {"p": PASSWORD}, "")[1]
        return self._post("admin-api", query, variables, self.token)[0]

    def shop(self, query: str, token: str = "", currency: str = "", **variables: Any) -> tuple[Any, str]:
        """The one answer of a customer's request, and the customer's token."""
        path = f"shop-api?currencyCode={currency}" if currency else "shop-api"
        answer, given = self._post(path, query, variables, token)
        return answer, given or token

    def api_key(self) -> str:
        """A key that may only read what opsmart reads; a user with the same role is made, too."""
        role = self.admin(
            "mutation ($i: CreateRoleInput!) { createRole(input: $i) { id } }",
            i={"code": "opsmart", "description": "Reads", "permissions": READER},
        )["id"]
        self.admin(
            "mutation ($i: CreateAdministratorInput!) { createAdministrator(input: $i) { id } }",
            i={
                "firstName": "R", "lastName": "R", "emailAddress": USER, "password": USER_PASSWORD, "roleIds": [role],
            },
        )  # fmt: skip
        made = self.admin(
            "mutation ($i: CreateApiKeyInput!) { createApiKey(input: $i) { apiKey } }",
            i={"roleIds": [role], "translations": [{"languageCode": "en", "name": "opsmart"}]},
        )
        return str(made["apiKey"])

    def _post(self, path: str, query: str, variables: dict[str, Any], token: str) -> tuple[Any, str]:
        response = self.session.post(
            f"http://127.0.0.1:{self.port}/{path}",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=60,
        )
        answer = response.json()
        assert not answer.get("errors"), (query, answer["errors"])
        (data,) = answer["data"].values()
        failed = isinstance(data, dict) and "errorCode" in data
        assert not failed, (query, data)
        return data, response.headers.get("vendure-auth-token", "")


@contextlib.contextmanager
def vendure(server: Server, database: str) -> Iterator[Vendure]:
    """A shop with a catalogue in a new database."""
    run_postgres(server, "postgres", f"create database {database}")
    home = Path(tempfile.mkdtemp(prefix="opsmart-rig-vendure-"))
    shop = Vendure(server, database, _free_port())
    try:
        for name in _FILES:
            shutil.copy(PROJECT / name, home)
        (home / "node_modules").symlink_to(_modules())
        given = {
            "RIG_NEW": "1",
            "RIG_PORT": str(shop.port),
            "RIG_PASSWORD": PASSWORD,
            "RIG_DB": database,
            "RIG_DB_PORT": str(server.port),
            "RIG_DB_PASSWORD": PASSWORD,
            "VENDURE_DISABLE_TELEMETRY": "true",
            "TZ": "UTC",
        }
        log = home / "log"
        with log.open("w") as writing:
            node = subprocess.Popen(
                [binary("node"), "server.js"],
                cwd=home,
                env={**os.environ, **given},
                stdout=writing,
                stderr=writing,
            )
        try:
            until = time.monotonic() + _START_SECONDS
            while "ready" not in log.read_text().split():
                assert node.poll() is None, log.read_text()[-3000:]
                assert time.monotonic() < until, log.read_text()[-3000:]
                time.sleep(0.1)
            yield shop
        finally:
            node.kill()
            node.wait(60)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _modules() -> Path:
    """Vendure's packages, installed once for each list of versions and kept in the cache."""
    manifest = PROJECT / "package.json"
    node = subprocess.run([binary("node"), "--version"], capture_output=True, text=True, check=True).stdout
    digest = hashlib.sha256(manifest.read_bytes() + node.encode()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "opsmart-rigs"
    home = cache / f"vendure-{digest}"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        shutil.copy(manifest, home)
        done = subprocess.run(
            [binary("npm"), "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"],
            cwd=home, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        (home / "complete").touch()
    return home / "node_modules"
