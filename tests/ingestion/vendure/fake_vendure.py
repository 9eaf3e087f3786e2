"""A small server that answers the source's own queries as Vendure 3.7 does, for what no real server does on demand.

Its records have the form of the published schema (`tests/rigs/test_vendure.py` validates every query against that of
a running server, and compares what a real one says); what they say is made up here. It knows lists with skip, take and
the filters that the source uses, log-in, keys, and GraphQL's errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.ingestion.fake_http import Answer, Asked

KEY, USER, PASSWORD = "key-1234567890abcdef", "reader@shop.example", "a secret password"
LISTS = ("orders", "customers", "products", "productVariants", "promotions")
Record = dict[str, Any]


@dataclass
class FakeVendure:
    """The shop behind the server."""

    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {name: {} for name in LISTS})
    token: str = "token-1"
    """Of the session; another one means that the old session has ended."""
    precision: int = 2
    errors: dict[str, list[Record]] = field(default_factory=dict)
    """Errors that the next queries of a list get instead of data."""
    short: set[str] = field(default_factory=set)
    """Lists whose next page lacks its second half."""
    repeated: set[str] = field(default_factory=set)
    """Lists whose next page has each record twice."""
    asked: list[tuple[str, Record]] = field(default_factory=list)
    """The list and the options of each query."""

    def put(self, name: str, record: Record) -> Record:
        self.records[name][record["id"]] = record
        return record

    def answer(self, asked: Asked) -> Answer:
        query, variables = asked.json["query"], asked.json["variables"]
        if "login(" in query:
            return self._login(variables)
        if (
            asked.headers.get("vendure-api-key") != KEY
            and asked.headers.get("authorization") != f"Bearer {self.token}"
        ):
            return _failed("You are not currently authorized to perform this action", "FORBIDDEN")
        if "activeChannel" in query:
            channel = {"code": "__default_channel__", "trackInventory": True}
            server = {"moneyStrategyPrecision": self.precision}
            return Answer(
                {
                    "data": {
                        "activeChannel": channel,
                        "globalSettings": {"trackInventory": True, "serverConfig": server},
                    }
                }
            )
        if "order(id: $order)" in query:
            history = self.records["orders"][variables["order"]]["history"]["items"]
            return Answer({"data": {"order": {"history": _sliced(history, variables["changes"])}}})
        name = next(one for one in LISTS if re.search(rf"\b{one}\(options", query))
        self.asked.append((name, variables["options"]))
        if self.errors.get(name):
            return Answer({"errors": [self.errors[name].pop(0)], "data": None})
        return Answer({"data": {name: self._list(name, variables)}})

    def _login(self, given: Mapping[str, Any]) -> Answer:
        if (given["username"], given["password"]) != (USER, PASSWORD):
            error = {
                "__typename": "InvalidCredentialsError",
                "errorCode": "INVALID_CREDENTIALS_ERROR",
                "message": "no",
            }
            return Answer({"data": {"login": error}})
        return Answer(
            {"data": {"login": {"__typename": "CurrentUser"}}}, headers={"vendure-auth-token": self.token}
        )

    def _list(self, name: str, variables: Mapping[str, Any]) -> Record:
        options = variables["options"]
        found = [one for one in self.records[name].values() if fits(one, options.get("filter", {}))]
        found.sort(key=lambda one: (one["createdAt"], int(one["id"])))
        result = _sliced(found, options)
        if name == "orders":
            changes = variables["changes"]
            result["items"] = [
                {**one, "history": _sliced(one["history"]["items"], changes)} for one in result["items"]
            ]
        if name in self.short and len(result["items"]) > 1:
            self.short.remove(name)
            result["items"] = result["items"][: len(result["items"]) // 2]
        if name in self.repeated and len(result["items"]) > 1:
            self.repeated.remove(name)
            result["items"] = [one for one in result["items"] for _ in range(2)]
        return result


def fits(record: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Does a record pass a filter?"""
    for name, condition in wanted.items():
        if name in ("_and", "_or"):
            if not (all if name == "_and" else any)(fits(record, one) for one in condition):
                return False
        elif not all(_holds(record.get(name), operator, value) for operator, value in condition.items()):
            return False
    return True


def _holds(value: Any, operator: str, wanted: Any) -> bool:
    match operator:
        case "after":
            return value is not None and value > wanted
        case "isNull":
            return (value is None) == wanted
        case "in":
            return value in wanted
        case "notIn":
            return value not in wanted
    raise AssertionError(operator)


def _sliced(items: list[Record], options: Mapping[str, Any]) -> Record:
    skip = options.get("skip", 0)
    return {"totalItems": len(items), "items": items[skip : skip + options["take"]]}


def _failed(message: str, code: str) -> Answer:
    return Answer({"errors": [{"message": message, "extensions": {"code": code}}], "data": None})
