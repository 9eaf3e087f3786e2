"""Servers, started once for all tests that need them, and a fresh database for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion.databases import Shop
from tests.ingestion.landing import SECRET
from tests.rigs.servers import Server, mariadb, postgres, run_mysql, run_postgres

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    with mariadb() as server:
        yield server


@pytest.fixture
def postgres_shop(postgres_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A new database in PostgreSQL."""
    name = f"shop{next(_numbers)}"
    run_postgres(postgres_server, "postgres", f"create database {name}")
    url = _known(monkeypatch, postgres_server.url(name))
    return Shop(tmp_path, "postgresql", url, lambda *all_: run_postgres(postgres_server, name, *all_))


@pytest.fixture
def mariadb_shop(mariadb_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A new database in MariaDB."""
    name = f"shop{next(_numbers)}"
    run_mysql(mariadb_server, "", f"create database {name}")
    url = _known(monkeypatch, mariadb_server.url(name))
    return Shop(tmp_path, "mysql", url, lambda *all_: run_mysql(mariadb_server, name, *all_), quote="`")


def _known(monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    monkeypatch.setenv("SHOP_DB_URL", url)
    return url
