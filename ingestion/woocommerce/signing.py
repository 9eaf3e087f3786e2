"""OAuth 1.0a with one leg: how WooCommerce knows a key over plain http, where it takes no Basic authentication.

A signature holds for one request and once: WooCommerce refuses a nonce that it has seen. So it is made when a request
is sent, for each attempt anew, and put on a copy: no address that others see has it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

METHOD = "HMAC-SHA256"


def base_string(method: str, address: str, parameters: Sequence[tuple[str, str]]) -> str:
    """What is signed (RFC 5849, 3.4.1): the method, the address without its query, and the query's parameters by name.

    >>> base_string("get", "http://h/x", [("b", "1,2"), ("a", "x y")])
    'GET&http%3A%2F%2Fh%2Fx&a%3Dx%2520y%26b%3D1%252C2'
    """
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in parameters)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join((method.upper(), _escaped(address), _escaped(query)))


def signature(secret: str, text: str) -> str:
    """The signature of a base string; there is no token, so the key ends with the `&` that would part it from one."""
    digest = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


class Signing(HTTPAdapter):
    """Sends requests with a signature in their query.

    WooCommerce signs with the address that WordPress believes to have (`home`), which may differ from the one that was
    called; both stand for the same path.
    """

    def __init__(self, key: str, secret: str, called: str) -> None:
        super().__init__()
        self._key, self._secret, self._called = key, secret, called.rstrip("/")
        self.home = self._called

    def send(self, request: PreparedRequest, *args: Any, **more: Any) -> Response:
        plain = request.url
        signed = request.copy()
        signed.url = self._signed(request.method or "GET", plain or "", self._stamp())
        response = super().send(signed, *args, **more)
        response.request, response.url = request, plain or ""
        return response

    def _stamp(self) -> Mapping[str, str]:
        return {
            "oauth_consumer_key": self._key,
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": METHOD,
            "oauth_timestamp": str(int(time.time())),
            "oauth_version": "1.0",
        }

    def _signed(self, method: str, url: str, stamp: Mapping[str, str]) -> str:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        address = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        home = urlsplit(self.home)
        known = urlunsplit((parts.scheme, home.netloc, home.path, "", "")) + address[len(self._called) :]
        mark = signature(self._secret, base_string(method, known, [*pairs, *stamp.items()]))
        added = urlencode({**stamp, "oauth_signature": mark}, quote_via=quote, safe="")
        query = "&".join(one for one in (parts.query, added) if one)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _escaped(text: str) -> str:
    return quote(text, safe="~")
