"""Bulk operations: a query that Shopify works on by itself, until it has a file of JSON Lines with the result.

An operation costs no query budget, and it outlives us: after an interruption the one that runs, or is complete, for the
same query is found again on the server. Its file is of one moment, so that is only right where nothing newer has
landed; `since` says how old an operation may be.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingestion.api.errors import FeedError
from ingestion.shopify.admin import Admin
from ingestion.shopify.download import Expired, downloaded
from ingestion.shopify.jsonlines import Lines
from ingestion.shopify.queries import BULK_OPERATION, BULK_OPERATIONS, RUN_BULK

_BUSY = {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}
_UNDER_WAY = {"CREATED", "RUNNING"}
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_TIMES = 3


@dataclass
class Bulk:
    """Bulk operations of one shop. `patience` is how many seconds one of them may take."""

    admin: Admin
    patience: float
    sleep: Callable[[float], None] = time.sleep

    def begin(self, query: str, since: datetime | None = None) -> str:
        """The id of an operation for `query`: one from `since` on that is there already, else a new one."""
        return self._found(query, since) or self._begun(query)

    def result(self, query: str, operation_id: str) -> Lines:
        """The file of an operation, once it is complete. One that failed, was cancelled or whose file is gone is begun
        again: what there is of it is not the whole. Raises FeedError after the third time."""
        why = ""
        for attempt in range(_TIMES):
            if attempt:
                operation_id = self._begun(query)
            state = self._awaited(operation_id)
            status = str(state["status"])
            if status == "COMPLETED":
                try:
                    return Lines(downloaded(self.admin.client, state), state)
                except Expired as error:
                    why = str(error)
                    continue
            why = f"{status.lower()} ({state.get('errorCode') or 'Shopify does not say why'})"
            if state.get("errorCode") == "ACCESS_DENIED":
                raise FeedError(
                    f"bulk operation {_number(operation_id)}: access denied; the app lacks an access scope for what"
                    " it reads"
                )
        raise FeedError(f"bulk operation {_number(operation_id)}, begun {_TIMES} times: {why}")

    def _found(self, query: str, since: datetime | None) -> str | None:
        if since is None:
            return None
        known = self.admin.ask(BULK_OPERATIONS)["bulkOperations"]["nodes"]
        usable = [
            one
            for one in known
            if one["query"].split() == query.split()
            and (one["status"] in _UNDER_WAY or one["status"] == "COMPLETED")
            and instant(one["createdAt"]) >= since
        ]
        newest = max(usable, key=lambda one: instant(one["createdAt"]), default=None)
        return str(newest["id"]) if newest is not None else None

    def _begun(self, query: str) -> str:
        wait, waited = _FIRST_WAIT, 0.0
        while True:
            payload = self.admin.ask(RUN_BULK, {"query": query})["bulkOperationRunQuery"]
            errors = payload["userErrors"]
            if not errors:
                return str(payload["bulkOperation"]["id"])
            line = self.admin.client.scrubbed("; ".join(str(one["message"]) for one in errors))
            if not {str(one.get("code")) for one in errors} & _BUSY:
                raise FeedError(f"Shopify refuses the bulk operation: {line}")
            if waited >= self.patience:
                raise FeedError(f"other bulk operations of this app do not end ({line}); run again later")
            self.sleep(wait)
            waited, wait = waited + wait, min(wait * 2, _LONGEST_WAIT)

    def _awaited(self, operation_id: str) -> dict[str, Any]:
        wait, waited = _FIRST_WAIT, 0.0
        while True:
            state = self.admin.ask(BULK_OPERATION, {"id": operation_id})["bulkOperation"]
            if state is None:
                return {"status": "EXPIRED", "errorCode": None}
            if state["status"] not in _UNDER_WAY and state["status"] != "CANCELING":
                return dict(state)
            if waited >= self.patience:
                raise FeedError(
                    f"bulk operation {_number(operation_id)} is not ready after {self.patience / 3600:,.1f} hours;"
                    " it goes on, and the next run uses it"
                )
            self.sleep(wait)
            waited, wait = waited + wait, min(wait * 2, _LONGEST_WAIT)


def instant(text: str) -> datetime:
    """An instant as the API writes it."""
    return datetime.fromisoformat(text)


def _number(operation_id: str) -> str:
    return operation_id.rpartition("/")[2]
