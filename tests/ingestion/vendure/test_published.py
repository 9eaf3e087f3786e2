"""From an empty folder to published marts, and the source run alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.ingestion.vendure.fake_vendure import FakeVendure
from tests.ingestion.vendure.records import order, refund


def ran(repository: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=repository,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def test_help_and_a_dry_run(shop: FakeVendure, configured, repository: Path) -> None:
    config = configured()
    assert "--dry-run" in ran(repository, "ingestion.vendure", "--help")
    shop.put("orders", order(1))
    said = ran(repository, "ingestion.vendure", "--config", str(config.path), "--dry-run")
    assert "orders" in said
    assert not config.raw.exists()


@pytest.mark.soak  # a whole run; that of the real server is one of the rigs
@pytest.mark.timeout(600)
def test_marts_are_published(shop: FakeVendure, configured, repository: Path) -> None:
    """Ten orders of two pieces at 10.00 less 1.00: gross 200, discounts 20; one piece of one is given back for 10.80,
    9.00 of it goods."""
    for number in range(1, 11):
        shop.put("orders", order(number, days_ago=10 - number))
    shop.records["orders"]["3"]["payments"][0]["refunds"] = [refund("8", 1080, {"35": 1})]
    config = configured()
    ran(repository, "orchestration.cli.main", "--config", str(config.path), "run")
    with duckdb.connect(str(config.current / "warehouse.duckdb"), read_only=True) as marts:
        orders = marts.execute(
            "select count(*), sum(gross_sales), sum(discounts), sum(returns), sum(net_sales), sum(paid_amount)"
            " from fct_orders where is_valid"
        ).fetchall()
        sales = marts.execute(
            "select sum(gross_sales), sum(discounts), sum(units) from mart_sales_daily"
            " where period_type = 'day' and platform <> 'all' and sales_channel <> 'all'"
        ).fetchall()
        stock = marts.execute(
            "select sum(on_hand) from fct_inventory_daily where date = (select max(date) from fct_inventory_daily)"
        ).fetchall()
    assert [tuple(float(one) for one in row) for row in orders] == [(10, 200, 20, 9, 171, 266)]
    assert [tuple(float(one) for one in row) for row in sales] == [(200, 20, 20)]
    assert stock == [(42,)]
