"""Our queries and the schema that we keep, against Shopify's own of each quarter, as its npm package carries them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from graphql import GraphQLSchema, parse, validate

from ingestion.shopify.settings import VERSION
from tests.ingestion.shopify.documents import documents
from tests.ingestion.shopify.pruning import full_schema, missing
from tests.ingestion.shopify.server import SCHEMA

pytestmark = [pytest.mark.rigs, pytest.mark.timeout(300)]

PACKAGE = "@shopify/dev-mcp@1.16.0"
VERSIONS = ["2026-01", "2026-04", "2026-07", VERSION]


@pytest.fixture(scope="module")
def schemas() -> dict[str, GraphQLSchema]:
    """Shopify's schemas by version; the package is fetched once and kept in the cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "opsmart-rigs"
    home = cache / PACKAGE.rpartition("/")[2].replace("@", "-")
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        npm = shutil.which("npm")
        assert npm, "this test needs npm"
        subprocess.run(
            [npm, "pack", PACKAGE, "--silent"], cwd=home, check=True, capture_output=True, timeout=240
        )
        with tarfile.open(next(home.glob("*.tgz"))) as archive:
            archive.extractall(home, filter="data")
        (home / "complete").touch()
    folder = home / "package" / "dist" / "data"
    return {one: full_schema(folder / f"admin_{one}.json.gz") for one in VERSIONS}


def test_what_we_keep_is_part_of_the_official_schema(schemas: dict[str, GraphQLSchema]) -> None:
    assert missing(SCHEMA, schemas[VERSION]) == []
    assert missing(schemas[VERSION], SCHEMA)  # and the comparison can fail


@pytest.mark.parametrize("version", VERSIONS)
def test_every_query_fits_the_whole_official_schema(schemas: dict[str, GraphQLSchema], version: str) -> None:
    faults = {
        name: [one.message for one in validate(schemas[version], parse(text))]
        for name, text in documents().items()
    }
    assert {name: told for name, told in faults.items() if told} == {}
