"""A web server on 127.0.0.1 that answers as a test says, breaks as a test says, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: dict[str, list[str]]
    """Values of each parameter."""
    headers: dict[str, str]
    """With names in lower case."""
    body: bytes

    def one(self, name: str, default: str = "") -> str:
        """The first value of a parameter."""
        return self.query.get(name, [default])[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass(frozen=True)
class Answer:
    """An answer; `body` is sent as JSON unless it is bytes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What happens in place of an answer, once."""

    kind: str
    """`status` (429, 503 …, with `headers`), `hang` (no answer for `seconds`), `cut` (half of the right answer, then
    the end), `drop` (the connection closes without an answer)."""
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    only: str = ""
    """Requests whose path or body has this in it; any where empty."""
    after: int = 0
    """So many of these are answered first."""


@dataclass
class FakeServer:
    """Answers by `handler`. Its clock is `now` if that is set."""

    handler: Callable[[Asked], Answer]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    now: Callable[[], float] = time.time
    broken: int = 0
    """Faults that have happened."""
    _counted: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fault_for(self, asked: Asked) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.only and fault.only not in asked.path and fault.only.encode() not in asked.body:
                    continue
                seen = self._counted[id(fault)] = self._counted.get(id(fault), 0) + 1
                if seen > fault.after:
                    self.faults.remove(fault)
                    self.broken += 1
                    return fault
        return None


@contextmanager
def serving(handler: Callable[[Asked], Answer]) -> Iterator[FakeServer]:
    """A running server."""
    fake = FakeServer(handler)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        pass

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            self.command,
            parts.path,
            parse_qs(parts.query, keep_blank_values=True),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        self.fake.asked.append(asked)
        fault = self.fake.fault_for(asked)
        if fault is None or fault.kind == "cut":
            self._send(self.fake.handler(asked), cut=fault is not None)
        elif fault.kind == "status":
            self._send(Answer({"message": "not now"}, fault.status, fault.headers))
        else:
            time.sleep(fault.seconds)
            self._hang_up()

    def _send(self, answer: Answer, *, cut: bool = False) -> None:
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response_only(answer.status)
        headers = {"Content-Type": "application/json", "Date": formatdate(self.fake.now(), usegmt=True)}
        for name, value in {**headers, **answer.headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
