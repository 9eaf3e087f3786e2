"""Every query fits Shopify's schema, and bulk operations keep the rules that Shopify has for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import parse, validate

from ingestion.shopify.making import RESOURCES
from tests.ingestion.shopify.documents import bulk_of, documents
from tests.ingestion.shopify.operations import rules_broken
from tests.ingestion.shopify.pruning import pruned
from tests.ingestion.shopify.server import SCHEMA


@pytest.mark.parametrize("name", documents())
def test_every_query_fits_the_schema(name: str) -> None:
    assert [one.message for one in validate(SCHEMA, parse(documents()[name]))] == []


def test_a_field_that_is_not_there_would_be_noticed() -> None:
    assert validate(SCHEMA, parse(documents()["page orders"].replace("sourceName", "sauceName")))


def test_the_schema_holds_nothing_that_no_query_reaches() -> None:
    whole = (Path(__file__).parent / "schema.graphql").read_text("utf-8")
    assert whole.endswith(pruned(SCHEMA, documents().values()))


@pytest.mark.parametrize("name", [one.name for one in RESOURCES])
def test_bulk_operations_keep_the_rules(name: str) -> None:
    assert rules_broken(SCHEMA, bulk_of(name)) == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "{ orders { edges { node { id refunds { id refundLineItems { nodes { id } } } } } } }",
            "within a list field",
        ),
        ("{ orders { nodes { id } } }", "'edges' > 'node'"),
        (
            "{ orders { edges { node { name lineItems { edges { node { id } } } } } } }",
            "must select the 'id'",
        ),
        ("{ currentAppInstallation { accessScopes { handle } } }", "at least one connection"),
    ],
)
def test_the_played_shopify_refuses_what_shopify_refuses(query: str, told: str) -> None:
    assert any(told in one for one in rules_broken(SCHEMA, query))
