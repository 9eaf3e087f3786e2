"""Cuts Shopify's schema down to what the queries of our source reach, so that it can stand in this repository.

    python -m tests.ingestion.shopify.pruning admin_2026-10.json.gz > tests/ingestion/shopify/schema.graphql

The schemas come with the npm package @shopify/dev-mcp (ISC), in `dist/data`.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    Visitor,
    build_client_schema,
    get_named_type,
    is_specified_scalar_type,
    parse,
    visit,
)
from graphql.language import print_ast
from graphql.utilities import ast_from_value

HEADER = """\
# Part of the schema of Shopify's Admin GraphQL API, version {version}: what our queries reach, cut out by pruning.py.
# From the npm package @shopify/dev-mcp, Copyright 2025-present Shopify Inc., ISC License (see NOTICE).
"""


def full_schema(path: Path) -> GraphQLSchema:
    """The schema in a file of the package."""
    return build_client_schema(json.loads(gzip.decompress(path.read_bytes()))["data"])


class _Reached(Visitor):
    """Which fields of which types, with which arguments, a document reaches."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.fields: dict[str, dict[str, set[str]]] = defaultdict(dict)
        self.named: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self.info.get_parent_type()
        assert parent is not None
        if not node.name.value.startswith("__"):
            found = get_named_type(self.info.get_type())
            if isinstance(found, GraphQLInterfaceType):
                self.named.add(found.name)
            arguments = self.fields[parent.name].setdefault(node.name.value, set())
            arguments |= {one.name.value for one in node.arguments}

    def enter_inline_fragment(self, *_: object) -> None:
        named = self.info.get_type()
        assert named is not None
        self.named.add(get_named_type(named).name)


def pruned(schema: GraphQLSchema, documents: Iterable[str]) -> str:
    """The part of a schema that these documents reach, as SDL."""
    fields = _reached_fields(schema, documents)
    kept = [schema.type_map[name] for name in fields]
    interfaces = {one.name for one in kept if isinstance(one, GraphQLInterfaceType)}
    leaves: dict[str, str] = {}
    parts = {one.name: _type(one, fields, leaves, interfaces) for one in kept}
    for name in list(leaves):
        kind = schema.type_map[name]
        if isinstance(kind, GraphQLUnionType):
            members = [one.name for one in kind.types if one.name in fields]
            parts[name] = f"union {name} = {' | '.join(sorted(members))}\n"
            del leaves[name]
    roots = f"schema {{\n  query: {schema.query_type.name}\n  mutation: {schema.mutation_type.name}\n}}\n"  # type: ignore[union-attr]
    return "\n".join([roots, *(text for _, text in sorted((parts | leaves).items()))])


def _reached_fields(schema: GraphQLSchema, documents: Iterable[str]) -> dict[str, dict[str, set[str]]]:
    """By type: the fields that are reached, with their arguments, also by an interface of it."""
    info = TypeInfo(schema)
    reached = _Reached(info)
    for text in documents:
        visit(parse(text), TypeInfoVisitor(info, reached))
    fields = reached.fields
    for name in reached.named:
        if not isinstance(schema.type_map[name], GraphQLUnionType):
            fields.setdefault(name, {})
    _with_interfaces(schema, fields)
    return fields


def _with_interfaces(schema: GraphQLSchema, fields: dict[str, dict[str, set[str]]]) -> None:
    """Give each type a field, and those of the interfaces that are asked for by themselves."""
    kept = [
        schema.type_map[name] for name in fields if not isinstance(schema.type_map[name], GraphQLUnionType)
    ]
    for one in kept:
        if not fields[one.name] and isinstance(one, GraphQLObjectType | GraphQLInterfaceType):
            fields[one.name]["id"] = set()  # a type needs a field
    interfaces = {one.name for one in kept if isinstance(one, GraphQLInterfaceType)}
    for one in kept:
        if isinstance(one, GraphQLObjectType):
            for interface in one.interfaces:
                if interface.name in interfaces:
                    for name, arguments in fields[interface.name].items():
                        fields[one.name].setdefault(name, set()).update(arguments)


def _type(
    kind: object, fields: dict[str, dict[str, set[str]]], leaves: dict[str, str], interfaces: set[str]
) -> str:
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    lines = []
    for name, arguments in sorted(fields[kind.name].items()):
        found = kind.fields[name]
        _leaf(get_named_type(found.type), leaves)
        listed = []
        for argument in sorted(arguments):
            given = found.args[argument]
            _leaf(get_named_type(given.type), leaves)
            default = ""
            if given.default_value is not Undefined and given.default_value is not None:
                default = f" = {print_ast(ast_from_value(given.default_value, given.type))}"  # type: ignore[arg-type]
            listed.append(f"{argument}: {given.type}{default}")
        given_in = f"({', '.join(listed)})" if listed else ""
        lines.append(f"  {name}{given_in}: {found.type}")
    return f"{_word(kind)} {kind.name}{_implements(kind, interfaces)} {{\n" + "\n".join(lines) + "\n}\n"


def _implements(kind: GraphQLObjectType | GraphQLInterfaceType, interfaces: set[str]) -> str:
    found = [one.name for one in kind.interfaces if one.name in interfaces]
    return f" implements {' & '.join(found)}" if found else ""


def _word(kind: object) -> str:
    return "interface" if isinstance(kind, GraphQLInterfaceType) else "type"


def _leaf(kind: object, leaves: dict[str, str]) -> None:
    if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind):
        leaves[kind.name] = f"scalar {kind.name}\n"
    elif isinstance(kind, GraphQLEnumType):
        leaves[kind.name] = f"enum {kind.name} {{\n" + "\n".join(f"  {one}" for one in kind.values) + "\n}\n"
    elif isinstance(kind, GraphQLUnionType):
        leaves[kind.name] = ""


def missing(part: GraphQLSchema, whole: GraphQLSchema) -> list[str]:
    """What of `part` is not, or not the same, in `whole`."""
    found: list[str] = []
    for name, kind in part.type_map.items():
        official: Any = whole.type_map.get(name)
        if official is None or type(official) is not type(kind):
            found.append(name)
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            for field, one in kind.fields.items():
                other = official.fields.get(field)
                if other is None or str(other.type) != str(one.type):
                    found.append(f"{name}.{field}")
                    continue
                for argument, given in one.args.items():
                    if argument not in other.args or str(other.args[argument].type) != str(given.type):
                        found.append(f"{name}.{field}({argument})")
        elif isinstance(kind, GraphQLEnumType):
            found += [f"{name}.{one}" for one in kind.values if one not in official.values]
        elif isinstance(kind, GraphQLUnionType):
            members = {one.name for one in official.types}
            found += [f"{name} | {one.name}" for one in kind.types if one.name not in members]
    return found


if __name__ == "__main__":
    from tests.ingestion.shopify.documents import documents

    source = Path(sys.argv[1])
    version = source.name.removeprefix("admin_").removesuffix(".json.gz")
    print(HEADER.format(version=version))
    print(pruned(full_schema(source), documents().values()), end="")
