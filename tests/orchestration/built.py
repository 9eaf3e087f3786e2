"""A warehouse as dbt and the gates leave it, made by hand: a build database, dbt's artifacts, a verdict."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.config import Config, load_config
from orchestration.lib.settings import prepare_state
from quality.verdict import Check, Verdict, make_verdict, store_verdict

CONFIG = """
shops:
  - {id: main, name: Shop, timezone: Europe/London, currency: GBP}
keep_releases: 3
sources:
  - {name: demo, type: demo, shop: main}
"""
AS_OF = datetime(2026, 3, 31, 12, tzinfo=UTC)


def write_config(folder: Path, text: str = CONFIG) -> Config:
    """A configuration in `folder`, read."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "opsmart.yml").write_text(text, encoding="utf-8")
    config = load_config(folder / "opsmart.yml")
    prepare_state(config)
    return config


class Built:
    """Build after build in one warehouse."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.count = 0

    def build(
        self, *, rows: int = 2, accepted: str = "a", finished: bool = True, status: str = "pass"
    ) -> Verdict:
        """A build of `rows` rows from the accepted load `accepted`, with the verdict about it stored."""
        self.count += 1
        build_id = f"build-{self.count}"
        with duckdb.connect(str(self.config.build_db)) as connection:
            connection.execute(_TABLES)
            connection.execute(
                "insert into staging.builds values (?, current_timestamp, ?, ?, 'code', 'mapping', false, 0)",
                [build_id, datetime.now(UTC) if finished else None, AS_OF.replace(tzinfo=None)],
            )
            connection.execute("delete from staging.accepted_loads")
            connection.execute(
                "insert into staging.accepted_loads by name select 'demo' as source_name, 'orders' as input,"
                " ? as load_id, 1 as load_seq, '' as file, '' as content_hash, ? as rows, 0 as rejected_rows,"
                " 'accepted' as status, true as is_current",
                [accepted, rows],
            )
            connection.execute(
                "create or replace table mart_one as select range as id, 'n' || range as name from range(?)",
                [rows],
            )
            connection.execute("create or replace table dim_two as select 1 as id, date '2026-03-31' as day")
            connection.execute("create or replace table int_secret as select 'hash' as email_hash")
            connection.execute("create or replace table mart_of_old as select 1 as id")
        self._artifacts(build_id)
        return self.judge(build_id, accepted, status)

    def judge(self, build_id: str, accepted: str, status: str = "pass") -> Verdict:
        """Store a verdict with this status about `build_id`."""
        outcome = {"pass": "pass", "warn": "warn", "refuse": "fail"}[status]
        check = Check.model_validate({"name": "rows", "kind": "expectation", "model": "mart_one", "status": outcome,
                                      "message": "" if status == "pass" else "mart_one has no rows"})  # fmt: skip
        fingerprint = {"accepted": accepted, "config": "c", "code": "k", "shop_date": "main=2026-03-31"}
        verdict = make_verdict([check], build_id=build_id, as_of=AS_OF, fingerprint=fingerprint)
        store_verdict(verdict, self.config.state / "verdict.json")
        return verdict

    def _artifacts(self, build_id: str) -> None:
        target = self.config.state / "dbt" / "target"
        target.mkdir(parents=True, exist_ok=True)
        nodes = {f"model.opsmart.{name}": _node(name) for name in ("mart_one", "dim_two", "int_secret")}
        (target / "manifest.json").write_text(json.dumps({"metadata": {}, "nodes": nodes, "sources": {}}))
        results = {"metadata": {"invocation_id": build_id}, "results": []}
        (target / "run_results.json").write_text(json.dumps(results))


def _node(name: str) -> dict[str, object]:
    return {
        "unique_id": f"model.opsmart.{name}",
        "name": name,
        "alias": name,
        "schema": "main",
        "resource_type": "model",
        "description": f"One row per thing of {name}; it's described. </script>",
        "columns": {
            "id": {"name": "id", "description": "The key"},
            "gone": {"name": "gone", "description": "Not there"},
        },
        "compiled_code": "select from '/srv/somebody/raw'",
    }


_TABLES = """
create schema if not exists staging;
create table if not exists staging.builds (
    invocation_id varchar, started_at timestamptz, finished_at timestamptz, as_of timestamp,
    code_hash varchar, mapping_hash varchar, is_full_refresh boolean, failures integer
);
create table if not exists staging.accepted_loads (
    source_name varchar, input varchar, load_id varchar, load_seq bigint, file varchar, content_hash varchar,
    rows bigint, rejected_rows bigint, status varchar, reason varchar, is_current boolean, newest_at timestamp
);
"""
