"""The Admin API: one address for all, queries that cost points of a bucket which fills up again, and a version."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from ingestion.api.answers import graphql_error
from ingestion.api.client import Client
from ingestion.api.errors import FeedError
from ingestion.shopify.queries import SCOPES
from ingestion.shopify.throttle import Throttle
from ingestion.source import SourceError

_ATTEMPTS = 20
_PASSING = {"INTERNAL_SERVER_ERROR", "TIMEOUT"}


class TooCostly(FeedError):
    """The query asks for more at once than Shopify allows for one; fewer records of a page may do."""


class Admin:
    """Asks one shop. Raises FeedError for what concerns one query, SourceError for what concerns all of them."""

    def __init__(
        self, client: Client, version: str, sleep: Callable[[float], None] = time.sleep, patience: float = 600
    ) -> None:
        self.client = client
        self.throttle = Throttle(sleep)
        self._sleep, self._patience = sleep, patience
        self._version = version
        self._path = f"/admin/api/{version}/graphql.json"

    def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The data of an answer without errors."""
        waited, failures = 0.0, 0
        for _ in range(_ATTEMPTS):
            waited += self.throttle.before(query)
            answer = self._answer(query, variables)
            self.throttle.after(query, answer)
            errors, data = answer.get("errors"), answer.get("data")
            if not errors and isinstance(data, dict):
                return data
            code = _code(errors)
            if code == "THROTTLED" and waited < self._patience:
                waited += self.throttle.refused(query)
            elif code in _PASSING and failures < 3:
                failures += 1
                self._sleep(2.0**failures)
                waited += 2.0**failures
            else:
                raise self._refusal(errors, code)
        raise SourceError(
            f"source {self.client.name}: Shopify throttled the same query {_ATTEMPTS} times;"
            " other apps of the shop may use up its budget, run again later"
        )

    @cached_property
    def scopes(self) -> frozenset[str]:
        """What the app may do in this shop."""
        found = self.ask(SCOPES)["currentAppInstallation"]["accessScopes"]
        return frozenset(one["handle"] for one in found)

    def _answer(self, query: str, variables: Mapping[str, Any] | None) -> dict[str, Any]:
        try:
            response = self.client.post(self._path, {"query": query, "variables": dict(variables or {})})
        except FeedError as error:
            if " 404 " in str(error):
                raise SourceError(
                    f"source {self.client.name}: {error}; is the shop's address right, and is version {self._version}"
                    " still served? Set `version` to one of the last four quarters"
                ) from None
            raise
        served = response.headers.get("X-Shopify-API-Version")
        if served and served != self._version:
            raise SourceError(
                f"source {self.client.name}: Shopify serves API version {self._version} no longer and answered with"
                f" {served}; set `version: {served}` after reading what changed in it, or a newer one"
            )
        answer = self.client.json(response)
        if not isinstance(answer, dict):
            raise FeedError(f"{self.client.base_url} answered something that is no GraphQL")
        return answer

    def _refusal(self, errors: Any, code: str) -> FeedError:
        line = self.client.scrubbed(graphql_error(errors))
        if code == "ACCESS_DENIED":
            return FeedError(
                f"{line}; give the app this access scope in the shop's settings, and install it anew"
            )
        if code == "MAX_COST_EXCEEDED":
            return TooCostly(line)
        if code == "undefinedField":
            line += f"; API version {self._version} does not have it: set `version` to one that does"
        return FeedError(line)


def _code(errors: Any) -> str:
    first = errors[0] if isinstance(errors, list) and errors else {}
    extensions = first.get("extensions") if isinstance(first, dict) else None
    return str((extensions or {}).get("code", ""))
