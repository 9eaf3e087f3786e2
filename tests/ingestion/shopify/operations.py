"""What the played Shopify knows of bulk operations: what it refuses, and the lines of a result."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphql import (
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
    validate,
    visit,
)

Record = dict[str, Any]


@dataclass
class Operation:
    """A bulk operation."""

    id: str
    query: str
    created: datetime
    status: str = "RUNNING"
    ends: str = ""
    error: str | None = None
    polls: int = 0
    lines: list[bytes] = field(default_factory=list)


class _Rules(Visitor):
    """Counts connections and how they stand inside each other."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info, self.broken = info, []  # type: ignore[var-annotated]
        self.connections, self.depth, self.lists = 0, 0, 0

    def enter_field(self, node: FieldNode, *_: object) -> None:
        kind = self.info.get_type()
        if get_named_type(kind).name.endswith("Connection"):  # type: ignore[union-attr]
            self.connections += 1
            self.depth += 1
            if self.depth > 3:
                self.broken.append(
                    "Bulk queries cannot contain connections with a nesting depth greater than 2."
                )
            if self.lists:
                self.broken.append(
                    "Queries that contain a connection field within a list field are not currently supported."
                )
            asked = {one.name.value for one in node.selection_set.selections if isinstance(one, FieldNode)}  # type: ignore[union-attr]
            if asked != {"edges"}:
                self.broken.append(
                    "All connection fields in a bulk query must select their contents using 'edges' > 'node'."
                )
        elif is_list_type(get_nullable_type(kind)) and node.name.value != "edges":  # type: ignore[arg-type]
            self.lists += 1
        if node.name.value == "node" and self.depth:
            inner = [one for one in node.selection_set.selections if isinstance(one, FieldNode)]  # type: ignore[union-attr]
            owns = any(one.selection_set and _is_connection(one) for one in inner)
            if owns and not any(one.name.value == "id" and one.alias is None for one in inner):
                self.broken.append(
                    "The parent 'node' field for a nested connection must select the 'id' field."
                )

    def leave_field(self, node: FieldNode, *_: object) -> None:
        kind = self.info.get_type()
        if get_named_type(kind).name.endswith("Connection"):  # type: ignore[union-attr]
            self.depth -= 1
        elif is_list_type(get_nullable_type(kind)) and node.name.value != "edges":  # type: ignore[arg-type]
            self.lists -= 1


def _is_connection(node: FieldNode) -> bool:
    inner = node.selection_set.selections if node.selection_set else ()
    return any(isinstance(one, FieldNode) and one.name.value == "edges" for one in inner)


def rules_broken(schema: GraphQLSchema, query: str) -> list[str]:
    """What of a query Shopify would not run as a bulk operation."""
    document = parse(query)
    faults = [f"Invalid bulk query: {one.message}" for one in validate(schema, document)]
    if faults:
        return faults
    info = TypeInfo(schema)
    rules = _Rules(info)
    visit(document, TypeInfoVisitor(info, rules))
    if not rules.connections:
        rules.broken.append("Bulk queries must contain at least one connection.")
    if rules.connections > 5:
        rules.broken.append("Bulk queries cannot contain more than 5 connections.")
    return rules.broken


def lines_of(data: Record) -> list[bytes]:
    """The result as JSON Lines, the parts of each object right below it."""
    (root,) = data.values()
    return [json.dumps(one).encode() + b"\n" for edge in root["edges"] for one in _flat(edge["node"], None)]


def _flat(node: Record, parent: str | None) -> Iterator[Record]:
    own = {name: value for name, value in node.items() if not (isinstance(value, dict) and "edges" in value)}
    yield own if parent is None else {**own, "__parentId": parent}
    for value in node.values():
        if isinstance(value, dict) and "edges" in value:
            for edge in value["edges"]:
                yield from _flat(edge["node"], node["id"])
