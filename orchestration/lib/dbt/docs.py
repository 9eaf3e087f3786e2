"""dbt's documentation as one page, as `dbt docs generate --static` writes it.

That command reads dbt's page and puts the manifest and the catalog in it. Doing the same here takes a tenth of a
second instead of ten, needs no second look at the build database, and describes the release itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lib.errors import RunFailed

if TYPE_CHECKING:
    import duckdb

PLACES = ('"MANIFEST.JSON INLINE DATA"', '"CATALOG.JSON INLINE DATA"')
_OF_THIS_MACHINE = ("compiled_code", "compiled_path", "build_path", "root_path")
"""Parts of a node that hold paths of the machine that built it."""


def docs_page(manifest: Mapping[str, Any], catalog: Mapping[str, Any]) -> str:
    """The page. Raises RunFailed if the installed dbt brings another one than we know."""
    spec = find_spec("dbt")
    folders = list(spec.submodule_search_locations or []) if spec else []
    pages = [page for folder in folders if (page := Path(folder) / "task" / "docs" / "index.html").exists()]
    text = pages[0].read_text(encoding="utf-8") if pages else ""
    if any(place not in text for place in PLACES):
        raise RunFailed("the installed dbt has no documentation page that the release could carry")
    for place, content in zip(PLACES, (_portable(manifest), catalog), strict=True):
        # "</script>" in a description must not end the script that holds it.
        text = text.replace(place, json.dumps(content, ensure_ascii=False).replace("</", "<\\/"))
    return text


def make_catalog(
    connection: duckdb.DuckDBPyConnection, models: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """What dbt calls a catalog: the columns, types and rows of the tables that `connection` has of `models`."""
    nodes = {}
    for name, model in models.items():
        columns = connection.execute(
            "select column_name, data_type, column_index, comment from duckdb_columns() where table_name = ?",
            [name],
        ).fetchall()
        row = connection.execute(f'select count(*) from "{name}"').fetchone()
        nodes[model["unique_id"]] = {
            "unique_id": model["unique_id"],
            "metadata": {"type": "BASE TABLE", "database": None, "schema": model["schema"], "name": name},
            "columns": {
                column: {"name": column, "type": kind, "index": index, "comment": comment}
                for column, kind, index, comment in columns
            },
            "stats": {
                "has_stats": _stat("has_stats", True, False),
                "row_count": _stat("Rows", row[0] if row else 0, True),
            },
        }
    return {"metadata": {}, "nodes": nodes, "sources": {}, "errors": None}


def _stat(label: str, value: Any, shown: bool) -> dict[str, Any]:
    return {"id": label.lower(), "label": label, "value": value, "include": shown, "description": ""}


def _portable(manifest: Mapping[str, Any]) -> dict[str, Any]:
    nodes = {
        key: {name: value for name, value in node.items() if name not in _OF_THIS_MACHINE}
        for key, node in manifest["nodes"].items()
    }
    return {**manifest, "nodes": nodes}
