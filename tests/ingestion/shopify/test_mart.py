"""From an empty folder to published marts; every figure below is worked out by hand from what the shop did."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.ingestion.shopify.kit import played
from tests.ingestion.shopify.shop import Shop


def _shop() -> Shop:
    """101: 3 shirts of 20, 6 off the order, 9 tax, 5 post; authorized, then captured; sent in two parcels; a week later
    one shirt is given back. 102: a gift card of 50. 103: 5 socks of 5, of which an edit takes 2 out. 104: a test.
    105: a scarf, on the day of the refund."""
    shop = Shop()
    shop.product(1, "Shirt", 20, 8, {1: 10})
    shop.product(2, "Gift card", 50, 0, {}, gift=True)
    shop.product(4, "Sock", 5, 1, {1: 100})
    shop.customer(7, "ann@mail.example")
    shop.discount("SIX", 0.1)
    line = shop.line(1, 3, tax=9, off={"SIX": 6})
    shop.order(101, line, shipping=5, paid="CAPTURE", customer=shop.customers[7])
    shop.order(102, shop.line(2, 1))
    shop.order(103, shop.line(4, 5))
    shop.order(104, shop.line(1, 1), test=True)
    shop.fulfil(101, {0: 1})
    shop.later(days=1)
    shop.fulfil(101, {0: 2})
    shop.take_out(103, 0, 2)
    shop.later(days=6)
    shop.refund(101, {0: 1})  # 20 less a third of 6, with a third of the tax: 18 + 3
    shop.product(5, "Scarf", 9, 4, {1: 5})
    shop.order(105, shop.line(5, 1))
    return shop


@pytest.mark.timeout(600)
def test_from_an_empty_folder_to_marts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    with played(tmp_path, monkeypatch, _shop(), polls=0) as shop:
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.cli.main", "--config", str(shop.config.path), "run"],
            cwd=repository,
            env=os.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        marts = duckdb.connect(str(shop.config.current / "warehouse.duckdb"), read_only=True)
    orders = marts.execute(
        "select order_id, gross_sales, discounts, shipping, tax, order_total, paid_amount, is_valid, units,"
        " returns, gift_card_sales, refunded_amount from fct_orders order by order_id"
    ).fetchall()
    numbers = [tuple(float(x) if isinstance(x, Decimal) else x for x in one) for one in orders]
    assert numbers == [
        # 60 - 6 + 5 + 9 = 68, taken once though authorized and captured
        ("101", 60, 6, 5, 9, 68, 68, True, 3, 18, 0, 21),
        ("102", 0, 0, 0, 0, 50, 50, True, 0, 0, 50, 0),  # a gift card: money taken, nothing sold yet
        ("103", 15, 0, 0, 0, 15, 25, True, 3, 0, 0, 0),  # 2 of 5 were taken out by an edit; 25 had been paid
        (
            "104",
            0,
            0,
            0,
            0,
            20,
            0,
            False,
            0,
            0,
            0,
            0,
        ),  # a test: what it says it owes, and nothing of it counts
        ("105", 9, 0, 0, 0, 9, 9, True, 1, 0, 0, 0),
    ]
    refunds = marts.execute(
        "select order_id, amount, merchandise_amount, refunded_at::date from fct_refunds"
    ).fetchall()
    assert [(order, float(amount), float(goods), str(day)) for order, amount, goods, day in refunds] == [
        ("101", 21, 18, "2026-09-08")  # a week after the order, at its own date
    ]
