"""A WooCommerce server for tests, on 127.0.0.1: routes, parameters, headers and errors as the published documentation
of wc/v3 has them, over a `FakeShop`. It is no WooCommerce; what only a real one knows, only a real one can test.

It lets in as WooCommerce does over http: with a signature (OAuth 1.0a, one leg), never with Basic authentication; each
nonce once; and only where the address as it was written holds `wp-json/wc/`, as versions 8 to 10 look for it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tests.ingestion.woocommerce.answers import Answer, Refusal, answered
from tests.ingestion.woocommerce.shop import FakeShop

KEY, SECRET = "ck_0123456789abcdef0123456789abcdef01234567", "cs_fedcba9876543210fedcba9876543210fedcba98"
Fault = Callable[["Request"], Answer | None]


@dataclass(frozen=True)
class Request:
    """A request that came in: its route such as `orders/7/refunds`, its parameters without those of the signature."""

    route: str
    parameters: dict[str, str]
    uri: str


@dataclass
class Server:
    """The server of one shop. `faults` are asked first, in turn: one that answers does so in the shop's place."""

    shop: FakeShop
    home: str = ""
    """The address that WordPress believes to have; the one it is called by where empty."""
    plain_permalinks: bool = False
    is_ssl: bool = False
    permission: str = "read"
    faults: list[Fault] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    """Records that are counted and not shown, because a plugin forbids it."""
    before: Callable[[Request], None] | None = None
    """Called before each answer of the shop: what happens in it meanwhile."""
    _nonces: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"of": self}))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def routes(self) -> list[str]:
        return [one.route for one in self.seen]

    def answer(self, uri: str, headers: Any) -> Answer:
        parts = urlsplit(uri)
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        route = parameters.get("rest_route")
        if route is None:
            if self.plain_permalinks or not parts.path.startswith("/wp-json"):
                return Answer("<html><body>Not Found</body></html>", 404, {"Content-Type": "text/html"})
            route = parts.path.removeprefix("/wp-json")
        shown = {
            k: v
            for k, v in parameters.items()
            if not k.startswith("oauth_") and k not in ("rest_route", "via")
        }
        request = Request(route.removeprefix("/wc/v3/").strip("/"), shown, uri)
        self.seen.append(request)
        for fault in list(self.faults):
            if (given := fault(request)) is not None:
                return given
        if self.before is not None:
            self.before(request)
        try:
            if route.strip("/") == "":
                if headers.get("Authorization"):  # WordPress takes it for a password of one of its users
                    raise Refusal(401, "invalid_username", "Unknown username.")
                return Answer(
                    {"name": "Shop", "home": self.home or self.url, "namespaces": ["wp/v2", "wc/v3"]}
                )
            self._let_in(uri, parameters, headers)
            answer = answered(self.shop, request.route, shown)
            return replace(answer, body=[one for one in answer.body if one["id"] not in self.hidden])
        except Refusal as refusal:
            return Answer(refusal.body, refusal.status)

    def _let_in(self, uri: str, given: dict[str, str], headers: Any) -> None:
        if "wp-json/wc/" not in uri:
            raise Refusal(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        basic = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if self.is_ssl and headers.get("Authorization") == basic:
            return
        if "oauth_signature" not in given:
            raise Refusal(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        if given["oauth_consumer_key"] != KEY:
            raise Refusal(401, "woocommerce_rest_authentication_error", "Consumer key is invalid.")
        if not hmac.compare_digest(self._signature(uri, given), given["oauth_signature"]):
            said = "Invalid signature - provided signature does not match."
            raise Refusal(401, "woocommerce_rest_authentication_error", said)
        if abs(int(given["oauth_timestamp"]) - time.time()) > 900:
            raise Refusal(401, "woocommerce_rest_authentication_error", "Invalid timestamp.")
        if given["oauth_nonce"] in self._nonces:
            said = "Invalid nonce - nonce has already been used."
            raise Refusal(401, "woocommerce_rest_authentication_error", said)
        self._nonces.add(given["oauth_nonce"])
        if self.permission not in ("read", "read_write"):
            said = "The API key provided does not have read permissions."
            raise Refusal(401, "woocommerce_rest_authentication_error", said)

    def _signature(self, uri: str, given: dict[str, str]) -> str:
        """What WooCommerce holds against a signature: names in order, all decoded, encoded, and once more."""
        signed = {name: value for name, value in given.items() if name != "oauth_signature"}
        pairs = [f"{_encoded(name)}={_encoded(signed[name])}" for name in sorted(signed)]
        called = (self.home or self.url) + urlsplit(uri).path
        text = "&".join(["GET", _encoded(called), "%26".join(_encoded(one) for one in pairs)])
        digest = hmac.new(f"{SECRET}&".encode(), text.encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode()


def once(route: str, answer: Answer, times: int = 1) -> Fault:
    """A fault that hits the first requests of a route."""
    left = [times]

    def fault(request: Request) -> Answer | None:
        if request.route != route or not left[0]:
            return None
        left[0] -= 1
        return answer

    return fault


def _encoded(text: str) -> str:
    return quote(unquote(text) if "%" not in text else text, safe="~")


class _Handler(BaseHTTPRequestHandler):
    of: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        answer = self.of.answer(self.path, self.headers)
        time.sleep(answer.silence)
        if answer.dropped:
            self.connection.close()
            self.close_connection = True
            return
        body = (answer.body if isinstance(answer.body, str) else json.dumps(answer.body)).encode()
        self.send_response(answer.status)
        headers = {"Content-Type": "application/json; charset=UTF-8", **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if answer.halved else body)
        if answer.halved:
            self.close_connection = True
            self.connection.close()

    def date_time_string(self, timestamp: float | None = None) -> str:
        now: datetime = self.of.shop.now
        return super().date_time_string(int(now.timestamp()))

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""
