"""Debian's web servers as children of a test, writing the logs that they write anywhere."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.rigs.servers import _environment, _free_port, binary

FORMATS = {
    "combined": "combined",
    "cookies": '$remote_addr [$time_iso8601] $host "$request" $status "$http_referer" "$http_user_agent" "$cookie_vid"',
    "json": '{"time_iso8601":"$time_iso8601","remote_addr":"$remote_addr","request":"$request","status":"$status",'
    '"http_referer":"$http_referer","http_user_agent":"$http_user_agent","http_host":"$host",'
    '"sent_http_content_type":"$sent_http_content_type"}',
}  # fmt: skip
_NGINX = """
{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    log_format cookies '{cookies}';
    log_format json escape=json '{json}';
    {temporary}
    access_log {folder}/logs/combined.log combined;
    access_log {folder}/logs/cookies.log cookies;
    access_log {folder}/logs/json.log json;
    default_type text/html;
    server {{
        listen 127.0.0.1:{port};
        location /static/ {{ types {{}} default_type text/css; return 200 "a"; }}
        location /cart/add {{ return 302 /cart; }}
        location /gone {{ return 404; }}
        location / {{ return 200 "page"; }}
    }}
}}
"""


@dataclass(frozen=True)
class WebServer:
    """A running server whose logs are in `folder`/logs."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def get(self, path: str, agent: str, method: str = "GET", **headers: str) -> int:
        """Ask for a page; the status of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        given = {"User-Agent": agent, **headers}
        connection.request(method, path, headers=given)
        status = connection.getresponse().status
        connection.close()
        return status

    def wait_for(self, log: str, lines: int) -> None:
        """Until the server has written so many lines."""
        path, until = self.folder / "logs" / log, time.monotonic() + 20
        while path.read_bytes().count(b"\n") < lines:
            assert time.monotonic() < until, path.read_text()
            time.sleep(0.05)


@contextlib.contextmanager
def nginx(folder: Path) -> Iterator[WebServer]:
    """nginx, with three logs of every request in different formats."""
    (folder / "logs").mkdir(exist_ok=True)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{one}_temp_path {folder}/{one};" for one in kinds)
    port = _free_port()
    # A worker of another user could not open logs anew in a folder that only we may enter.
    user = "user root;" if os.getuid() == 0 else ""
    text = _NGINX.format(user=user, folder=folder, port=port, temporary=temporary, **FORMATS)
    (folder / "nginx.conf").write_text(text)
    command = [
        binary("nginx", "usr/sbin"),
        "-c",
        str(folder / "nginx.conf"),
        "-p",
        str(folder),
        "-e",
        f"{folder}/error.log",
    ]
    with _running(command, folder, port) as server:
        yield server


@contextlib.contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[WebServer]:
    child = subprocess.Popen(command, env=_environment(), stderr=subprocess.PIPE, cwd=folder)
    server = WebServer(folder, port, child)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
                break
            except OSError:
                assert child.poll() is None, child.stderr.read() if child.stderr else ""
                assert time.monotonic() < until
                time.sleep(0.1)
        yield server
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)


def reopen(server: WebServer) -> None:
    """As logrotate has it: the server opens its logs anew."""
    os.kill(server.process.pid, signal.SIGUSR1)
    time.sleep(0.3)
