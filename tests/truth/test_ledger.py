"""Every mart says what the simulated shops know to be true, cell by cell, whenever it is looked at."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

import tests.truth.marts  # noqa: F401  (registers the ledgers)
from tests.truth import built
from tests.truth.built import Moment, Warehouse
from tests.truth.compare import Wrong, compare
from tests.truth.lines import lines
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.refunds import refunds
from tests.truth.registry import LEDGERS

pytestmark = pytest.mark.timeout(900)

MOMENTS = (
    # At first half of the history at once, looked at from before its end: what came later is not known yet.
    Moment(date(2024, 12, 15), "2024-12-12 03:30:00"),
    # The rest arrives in one piece: months of changes to what was known, again looked at from before.
    Moment(date(2025, 3, 19), "2025-03-10 12:00:00"),
    # A day more. It is the next day in Shanghai, not yet in New York.
    Moment(date(2025, 3, 20), "2025-03-20 17:00:00"),
)
"""Steps of one warehouse, each built on top of the one before."""

WITHOUT_LEDGER: dict[str, str] = {}
"""Marts and facts that nothing here speaks for, each with the reason."""


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, str], list[Wrong]]:
    """What is wrong, by step and table."""
    folder = tmp_path_factory.mktemp("truth")
    warehouse = Warehouse(folder, built.runner(folder / "dbt"))
    found = {}
    for number, moment in enumerate(MOMENTS):
        warehouse.build(moment)
        world = built.world(moment)
        for name, ledger in LEDGERS.items():
            found[number, name] = compare(warehouse.database, ledger, world)
    return found


@pytest.mark.parametrize("table", sorted(LEDGERS))
def test_a_table_says_the_truth(wrong: dict[tuple[int, str], list[Wrong]], table: str) -> None:
    found = [
        f"as of {moment.as_of}: {one}"
        for number, moment in enumerate(MOMENTS)
        for one in wrong[number, table]
    ]
    assert not found, "\n" + "\n".join(found)


def test_every_mart_has_its_ledger(repository: Path) -> None:
    marts = {path.stem for path in (repository / "dbt_project/models/marts").glob("*/*.sql")}
    assert marts - WITHOUT_LEDGER.keys() == LEDGERS.keys() - {n for n in LEDGERS if n.startswith("int_")}
    assert not WITHOUT_LEDGER.keys() & LEDGERS.keys()


def test_the_world_holds_what_the_ledger_is_to_judge() -> None:
    """A case that never happens is judged by nobody."""
    world = built.world(MOMENTS[1])
    orders, sold, back = fct_orders(world), lines(world), refunds(world)
    people = orders.filter(~pl.col("is_anonymous")).group_by("customer_key").agg(pl.col("shop_id").n_unique())
    counts = {
        "test orders": orders["is_test"].sum(),
        "voided orders": orders["is_voided"].sum(),
        "unpaid orders": (~orders["is_paid"]).sum(),
        "orders of nobody": orders["is_anonymous"].sum(),
        "people of two shops": (people["shop_id"] > 1).sum(),
        "valid orders without a known cost": (orders["is_valid"] & orders["cogs"].is_null()).sum(),
        "paid on another day": (orders["paid_date"] != orders["created_date"]).sum(),
        "pre-sales with a deposit": sum(
            int((shop.business.payments.deposit > 0).sum()) for shop in world.shops
        ),
        "orders told late": sum(int((~shop.known_orders()).sum()) for shop in world.shops),
        "giveaways": sold["is_giveaway"].sum(),
        "gift cards": sold["is_gift_card"].sum(),
        "fees and samples": (sold["line_type"] != "merchandise").sum(),
        "sets": sum(int(shop.business.baskets.lines.is_set.sum()) for shop in world.shops),
        "failed refunds": (back["status"] == "failed").sum(),
        "pending refunds": (back["status"] == "pending").sum(),
        "refunds of shipping": (~back["of_line"]).sum(),
        "refunds of gift wrapping": (back["of_line"] & ~back["is_sale"]).sum(),
        "refunds kept off the shelf": (back["is_counted"] & ~back["is_restocked"]).sum(),
        "refunds in a later month": (
            back["refunded_date"].dt.month() != back["order_created_date"].dt.month()
        ).sum(),
        "rates of another currency": (orders["reporting_rate"] != 1).sum(),
    }
    assert {case for case, count in counts.items() if not count} == set(), counts


def test_the_ledger_shares_nothing_with_what_it_judges(repository: Path) -> None:
    """No SQL, no DuckDB, nothing of dbt: only comparing and building know the warehouse."""
    folder = repository / "tests/truth"
    apart = {"compare.py", "built.py", "test_ledger.py"}
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name not in apart:
            assert not re.search(r"duckdb|tests\.dbt|dbt_project/|\bselect [\w*]", text), path


def test_a_wrong_cell_is_found(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The comparison itself: one cent, one unit, one missing and one strange row are seen."""
    folder = tmp_path_factory.mktemp("wrong")
    world = built.world(MOMENTS[0])
    ledger = LEDGERS["fct_orders"]
    truth = ledger.compute(world)
    database = folder / "build.duckdb"
    changes = {
        "gross_sales": "update fct_orders set gross_sales = gross_sales + 0.0001 where order_key = ?",
        "units": "update fct_orders set units = units + 1 where order_key = ?",
        "is_first_order": "update fct_orders set is_first_order = not is_first_order where order_key = ?",
        "rows": "delete from fct_orders where order_key = ?",
    }
    for column, change in changes.items():
        database.unlink(missing_ok=True)
        with duckdb.connect(str(database)) as connection:
            connection.register("truth", truth)
            casts = ", ".join(f"cast({name} / 10000.0 as decimal(18, 4)) as {name}" for name in _MONEY)
            connection.execute(f"create table fct_orders as select * replace ({casts}) from truth")
            connection.execute(change, [truth["order_key"][0]])
        assert [one.column for one in compare(database, ledger, world)] == [column]


_MONEY = (
    "gross_sales", "discounts", "returns", "net_sales", "shipping", "tax", "cogs", "paid_amount", "refunded_amount",
    "gift_card_sales", "payment_fees", "order_total", "gross_sales_reporting", "net_sales_reporting",
)  # fmt: skip
