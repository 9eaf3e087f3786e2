"""Whole queries and mutations of the Admin API, out of the selections of `selections.py`."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.shopify.selections import Selection

_PAGE = "pageInfo { hasNextPage endCursor }"

RUN_BULK = """mutation Run($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}"""

_OPERATION = "id status errorCode createdAt query url objectCount rootObjectCount fileSize"

BULK_OPERATION = f"query Operation($id: ID!) {{ bulkOperation(id: $id) {{ {_OPERATION} }} }}"

BULK_OPERATIONS = (
    'query Operations { bulkOperations(first: 50, query: "operation_type:query", sortKey: CREATED_AT, reverse: true)'
    f" {{ nodes {{ {_OPERATION} }} }} }}"
)

SCOPES = "query Scopes { currentAppInstallation { accessScopes { handle } } }"


def bulk(root: str, selection: Selection, terms: str) -> str:
    """The text of a bulk operation: all connections by edges and nodes, without limits, each node with its type."""
    return f"{{ {root}{_terms(terms)} {{ edges {{ node {{ {_all_of(selection)} }} }} }} }}"


def page(root: str, selection: Selection, sort: str) -> str:
    """A page of records, with variables first, after and terms; the first nodes of each connection inside."""
    arguments = f"first: $first, after: $after, query: $terms{f', sortKey: {sort}' if sort else ''}"
    return (
        f"query Page($first: Int!, $after: String, $terms: String) {{ {root}({arguments})"
        f" {{ nodes {{ {some_of(selection)} }} {_PAGE} }} }}"
    )


def by_ids(selections: Sequence[Selection]) -> str:
    """Objects by their ids, of any of these types; NULL for one that is not there."""
    parts = " ".join(f"... on {one.type} {{ {some_of(one)} }}" for one in selections)
    return f"query ByIds($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename {parts} }} }}"


def rest(owner: Selection, connection: str) -> str:
    """More nodes of one connection of one object."""
    inner = owner.connections[connection]
    return (
        f"query Rest($id: ID!, $after: String) {{ node(id: $id) {{ ... on {owner.type} {{"
        f" {connection}(first: 50, after: $after) {{ nodes {{ {some_of(inner)} }} {_PAGE} }} }} }} }}"
    )


def count(name: str) -> str:
    """How many records fit some terms, as far as `limit`."""
    return f"query Count($terms: String, $limit: Int) {{ {name}(query: $terms, limit: $limit) {{ count precision }} }}"


def oldest(root: str) -> str:
    """The instant at which the first record was created."""
    return f"query Oldest {{ {root}(first: 1, sortKey: CREATED_AT) {{ nodes {{ createdAt }} }} }}"


def some_of(selection: Selection) -> str:
    """A selection with the first nodes of its connections."""
    inner = " ".join(
        f"{name}(first: {one.inner}) {{ nodes {{ {some_of(one)} }} {_PAGE} }}"
        for name, one in selection.connections.items()
    )
    return f"{selection.fields} {inner}".strip()


def _all_of(selection: Selection) -> str:
    inner = " ".join(
        f"{name} {{ edges {{ node {{ __typename {_all_of(one)} }} }} }}"
        for name, one in selection.connections.items()
    )
    return f"{selection.fields} {inner}".strip()


def _terms(terms: str) -> str:
    quoted = terms.replace("\\", "\\\\").replace('"', '\\"')
    return f'(query: "{quoted}")' if terms else ""
