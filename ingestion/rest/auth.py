"""Ways to prove who we are: dlt's, and tokens that are fetched with credentials and fetched anew when they expire."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from requests import PreparedRequest, Response, Session
from requests.auth import AuthBase

from ingestion.api.errors import FeedError
from ingestion.source import SourceError

if TYPE_CHECKING:
    from pydantic import SecretStr

    from ingestion.api.client import Client
    from ingestion.rest.connection_settings import Auth

_REPEATED = "X-Opsmart-Again"
"""Marks a request that was sent again with a new token: it is not a third time."""
_EARLY = 30.0
"""Seconds before a token's end at which the next one is fetched."""


def made(settings: Auth, asking: Client, hide: Callable[[str], None]) -> AuthBase:
    """What proves who we are. `asking` is a client without it, to fetch tokens with; `hide` is told what is secret."""
    from dlt.sources.helpers.rest_client.auth import APIKeyAuth, BearerTokenAuth, HttpBasicAuth

    one = settings
    if one.type == "bearer":
        return BearerTokenAuth(_plain(one.token))
    if one.type == "api_key":
        return APIKeyAuth(one.name, _plain(one.api_key), one.location)
    if one.type == "http_basic":
        return HttpBasicAuth(_plain(one.username), _plain(one.password))
    return Fetched(
        LoggedIn(one, asking, hide) if one.type == "login" else ClientCredentials(one, asking, hide)
    )


class Fetched(AuthBase):
    """Headers that are fetched before the first request, when they expire, and when the server no longer knows them."""

    def __init__(self, fetching: LoggedIn | ClientCredentials) -> None:
        self._fetching, self._lock = fetching, threading.Lock()
        self._headers: dict[str, str] = {}
        self._until = float("-inf")

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        with self._lock:
            if time.monotonic() >= self._until:
                self._fetch()
            request.headers.update(self._headers)
        request.register_hook("response", self._again)
        return request

    def _fetch(self) -> None:
        self._headers, seconds = self._fetching.fetch()
        # A token that lives shorter than that is fetched when it is refused.
        self._until = time.monotonic() + (seconds - _EARLY if seconds > 2 * _EARLY else seconds)

    def _again(self, response: Response, **sending: Any) -> Response | None:
        """Ask once more with a new token, if the answer says that this one is not good any more."""
        sent = response.request
        if response.status_code not in self._fetching.again_at or _REPEATED in sent.headers:
            return None
        with self._lock:
            if all(sent.headers.get(name) == one for name, one in self._headers.items()):
                self._fetch()
            repeated = sent.copy()
            repeated.headers.update(self._headers)
        repeated.headers[_REPEATED] = "yes"
        _ = response.content  # read to its end, so that the connection can be used again
        response.close()
        found: Response = response.connection.send(repeated, **sending)
        found.history.append(response)
        found.request = repeated
        return found


class LoggedIn:
    """A name and a password, sent to be given a token or a cookie."""

    def __init__(self, settings: Auth, asking: Client, hide: Callable[[str], None]) -> None:
        self._settings, self._asking, self._hide = settings, asking, hide
        self.again_at = settings.again_at

    def fetch(self) -> tuple[dict[str, str], float]:
        """The headers, and the seconds for which they are good. Raises SourceError."""
        one = self._settings
        body = {name: value.get_secret_value() for name, value in (one.body or one.data).items()}
        try:
            how: dict[str, Any] = {"data": body} if one.data else {"json": body}
            response = self._asking.post(str(one.path), **how)
            token = self._token(response)
        except FeedError as error:
            raise SourceError(f"source {self._asking.name}: cannot log in: {error}") from None
        self._hide(token)
        if one.token_path is None:
            return {"Cookie": token}, float("inf")
        return {one.name: f"{one.prefix} {token}".strip()}, float("inf")

    def _token(self, response: Response) -> str:
        from dlt.common import jsonpath

        if self._settings.token_path is None:
            answers = (*response.history, response)
            cookies = "; ".join(f"{one.name}={one.value}" for answer in answers for one in answer.cookies)
            if not cookies:
                raise FeedError(
                    "the answer has no cookie; where does it say the token? (token_path: access_token, or $)"
                )
            return cookies
        found = jsonpath.find_values(self._settings.token_path, self._asking.json(response))
        if len(found) != 1 or not isinstance(found[0], str) or not found[0]:
            raise FeedError(f"the answer has no text at {self._settings.token_path} (token_path)")
        return found[0]


class ClientCredentials:
    """OAuth 2.0: an id and a secret are exchanged for a token that expires. dlt's, with our client's patience."""

    again_at = (401,)

    def __init__(self, settings: Auth, asking: Client, hide: Callable[[str], None]) -> None:
        from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials

        self._asking, self._hide = asking, hide
        self._of_dlt = OAuth2ClientCredentials(
            access_token_url=str(settings.access_token_url),
            client_id=_plain(settings.client_id),
            client_secret=_plain(settings.client_secret),
            access_token_request_data={n: _plain(v) for n, v in settings.access_token_request_data.items()},
            default_token_expiration=settings.default_token_expiration,
            session=Session(),  # asks for nothing: the request goes through our client
        )

    def fetch(self) -> tuple[dict[str, str], float]:
        """The headers, and the seconds for which they are good. Raises SourceError."""
        try:
            response = self._asking.post(
                self._of_dlt.access_token_url, **self._of_dlt.build_access_token_request()
            )
            answer = self._asking.json(response)
            if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
                raise FeedError("the answer has no access_token")
        except FeedError as error:
            raise SourceError(f"source {self._asking.name}: cannot get a token: {error}") from None
        token = self._of_dlt.parse_access_token(answer)
        self._hide(token)
        try:
            seconds = float(self._of_dlt.parse_expiration_in_seconds(answer))
        except (TypeError, ValueError):
            seconds = float(self._of_dlt.default_token_expiration)
        return {"Authorization": f"Bearer {token}"}, seconds


def _plain(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()
