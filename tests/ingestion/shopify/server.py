"""A server that speaks Shopify's Admin GraphQL API over a shop in memory. It is made from Shopify's published schema
(schema.graphql, cut out of it) and from what its documentation says of bulk operations and costs; nothing here was
compared with a running Shopify, which cannot run on one's own machine.

Queries are executed by graphql-core against that schema, so a query that asks for something else fails here, too.
Bulk operations refuse what Shopify's refuse: more than five connections, more than two below one another, a connection
inside a list, `nodes`, and a connection whose owner is asked for without its id.
"""

from __future__ import annotations

import base64
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLResolveInfo,
    build_schema,
    execute,
    get_named_type,
    parse,
    validate,
)

from tests.ingestion.fake_http import Answer, Asked
from tests.ingestion.shopify.catalogue import Record, gid
from tests.ingestion.shopify.costs import MOST_AT_ONCE, requested_cost
from tests.ingestion.shopify.operations import Operation, lines_of, rules_broken
from tests.ingestion.shopify.shop import Shop

TOKEN = "shpat_0123456789abcdef0123456789abcdef"
VERSION = "2026-10"
SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text("utf-8"))
SCOPES = (
    "read_orders",
    "read_all_orders",
    "read_products",
    "read_inventory",
    "read_customers",
    "read_discounts",
)
_ROOTS = {
    "orders": "orders",
    "products": "products",
    "customers": "customers",
    "discountNodes": "discounts",
    "inventoryItems": "items",
}
_COUNTS = {
    "ordersCount": "orders",
    "productsCount": "products",
    "customersCount": "customers",
    "discountNodesCount": "discounts",
}
_COLUMNS = {"created_at": "createdAt", "updated_at": "updatedAt"}


@dataclass
class Shopify:
    """One shop behind its API; what is wrong with it stands in the fields that begin with a verb."""

    shop: Shop
    url: str = ""
    scopes: tuple[str, ...] = SCOPES
    serves: str = VERSION
    bucket: float = 20_000
    restores: float = 10_000
    polls: int = 1
    """How often an operation is asked for before it is complete."""
    denies: dict[str, str] = field(default_factory=dict)
    """Field of a type → access scope that it needs and the app lacks, such as `Order.customer`."""
    throttles: int = 0
    """So many queries more are refused, whatever the bucket holds."""
    ends: list[str] = field(default_factory=list)
    """How the next operations end instead of being complete: FAILED, CANCELED, EXPIRED, or `gone`: their file is."""
    halves: int = 0
    """Of so many files half is sent, as if it were all."""
    doubles: bool = False
    """Each page begins with the last record of the one before."""
    operations: list[Operation] = field(default_factory=list)
    refused: int = 0
    _left: float = 0
    _at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._left = self.bucket

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/files/"):
            assert "x-shopify-access-token" not in asked.headers, "the token went to another server"
            return self._file(asked)
        if asked.headers.get("x-shopify-access-token") != TOKEN:
            return Answer({"errors": "[API] Invalid API key or access token"}, 401)
        headers = {"X-Shopify-API-Version": self.serves}
        text, variables = asked.json["query"], asked.json["variables"]
        cost = requested_cost(SCHEMA, text, variables)
        status = self._bucket()
        told = {"cost": {"requestedQueryCost": cost, "throttleStatus": status}}
        if cost > MOST_AT_ONCE:
            return Answer(
                _error(f"Query cost is {cost}, the most is {MOST_AT_ONCE}", "MAX_COST_EXCEEDED"),
                headers=headers,
            )
        if self.throttles or cost > status["currentlyAvailable"]:
            self.throttles, self.refused = max(0, self.throttles - 1), self.refused + 1
            return Answer({**_error("Throttled", "THROTTLED"), "extensions": told}, headers=headers)
        self._left -= cost
        status["currentlyAvailable"] = self._left
        return Answer({**self.executed(text, variables), "extensions": told}, headers=headers)

    def executed(self, text: str, variables: Record | None = None, *, bulk: bool = False) -> Record:
        document = parse(text)
        faults = validate(SCHEMA, document)
        if faults:
            return _error(
                faults[0].message, "undefinedField" if "Cannot query" in faults[0].message else "invalid"
            )
        result = execute(
            SCHEMA,
            document,
            root_value=self,
            variable_values=variables,
            field_resolver=self._resolved,
            context_value={"bulk": bulk},
        )
        assert isinstance(result, ExecutionResult)
        if result.errors:
            first = result.errors[0]
            if "access scope" not in first.message:
                raise first
            return {**_error(first.message, "ACCESS_DENIED", first.path), "data": None}
        return {"data": result.data}

    def _bucket(self) -> Record:
        now = time.monotonic()
        self._left, self._at = min(self.bucket, self._left + (now - self._at) * self.restores), now
        return {
            "maximumAvailable": self.bucket,
            "currentlyAvailable": self._left,
            "restoreRate": self.restores,
        }

    def _resolved(self, source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        name = info.field_name
        scope = self.denies.get(f"{info.parent_type.name}.{name}")
        if scope:
            raise PermissionError(f"Access denied for {name} field. Required access: `{scope}` access scope.")
        if source is self:
            return self._root(name, given, info)
        value = source.get(name)
        if get_named_type(info.return_type).name.endswith("Connection"):
            return self._connection(value, given, info.context["bulk"])
        return value

    def _root(self, name: str, given: Record, info: GraphQLResolveInfo) -> Any:
        if name in _ROOTS:
            chosen = fitting(self._all(_ROOTS[name]), given.get("query") or "")
            column = _COLUMNS.get(str(given.get("sortKey")).lower(), "createdAt")
            chosen.sort(key=lambda one: (one[column], one["id"]))
            return self._connection(chosen, given, info.context["bulk"])
        if name in _COUNTS:
            number = len(fitting(self._all(_COUNTS[name]), given.get("query") or ""))
            limit = given.get("limit")
            exact = limit is None or number <= limit
            return {"count": number if exact else limit, "precision": "EXACT" if exact else "AT_LEAST"}
        if name == "nodes":
            return [self._node(one) for one in given["ids"]]
        if name == "node":
            return self._node(given["id"])
        if name == "currentAppInstallation":
            return {"accessScopes": [{"handle": one} for one in self.scopes]}
        if name == "bulkOperations":
            return {"nodes": [self._state(one, asks=False) for one in reversed(self.operations)]}
        if name == "bulkOperation":
            return next((self._state(one) for one in self.operations if one.id == given["id"]), None)
        assert name == "bulkOperationRunQuery"
        return self._run(given["query"])

    def _all(self, kind: str) -> list[Record]:
        return list(getattr(self.shop, kind).values())

    def _node(self, wanted: str) -> Record | None:
        orders = self.shop.orders.values()
        parts = [one for order in orders for name in ("refunds", "fulfillments") for one in order[name]]
        for kind in _ROOTS.values():
            parts += self._all(kind)
        return next((one for one in parts if one["id"] == wanted), None)

    def _connection(self, nodes: list[Record], given: Record, bulk: bool) -> Record:
        first, after = given.get("first"), given.get("after")
        if not bulk and first is None:
            raise ValueError("you must provide one of first or last")
        begin = int(base64.b64decode(after)) if after else 0
        end = len(nodes) if bulk or first is None else begin + first
        page = nodes[max(0, begin - 1) if self.doubles and after else begin : end]
        cursor = base64.b64encode(str(min(end, len(nodes))).encode()).decode()
        return {
            "nodes": page,
            "edges": [{"node": one} for one in page],
            "pageInfo": {"hasNextPage": end < len(nodes), "endCursor": cursor},
        }

    def _run(self, query: str) -> Record:
        broken = rules_broken(SCHEMA, query)
        if broken:
            return {
                "bulkOperation": None,
                "userErrors": [{"field": ["query"], "message": m, "code": "INVALID"} for m in broken],
            }
        if sum(one.status == "RUNNING" for one in self.operations) >= 5:
            error = {"field": None, "message": "too many at a time", "code": "LIMIT_REACHED"}
            return {"bulkOperation": None, "userErrors": [error]}
        made = Operation(gid("BulkOperation", len(self.operations) + 1), query, self.shop.now)
        end = self.ends.pop(0) if self.ends else ""
        answer = self.executed(query, bulk=True)
        made.ends = "FAILED" if answer.get("errors") else end
        made.error = answer["errors"][0]["extensions"]["code"] if answer.get("errors") else None
        made.lines = lines_of(answer["data"]) if answer.get("data") else []
        made.polls = self.polls
        self.operations.append(made)
        return {"bulkOperation": self._state(made, asks=False), "userErrors": []}

    def _state(self, one: Operation, *, asks: bool = True) -> Record:
        if asks and one.status == "RUNNING":
            one.polls -= 1
            if one.polls < 0:
                one.status = one.ends if one.ends in ("FAILED", "CANCELED", "EXPIRED") else "COMPLETED"
        is_done = one.status == "COMPLETED"
        number = one.id.rpartition("/")[2]
        return {
            "id": one.id,
            "status": one.status,
            "createdAt": one.created.isoformat(),
            "query": one.query,
            "errorCode": (one.error or "INTERNAL_SERVER_ERROR") if one.status == "FAILED" else None,
            "objectCount": len(one.lines),
            "rootObjectCount": sum(b"__parentId" not in x for x in one.lines),
            "fileSize": len(b"".join(one.lines)) if is_done else None,
            "url": f"{self.url}/files/{number}" if is_done and one.lines else None,
        }

    def _file(self, asked: Asked) -> Answer:
        one = self.operations[int(asked.path.rpartition("/")[2]) - 1]
        if one.ends == "gone":
            return Answer({"error": "no such file"}, 404)
        text = b"".join(one.lines)
        if self.halves:
            self.halves -= 1
            text = text[: len(text) // 2]
        return Answer(text, headers={"Content-Type": "application/jsonl"})


def fitting(records: list[Record], terms: str) -> list[Record]:
    """Records that fit terms such as `created_at:>='2026-01-01T00:00:00Z' AND created_at:<'…'`."""
    found = records
    for term in filter(None, terms.split(" AND ")):
        match = re.fullmatch(r"(\w+):(>=|<)'([^']+)'", term)
        assert match, term
        column, sign, instant = _COLUMNS[match[1]], match[2], match[3]
        found = [one for one in found if (one[column] >= instant if sign == ">=" else one[column] < instant)]
    return list(found)


def _error(message: str, code: str, path: Any = None) -> Record:
    return {"errors": [{"message": message, "path": path, "extensions": {"code": code}}]}
