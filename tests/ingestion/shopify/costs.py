"""What a query costs, as Shopify documents it: a point for an object, and for a connection its nodes times `first`."""

from __future__ import annotations

from typing import Any

from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    parse,
    validate,
)

MOST_AT_ONCE = 1000
_MUTATION = 10


def requested_cost(schema: GraphQLSchema, text: str, variables: dict[str, Any]) -> int:
    """Points that a query asks for; 1 for one that is wrong anyway."""
    document = parse(text)
    if validate(schema, document):
        return 1
    operation = next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    if operation.operation.value == "mutation":
        return _MUTATION
    assert schema.query_type is not None
    return max(1, _cost(schema, operation.selection_set, schema.query_type, variables, 1))


def _cost(
    schema: GraphQLSchema, selected: SelectionSetNode | None, kind: Any, variables: dict[str, Any], times: int
) -> int:
    total, fragments = 0, [0]
    for one in selected.selections if selected else ():
        if isinstance(one, InlineFragmentNode):
            named = schema.type_map[one.type_condition.name.value]
            fragments.append(_cost(schema, one.selection_set, named, variables, times))
        elif isinstance(one, FieldNode) and isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            if one.name.value.startswith("__"):
                continue
            found = get_named_type(kind.fields[one.name.value].type)
            if is_leaf_type(found) or one.name.value == "pageInfo":
                continue
            if found.name.endswith("Connection"):
                total += 2 + _cost(schema, one.selection_set, found, variables, _first(one, variables))
            elif one.name.value in ("nodes", "edges") and "Connection" in kind.name:
                total += times * (1 + _cost(schema, one.selection_set, found, variables, times))
            elif one.name.value == "nodes":
                total += len(variables["ids"]) * (1 + _cost(schema, one.selection_set, found, variables, 1))
            else:
                total += 1 + _cost(schema, one.selection_set, found, variables, times)
    return total + max(fragments)


def _first(node: FieldNode, variables: dict[str, Any]) -> int:
    for one in node.arguments:
        if one.name.value == "first":
            if isinstance(one.value, VariableNode):
                return int(variables[one.value.name.value])
            assert isinstance(one.value, IntValueNode)
            return int(one.value.value)
    return 1
