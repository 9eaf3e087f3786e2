"""A dbt project of four models, for runs in which the business is not the point."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.orchestration.built import write_config

ROOT = Path(__file__).parents[2]
FILES = {
    "dbt_project.yml": """
name: tiny
version: "1.0"
config-version: 2
profile: opsmart
flags: {send_anonymous_usage_stats: false, use_colors: false}
vars: {as_of: "2000-01-01 00:00:00", raw_dir: "", entity_selects: [], code_hash: "", mapping_hash: ""}
on-run-start: "{{ begin_build() }}"
on-run-end: "{{ finish_build(results) }}"
models:
  tiny:
    staging: {+schema: staging, +materialized: view}
    intermediate: {+schema: canonical, +materialized: table}
    marts: {+materialized: table}
""",
    "models/staging/stg_orders.sql": "select input, file, rows from staging.accepted_loads where is_current",
    "models/intermediate/int_orders.sql": """
select input, sum(rows) as rows from {{ ref('stg_orders') }} group by 1
""",
    "models/marts/mart_inputs.sql": "select input, rows from {{ ref('int_orders') }}",
    "models/marts/mart_inputs.yml": """
models:
  - name: mart_inputs
    description: One row per input.
    config: {meta: {gate: {rows: {min: 1}}}}
    columns:
      - {name: input, description: Its name., data_tests: [unique, not_null]}
      - {name: rows, description: How many rows it has.}
""",
    "models/marts/dim_sizes.sql": "select 'all' as size, sum(rows) as rows from {{ ref('mart_inputs') }}",
}
CONFIG = """
shops:
  - {id: main, name: Shop, timezone: Europe/London, currency: GBP}
as_of: latest
sources:
  - {name: demo, type: demo, shop: main, start: 2026-01-01, end: 2026-01-10, orders_per_day: 3}
"""


class TinyShop:
    """A configuration, a dbt project of its own, and the command on both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.config = write_config(folder, CONFIG)
        for name, text in FILES.items():
            self.write(name, text)
        shutil.copytree(ROOT / "dbt_project" / "macros", self.project / "macros")
        shutil.copy(ROOT / "dbt_project" / "profiles.yml", self.project)

    def write(self, name: str, text: str) -> None:
        """Write a file of the dbt project."""
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def opsmart(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command in a process of its own, in the shop's folder."""
        settings = {"PYTHONPATH": str(ROOT), "OPSMART_DBT_PROJECT": str(self.project), **environment}
        return subprocess.run(
            [sys.executable, "-m", "orchestration.cli.main", *arguments],
            cwd=self.folder,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
