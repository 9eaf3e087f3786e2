"""Every model is one SQL that DuckDB and Spark both run: compiled for Spark, nothing of DuckDB's own is left.

The mapping of a source is not the models' SQL: here each is the plain `select * from __raw__`.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.contracts import load_contracts
from tests.dbt.conftest import Dbt
from tests.dbt.spark import problems

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
NAMES = sorted(path.stem for path in MODELS.rglob("*.sql"))


@pytest.fixture(scope="module")
def compiled(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("spark")
    contracts = load_contracts()
    staged = [name.removeprefix("stg_") for name in NAMES if name.startswith("stg_")]
    selects = [
        {
            "source": "export", "type": "files", "entity": entity, "input": entity, "shop_id": "main",
            "timezone": "UTC", "derived": False, "rowwise": True, "version": True,
            "columns": list(contracts[entity].columns), "sql": "select * from __raw__",
        }
        for entity in staged
    ]  # fmt: skip
    with duckdb.connect(folder / "build.duckdb") as connection:
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.accepted_loads (source_name varchar, input varchar, load_id varchar, load_seq bigint,"
            " file varchar, is_current boolean, deletions bigint)"
        )
        connection.execute(
            "create table staging.rejects (source_name varchar, input varchar, load_id varchar, file varchar,"
            " row bigint, entity varchar)"
        )
        for entity in staged:
            connection.execute(
                "insert into staging.accepted_loads values ('export', ?, 'a', 1, 'one.csv', true, 0)",
                [entity],
            )
    variables = {
        "dialect": "spark",
        "as_of": "2024-01-01 00:00:00",
        "raw_dir": "raw",
        "shops": [
            {"shop_id": "main", "name": "M", "platform": "own_site", "timezone": "UTC", "currency": "EUR"}
        ],
        "reporting_currency": "EUR",
        "entity_selects": selects,
    }
    target = dbt(folder, variables, "compile", "--select", "resource_type:model")
    return {
        path.stem: path.read_text(encoding="utf-8") for path in (target / "compiled").rglob("models/**/*.sql")
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_model_compiles_to_what_spark_takes(compiled: dict[str, str], name: str) -> None:
    assert problems(compiled[name]) == []


@pytest.mark.parametrize(
    "sql",
    [
        "select * exclude (a) from t",
        "select datediff('day', a, b) from t",
        "select quantile_cont(a, 0.5) from t",
        "select last_value(a ignore nulls) over (order by b) from t",
        "select a from t asof join u on t.b >= u.b",
        "select * from generate_series(1, 3)",
        "select unnest(a) from t",
        "select a at time zone 'UTC' from t",
        "select * from read_parquet('x.parquet')",
        "select [1, 2] as a",
        "select 5 // 2 as a",
        "select a, count(*) from t group by a qualify row_number() over (order by a) = 1",
        "select cast(a as varchar) from t",
        "select sum(a) over (w rows unbounded preceding) from t window w as (order by b)",
        'select "a" from t',
    ],
)
def test_what_only_duckdb_has_is_seen(sql: str) -> None:
    assert problems(sql)


def test_what_both_have_passes() -> None:
    both = """
    with numbered as (
        select t.*, row_number() over w as n, sum(a) filter (where b > 0) over (partition by b) as s -- it's "so"
        from "build"."main"."t" as t
        qualify row_number() over (partition by a order by b) = 1
        window w as (partition by a order by b)
    ),
    total as (select max_by(a, b) as a, percentile_cont(0.5) within group (order by a) as m from numbered group by all)
    select cast(a as string) as a, a::decimal(18, 4) as d, interval '1' month as i from total where m in (select 1)
    """
    assert problems(both) == []
