"""A Vendure server that lets us in: by a key, or as a user who logs in, again when the session has ended."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ingestion.api.answers import graphql_error
from ingestion.api.client import Client
from ingestion.api.errors import FeedError
from ingestion.source import SourceError
from ingestion.vendure import queries

if TYPE_CHECKING:
    from ingestion.vendure.settings import VendureSettings

_KEY, _TOKEN, _CHANNEL = "vendure-api-key", "vendure-auth-token", "vendure-token"
_ATTEMPTS, _WAIT_SECONDS = 3, 1.0


class Shop:
    """Asks the Admin API. Nothing is asked before it is needed."""

    def __init__(self, settings: VendureSettings) -> None:
        secrets = (settings.api_key, settings.username, settings.password, settings.channel)
        self._known = [one.get_secret_value() for one in secrets if one is not None]
        self.client = Client(
            settings.url,
            name=settings.name,
            secrets=self._known,
            timeout=settings.timeout.seconds,
            headers={_CHANNEL: settings.channel.get_secret_value()} if settings.channel else {},
        )
        self._settings = settings
        self._token = ""
        self._greeting: dict[str, Any] = {}

    @property
    def tracks_inventory(self) -> bool:
        """Is stock kept of variants that do not say so themselves?"""
        greeting = self.greeting
        own = greeting["activeChannel"].get("trackInventory")
        return bool(greeting["globalSettings"]["trackInventory"] if own is None else own)

    @property
    def greeting(self) -> dict[str, Any]:
        """What anybody who is let in may know. Raises SourceError for who is not, or money that is no hundredths."""
        if not self._greeting:
            name = f"source {self._settings.name}"
            try:
                found = self.ask(queries.GREETING)
            except FeedError as error:
                why = "are the credentials right, and is their role of this channel?"
                raise SourceError(f"{name}: {error}: {why}") from None
            decimals = found["globalSettings"]["serverConfig"]["moneyStrategyPrecision"]
            if decimals != 2:
                raise SourceError(
                    f"{name}: the server keeps money with {decimals} decimals; hundredths are read"
                )
            self._greeting = found
        return self._greeting

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The data of an answer. Raises FeedError for what cannot be read, SourceError where nothing can."""
        for attempt in range(1, _ATTEMPTS + 1):
            answer = self._posted(query, variables or {}, self._credentials())
            errors, data = answer.get("errors"), answer.get("data")
            if not errors and isinstance(data, dict):
                return data
            code = _code(errors)
            if code == "FORBIDDEN" and self._token and attempt == 1:
                self._token = ""  # the session may have ended
            elif code == "INTERNAL_SERVER_ERROR" and attempt < _ATTEMPTS:
                time.sleep(_WAIT_SECONDS * attempt)
            else:
                break
        raise FeedError(self.client.scrubbed(f"{self._settings.url}: {graphql_error(errors)}"))

    def _posted(self, query: str, variables: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        response = self.client.post("", {"query": query, "variables": dict(variables)}, headers)
        answer = self.client.json(response)
        if not isinstance(answer, dict):
            raise FeedError(f"{self._settings.url} answered something that is no GraphQL")
        return answer

    def _credentials(self) -> dict[str, str]:
        key = self._settings.api_key
        if key is not None:
            return {_KEY: key.get_secret_value()}
        if not self._token:
            self._token = self._logged_in()
        return {"Authorization": f"Bearer {self._token}"}

    def _logged_in(self) -> str:
        username, password = self._settings.username, self._settings.password
        assert username is not None
        assert password is not None
        given = {"username": username.get_secret_value(), "password": password.get_secret_value()}
        response = self.client.post("", {"query": queries.LOGIN, "variables": given})
        answer = self.client.json(response)
        result = ((answer.get("data") if isinstance(answer, dict) else None) or {}).get("login") or {}
        if result.get("__typename") != "CurrentUser":
            why = result.get("errorCode") or graphql_error(answer.get("errors"))
            raise SourceError(
                self.client.scrubbed(
                    f"source {self._settings.name}: {self._settings.url} lets nobody in: {why}"
                )
            )
        token = response.headers.get(_TOKEN, "")
        if not token:
            raise SourceError(
                f"source {self._settings.name}: {self._settings.url} gives no bearer token:"
                " authOptions.tokenMethod of the server lacks 'bearer'; or use api_key"
            )
        return token


def _code(errors: Any) -> str:
    first = errors[0] if isinstance(errors, list) and errors else None
    extensions = first.get("extensions") if isinstance(first, dict) else None
    return str(extensions.get("code", "")) if isinstance(extensions, dict) else ""
