"""What Dagster shows: the whole way of the data, with the real models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.lib.settings import activate
from tests.orchestration.built import write_config

Graph = dict[str, set[str]]


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.Definitions]:
    """The definitions of a shop with the demo source."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPSMART_ACTIVE_CONFIG", "DAGSTER_HOME"):
            patch.setenv(name, "")
        activate(write_config(tmp_path_factory.mktemp("shop")))
        from orchestration.definitions import defs

        yield defs()


def path_of(key: dg.AssetKey) -> str:
    return "/".join(key.path)


def upstream(definitions: dg.Definitions, name: str) -> set[str]:
    """Every asset that the one with this key is made from."""
    graph = definitions.resolve_asset_graph()
    todo, seen = [dg.AssetKey(name.split("/"))], set()
    while todo:
        for parent in graph.get(todo.pop()).parent_keys - seen:
            seen.add(parent)
            todo.append(parent)
    return {path_of(key) for key in seen}


def test_the_lineage_goes_from_raw_to_the_release(definitions: dg.Definitions) -> None:
    before = upstream(definitions, "release")
    assert {
        "raw/demo/orders",
        "staging/accepted_loads",
        "staging/stg_orders",
        "canonical/int_orders",
    } <= before
    assert {"mart_sales_daily", "dim_customers", "verdict"} <= before
    assert upstream(definitions, "staging/stg_orders") == {
        "staging/accepted_loads",
        *(
            path_of(key)
            for key in definitions.resolve_asset_graph().get_all_asset_keys()
            if key.path[0] == "raw"
        ),
    }
    staged = definitions.resolve_asset_graph().get(dg.AssetKey(["staging", "stg_orders"])).parent_keys
    assert dg.AssetKey(["raw", "demo", "orders"]) in staged
    assert dg.AssetKey(["raw", "demo", "refunds"]) not in staged


def test_every_asset_has_a_group_a_description_and_a_kind(definitions: dg.Definitions) -> None:
    specs = definitions.resolve_all_asset_specs()
    assert {spec.group_name for spec in specs} == {
        "raw", "gates", "staging", "intermediate", "marts", "seeds", "release",
    }  # fmt: skip
    assert [path_of(spec.key) for spec in specs if not spec.description or not spec.kinds] == []


def test_everything_that_writes_shares_one_pool(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert {pool for key in graph.get_all_asset_keys() for pool in graph.get(key).pools or {None}} == {
        "warehouse"
    }


def test_the_gates_are_checks(definitions: dg.Definitions) -> None:
    checks = {
        (path_of(key.asset_key), key.name) for key in definitions.resolve_asset_graph().asset_check_keys
    }
    assert ("verdict", "publish_gate") in checks
    assert ("verdict", "mart_sales_daily") in checks
    assert ("staging/accepted_loads", "accepts_demo_orders") in checks
    assert any(asset == "mart_sales_daily" for asset, _ in checks)


def test_the_schedule_is_daily_in_the_shops_zone_and_off(definitions: dg.Definitions) -> None:
    daily = definitions.resolve_schedule_def("daily")
    assert (daily.cron_schedule, daily.execution_timezone) == ("0 6 * * *", "Europe/London")
    assert daily.default_status is dg.DefaultScheduleStatus.STOPPED
    assert daily.job_name == "refresh"


def test_the_reconciliation_is_weekly_before_the_daily_run_and_off(definitions: dg.Definitions) -> None:
    weekly = definitions.resolve_schedule_def("weekly_reconciliation")
    assert (weekly.cron_schedule, weekly.execution_timezone) == ("0 4 * * 0", "Europe/London")
    assert weekly.default_status is dg.DefaultScheduleStatus.STOPPED
    with dg.instance_for_test() as instance, dg.build_schedule_context(instance) as context:
        (request,) = weekly.evaluate_tick(context).run_requests
    assert request.run_config["resources"]["warehouse"]["config"] == {"reconcile": True}


def test_landing_and_building_together_are_everything(definitions: dg.Definitions) -> None:
    jobs = {
        name: set(definitions.resolve_job_def(name).asset_layer.executable_asset_keys)
        for name in ("land", "build", "refresh")
    }
    assert jobs["land"] | jobs["build"] == jobs["refresh"]
    assert not jobs["land"] & jobs["build"]


def test_the_entry_point_only_loads_the_folder(repository: Path) -> None:
    assert len((repository / "orchestration" / "definitions.py").read_text().splitlines()) <= 12
