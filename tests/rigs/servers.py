"""Debian's database servers as children of a test: in a temporary folder, on a port of 127.0.0.1, never as root."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "a password for tests"
URL_PASSWORD = PASSWORD.replace(" ", "%20")
_START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server and its administrator, `shop`."""

    kind: str
    port: int
    folder: Path

    def url(self, database: str, user: str = "shop", password: str = URL_PASSWORD) -> str:
        return f"{self.kind}://{user}:{password}@127.0.0.1:{self.port}/{database}"


def binary(name: str, *folders: str) -> str:
    """A server's program; the test is skipped where there is none."""
    newest = [str(path) for pattern in folders for path in sorted(Path("/").glob(pattern), reverse=True)]
    found = next((path for folder in newest if (path := shutil.which(name, path=folder))), shutil.which(name))
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


@contextlib.contextmanager
def postgres(*options: str) -> Iterator[Server]:
    """PostgreSQL. Not durable: nothing of it outlives the test."""
    with _home("postgres") as (folder, user):
        secret = folder / "password"
        secret.write_text(PASSWORD)
        _own(secret, user)
        programs = "usr/lib/postgresql/*/bin"
        _do(
            user, binary("initdb", programs), "-D", str(folder / "data"), "-U", "shop", "-E", "UTF8",
            "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync",
        )  # fmt: skip
        port = _free_port()
        settings = {
            "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "full_page_writes": "off",
            "synchronous_commit": "off", "shared_buffers": "256MB", "max_wal_size": "4GB",
        }  # fmt: skip
        given = [f"-c{name}={value}" for name, value in settings.items()] + [f"-c{one}" for one in options]
        command = [binary("postgres", programs), "-D", str(folder / "data"), "-p", str(port), *given]
        server = Server("postgresql", port, folder)
        with _running(command, user, folder, lambda: _asks_postgres(server)):
            yield server


@contextlib.contextmanager
def mariadb() -> Iterator[Server]:
    """MariaDB."""
    with _home("mysql") as (folder, user):
        data = f"--datadir={folder / 'data'}"
        _do(
            user, binary("mariadb-install-db"), "--no-defaults", data, "--skip-test-db",
            "--auth-root-authentication-method=normal", f"--user={user or pwd.getpwuid(os.getuid()).pw_name}",
        )  # fmt: skip
        setup = folder / "setup.sql"
        setup.write_text(
            f"create user shop@'%' identified by '{PASSWORD}';\ngrant all on *.* to shop@'%' with grant option;\n"
        )
        _own(setup, user)
        port = _free_port()
        command = [
            binary("mariadbd", "usr/sbin"), "--no-defaults", data, f"--port={port}", "--bind-address=127.0.0.1",
            f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}", f"--init-file={setup}", "--sql-mode=",
            "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve", "--character-set-server=utf8mb4",
        ]  # fmt: skip
        server = Server("mysql", port, folder)
        with _running(command, user, folder, lambda: _asks_mysql(server)):
            yield server


def run_postgres(server: Server, database: str, *statements: str) -> list[Any]:
    """Run statements, each committed; the rows of the last."""
    import psycopg

    with psycopg.connect(server.url(database), autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def run_mysql(server: Server, database: str, *statements: str) -> list[Any]:
    """Run statements, each committed; the rows of the last."""
    import pymysql

    with (
        pymysql.connect(
            host="127.0.0.1", port=server.port, user="shop", password=PASSWORD, database=database or None,
            autocommit=True, charset="utf8mb4",
        ) as connection,
        connection.cursor() as cursor,
    ):  # fmt: skip
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())


@contextlib.contextmanager
def _home(user: str) -> Iterator[tuple[Path, str | None]]:
    """A folder of the server's own, and the user to be where we are root."""
    run_as = user if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="opsmart-rig-"))
    try:
        _own(folder, run_as)
        yield folder, run_as
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own(path: Path, user: str | None) -> None:
    if user is not None:
        shutil.chown(path, user)


def _do(user: str | None, *command: str) -> None:
    done = subprocess.run(
        command, user=user, cwd="/", env=_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextlib.contextmanager
def _running(
    command: Sequence[str], user: str | None, folder: Path, asks: Callable[[], Any]
) -> Iterator[None]:
    with (folder / "log").open("w") as log:
        child = subprocess.Popen(command, user=user, cwd="/", env=_environment(), stdout=log, stderr=log)
    try:
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                asks()
                break
            except Exception:
                if child.poll() is not None or time.monotonic() > until:
                    raise AssertionError((folder / "log").read_text()[-3000:]) from None
                time.sleep(0.1)
        yield
    finally:
        # At once: nothing of it is needed any more. (PostgreSQL ends its own children at SIGQUIT.)
        child.send_signal(signal.SIGQUIT if command[0].endswith("postgres") else signal.SIGKILL)
        child.wait(60)


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/"}


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _asks_postgres(server: Server) -> None:
    run_postgres(server, "postgres", "select 1")


def _asks_mysql(server: Server) -> None:
    run_mysql(server, "", "select 1")
