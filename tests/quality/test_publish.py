"""The publish gate: dbt's results and the marts' profiles become one verdict."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from quality import publish
from quality.verdict import Verdict, load_verdict


def _node(name: str, **more: Any) -> dict[str, Any]:
    return {
        "unique_id": f"model.opsmart.{name}", "resource_type": "model", "name": name, "schema": "main", "columns": {},
        "config": {"meta": {}}, "depends_on": {"nodes": []}, **more,
    }  # fmt: skip


@dataclass
class Build:
    """A build database with a mart and two upstream tables, and what dbt would have left of it."""

    root: Path
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    invocation_id: str = "b1"

    @property
    def mart(self) -> dict[str, Any]:
        return self.nodes["model.opsmart.mart_sales_daily"]

    def gate(self, **gate: Any) -> None:
        self.mart["config"]["meta"] = {"gate": gate}

    def bounds(self, column: str, **bounds: Any) -> None:
        self.mart["columns"][column] = {"config": {"meta": {"bounds": bounds}}}

    def test(self, name: str, status: str, failures: int | None = 0, **node: Any) -> None:
        unique_id = f"test.opsmart.{name}.1"
        self.nodes[unique_id] = {
            "resource_type": "test",
            "name": name,
            "config": {"severity": "ERROR"},
            **node,
        }
        self.results[unique_id] = {
            "unique_id": unique_id,
            "status": status,
            "failures": failures,
            "message": "Got it",
        }

    def execute(self, sql: str) -> None:
        with duckdb.connect(str(self.root / "build.duckdb")) as connection:
            connection.execute(sql)

    def judge(self) -> Verdict:
        folder = self.root / "target"
        folder.mkdir(exist_ok=True)
        built = {
            one: {"unique_id": one, "status": "success"} for one in self.nodes if one.startswith("model.")
        }
        results = {**built, **self.results}
        written = {"metadata": {"invocation_id": self.invocation_id}, "results": list(results.values())}
        (folder / "run_results.json").write_text(json.dumps(written))
        (folder / "manifest.json").write_text(json.dumps({"nodes": self.nodes}))
        config = SimpleNamespace(state=self.root, build_db=self.root / "build.duckdb")
        made = publish.judge(config, folder / "run_results.json", "b1", "2011-12-09 12:50:00", {"code": "c"})
        assert load_verdict(config) == made
        return made

    def findings(self) -> list[str]:
        return [check.message for check in self.judge().findings]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    made = Build(tmp_path)
    up = ["model.opsmart.fct_orders", "model.opsmart.fct_refunds"]
    mart = _node("mart_sales_daily", depends_on={"nodes": [*up, "seed.opsmart.events"]})
    mart["config"]["unique_key"] = ["shop_id", "date"]
    for node in (_node("fct_orders"), _node("fct_refunds"), _node("int_orders", schema="canonical"), mart):
        made.nodes[node["unique_id"]] = node
    made.execute(
        "create schema canonical; create table canonical.int_orders as select 1 as order_id;"
        "create table fct_orders as select 'o' as order_key;"
        "create table fct_refunds as select 'r' as refund_key limit 0;"
        "create table mart_sales_daily as select * from (values ('s', date '2011-01-01', 10.5::decimal(18,4), 0.5),"
        " ('s', date '2011-01-02', 20::decimal(18,4), null)) as rows (shop_id, date, gross_sales, return_rate)"
    )
    made.test("not_null_shop_id", "pass", column_name="shop_id", attached_node=mart["unique_id"])
    return made


def test_a_sound_build_passes(build: Build) -> None:
    build.gate(
        rows={"min": 1, "max": 10},
        totals={"gross_sales": {"min": 30.5, "max": 30.5}},
        unique=[["shop_id", "date"]],
    )
    build.bounds("return_rate", min=0, max=1, nulls=0.5)
    build.bounds("date", min="2011-01-02", max="2011-01-02")
    [broken] = build.judge().findings
    assert broken.message == "mart_sales_daily: date min is 2011-01-01T00:00:00, expected at least 2011-01-02"
    build.bounds("date", min="2011-01-01", max="2011-01-02")
    verdict = build.judge()
    assert verdict.status == "pass"
    assert (verdict.build_id, verdict.fingerprint, verdict.summary.failed) == ("b1", {"code": "c"}, 0)
    total = next(check for check in verdict.checks if check.name == "mart_sales_daily.gross_sales:sum")
    assert (total.observed, total.expected, total.column) == (30.5, "between 30.5 and 30.5", "gross_sales")


@pytest.mark.parametrize(
    ("gate", "message"),
    [
        ({"rows": {"min": 3}}, "mart_sales_daily: rows is 2, expected at least 3"),
        (
            {"totals": {"gross_sales": {"max": 30}}},
            "mart_sales_daily: gross_sales sum is 30.5, expected at most 30",
        ),
        ({"unique": ["shop_id"]}, "mart_sales_daily: shop_id duplicates is 1, expected one row per shop_id"),
        ({"key": ["return_rate"]}, "mart_sales_daily: return_rate nulls is 1, expected no NULL"),
    ],
)
def test_a_gate_that_is_broken_refuses(build: Build, gate: dict[str, Any], message: str) -> None:
    build.gate(**gate)
    verdict = build.judge()
    assert verdict.status == "refuse"
    assert [check.message for check in verdict.findings] == [message]
    build.gate(**gate, severity="warn")
    assert build.judge().status == "warn"


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"min": 0.6}, "mart_sales_daily: return_rate min is 0.5, expected at least 0.6"),
        ({"max": 0.4}, "mart_sales_daily: return_rate max is 0.5, expected at most 0.4"),
        ({"nulls": 0.1}, "mart_sales_daily: return_rate null_share is 0.5, expected at most 10 % NULL"),
    ],
)
def test_a_bound_that_is_broken_refuses(build: Build, bounds: dict[str, Any], message: str) -> None:
    build.bounds("return_rate", **bounds)
    assert build.findings() == [message]


def test_key_columns_hold_no_null(build: Build) -> None:
    build.execute("insert into mart_sales_daily values (null, date '2011-01-03', 1, 0)")
    assert build.findings() == ["mart_sales_daily: shop_id nulls is 1, expected no NULL"]


def test_an_empty_mart_refuses_if_what_it_reads_has_rows(build: Build) -> None:
    build.execute("delete from mart_sales_daily")
    assert build.findings() == [], (
        "there is no refund, so without a gate nobody knows that it should have rows"
    )
    build.gate(rows={"min": 1})
    assert build.findings() == ["mart_sales_daily: rows is 0, expected at least 1"]
    build.execute("delete from fct_orders")
    assert build.findings() == [], "a warehouse without data is empty"
    build.gate()
    build.execute("insert into fct_orders values ('o'); insert into fct_refunds values ('r')")
    assert build.findings() == ["mart_sales_daily: rows is 0, expected at least 1"]


def test_a_failing_test_refuses_and_a_warning_warns(build: Build) -> None:
    build.test("unique_order", "warn", 3, column_name="order_key", attached_node="model.opsmart.fct_orders")
    assert build.judge().status == "warn"
    build.test("assert_conservation", "fail", 7, depends_on={"nodes": ["model.opsmart.mart_sales_daily"]})
    verdict = build.judge()
    assert verdict.status == "refuse"
    failed, warned = verdict.findings
    assert (failed.kind, failed.model, failed.observed) == ("dbt_test", "mart_sales_daily", 7)
    assert failed.message == "assert_conservation on mart_sales_daily: 7 rows: Got it"
    assert (warned.model, warned.column, warned.severity) == ("fct_orders", "order_key", "warn")


def test_a_unit_test_that_fails_names_its_model(build: Build) -> None:
    unique_id = "unit_test.opsmart.mart_sales_daily.test_mart_sales_daily__voided"
    build.results[unique_id] = {
        "unique_id": unique_id,
        "status": "fail",
        "failures": 1,
        "message": "actual differs",
    }
    [check] = build.judge().findings
    assert (check.model, check.name) == ("mart_sales_daily", "test_mart_sales_daily__voided")


def test_a_model_that_was_not_built_refuses(build: Build) -> None:
    one = "model.opsmart.int_orders"
    build.results[one] = {"unique_id": one, "status": "error", "message": "Binder Error:\n no"}
    assert build.findings() == ["int_orders was not built: Binder Error: no"]


def test_results_of_a_part_or_of_another_run_refuse(build: Build) -> None:
    build.invocation_id = "b0"
    assert build.findings() == ["dbt's results are of another run than the tables: run again"]
    build.invocation_id, build.results = "b1", {}
    assert build.findings() == ["no test of dbt ran: use `dbt build`, not `dbt run`"]


def test_a_mart_that_is_not_in_the_results_or_the_database_refuses(build: Build) -> None:
    node = copy.deepcopy(build.mart) | {"name": "mart_new", "unique_id": "model.opsmart.mart_new"}
    build.nodes[node["unique_id"]] = node
    [message] = build.findings()
    assert "mart_new does not exist" in message


def test_a_gate_that_nobody_understands_refuses(build: Build) -> None:
    build.gate(row={"min": 1})
    [message] = build.findings()
    assert message.startswith("mart_sales_daily: meta.gate: expected key, rows, totals, unique")
    build.gate(totals={"gros_sales": {"min": 1}})
    assert build.findings() == ["mart_sales_daily has no gros_sales with a sum, which its gate speaks of"]


def test_missing_or_damaged_results_refuse(build: Build, tmp_path: Path) -> None:
    config = SimpleNamespace(state=tmp_path, build_db=tmp_path / "build.duckdb")
    verdict = publish.judge(config, tmp_path / "none.json", "b1", "2011-01-01", {})
    assert (verdict.status, verdict.findings[0].kind) == ("refuse", "run")
    build.judge()
    (tmp_path / "build.duckdb").write_bytes(b"nonsense" * 1000)
    assert build.judge().status == "refuse"


def test_personal_columns_show_no_values(build: Build) -> None:
    build.mart["columns"]["shop_id"] = {"config": {"meta": {"pii": "id", "bounds": {"nulls": 0.0}}}}
    build.execute("insert into mart_sales_daily values (null, date '2011-01-03', 1, 0)")
    assert {check.observed for check in build.judge().findings} == {None}
