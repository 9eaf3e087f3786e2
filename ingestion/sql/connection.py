"""Opens a database: with patience where it may only be busy, and with one clear line where it will not open."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from ingestion.source import SourceError
from ingestion.sql.address import Address, understood
from ingestion.sql.errors import connecting, is_passing

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ingestion.config import Config
    from ingestion.sql.database import Database
    from ingestion.sql.settings import SqlSettings

ATTEMPTS = 4
WAIT_SECONDS = 1.0
"""Before the second attempt; doubled before each one after it."""
_CONNECT_SECONDS = 10
_BUSY_SECONDS = 30


@contextmanager
def opened(settings: SqlSettings, config: Config) -> Iterator[Database]:
    """The source's database in a transaction that has begun, and that ends without a trace.

    Raises SourceError if it cannot be opened; the text is one line for a person.
    """
    address = understood(settings.url.get_secret_value())
    database = _connected(settings, address, config.root)
    try:
        yield database
    finally:
        with suppress(Exception):  # it may be gone; there is nothing to save
            database.run("rollback")
        with suppress(Exception):
            database.connection.close()


def _connected(settings: SqlSettings, address: Address, root: Path) -> Database:
    attempts = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(multiplier=WAIT_SECONDS) + wait_random(0, WAIT_SECONDS / 2),
        retry=retry_if_exception(is_passing),
        reraise=True,
    )
    try:
        return attempts(_connect, address, root, settings.statement_timeout.seconds)
    except ImportError:
        raise SourceError(
            f"source {settings.name}: reading {address.kind} needs a driver: install opsmart with its extra sql"
        ) from None
    except Exception as error:
        raise SourceError(f"source {settings.name}: {connecting(error, address)}") from None


def _connect(address: Address, root: Path, timeout_seconds: int) -> Database:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    kind: type[Database]
    options: dict[str, Any] = {"poolclass": NullPool, "isolation_level": "AUTOCOMMIT"}
    if address.kind == "postgresql":
        from ingestion.sql.postgres import Postgres

        kind = Postgres
        url = address.url.set(drivername="postgresql+psycopg")
        options["connect_args"] = {"connect_timeout": _CONNECT_SECONDS, "application_name": "opsmart"}
    elif address.kind == "mysql":
        from ingestion.sql.mysql import MySql

        kind = MySql
        url = address.url.set(drivername="mysql+pymysql").update_query_dict({"charset": "utf8mb4"})
        options["connect_args"] = {"connect_timeout": _CONNECT_SECONDS, "read_timeout": timeout_seconds + 60}
    else:
        from ingestion.sql.sqlite import Sqlite

        kind = Sqlite
        path = root / Path(address.database).expanduser()
        url = address.url.set(drivername="sqlite", database=None)
        options["creator"] = lambda: _sqlite(path)
    connection: Connection = create_engine(url, **options).connect()
    try:
        made = kind(address, connection)
        made.begin(timeout_seconds)
    except BaseException:
        connection.close()
        raise
    return made


def _sqlite(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise sqlite3.OperationalError("there is no such file")
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
