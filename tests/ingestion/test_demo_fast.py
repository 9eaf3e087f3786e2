"""The large shop: what its truth.json says is what DuckDB counts in its files, whoever wrote them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.config import load_config
from ingestion.contracts import load_contracts
from ingestion.demo.fast.configuration import ENTITIES
from ingestion.demo.fast.scale import Scale, parse_count
from ingestion.demo.fast.write import chunks_of, write_fast
from ingestion.demo.settings import GIVES
from ingestion.demo.shop.business import simulate
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.tables import rows
from ingestion.lake import land
from ingestion.mapping import entity_selects

SCALE = Scale(200_000, date(2026, 3, 31))
KEYS = {one.entity: [name for name in one.key if name in GIVES[one.entity].split()] for one in load_contracts().values()
        if one.entity in ENTITIES}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fast(tmp_path_factory.mktemp("large") / "shop", SCALE).out


@pytest.fixture(scope="module")
def truth(shop: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shop / "truth.json").read_text())
    return found


def ask(shop: Path, entity: str, what: str) -> tuple[Any, ...]:
    """An aggregate over the newest version of each row of an entity."""
    newest = (
        f"(select * from read_parquet('{shop}/{entity}/*.parquet') qualify row_number() over"
        f" (partition by {', '.join(KEYS[entity])} order by updated_at desc) = 1)"
    )
    with duckdb.connect() as connection:
        row = connection.execute(f"select {what} from {newest}").fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_files_have_the_demo_s_columns_and_as_many_rows_as_stated(
    entity: str, shop: Path, truth: dict[str, Any]
) -> None:
    frame = pl.read_parquet(shop / entity / "*.parquet")
    assert frame.columns == [*GIVES[entity].split(), "updated_at"]
    assert frame.height == truth["rows_in_files"][entity]
    assert ask(shop, entity, "count(*)") == (truth["distinct"][entity]["rows"],)
    plan = Plan(date(2026, 1, 1), date(2026, 1, 20), orders_per_day=10.0)
    demo = rows(simulate(plan), entity, plan.after(plan.end)).schema
    assert {name: kind for name, kind in frame.schema.items() if demo.get(name, kind) != kind} == {}


def test_orders_are_what_the_truth_says(shop: Path, truth: dict[str, Any]) -> None:
    known = truth["distinct"]["orders"]
    assert ask(
        shop, "orders",
        "count(paid_at), (sum(total) * 100)::bigint, (sum(total) filter (paid_at is not null) * 100)::bigint,"
        " (sum(discount_total) * 100)::bigint, count(customer_id), count(visitor_id)",
    ) == (
        known["paid"], known["total_cents"], known["paid_total_cents"], known["discount_cents"], known["signed_in"],
        known["with_session"],
    )  # fmt: skip
    for column, group in (("sales_channel", "by_channel"), ("financial_status", "by_status")):
        for value, count in known[group].items():
            assert ask(shop, "orders", f"count(*) filter ({column} = '{value}')") == (count,)


def test_lines_payments_refunds_and_stock_are_what_the_truth_says(shop: Path, truth: dict[str, Any]) -> None:
    known = truth["distinct"]
    lines = ask(shop, "order_lines", "sum(quantity)::bigint, (sum(quantity * unit_price) * 100)::bigint")
    assert lines == (known["order_lines"]["quantity"], known["order_lines"]["value_cents"])
    taken = "(sum(amount) filter (kind = '{}' and status = 'success') * 100)::bigint"
    money = ask(shop, "payments", f"{taken.format('sale')}, {taken.format('refund')}")
    assert money == (known["payments"]["captured_cents"], known["payments"]["refunded_cents"])
    assert ask(shop, "refunds", "(sum(amount) * 100)::bigint") == (known["refunds"]["amount_cents"],)
    assert ask(shop, "inventory_levels", "sum(on_hand)::bigint") == (known["inventory_levels"]["on_hand"],)
    spend = ask(shop, "ad_spend", "sum(clicks)::bigint, (sum(spend) * 100)::bigint")
    assert spend == (known["ad_spend"]["clicks"], known["ad_spend"]["spend_cents"])


def test_events_are_what_the_truth_says(shop: Path, truth: dict[str, Any]) -> None:
    known = truth["distinct"]["events"]
    assert known["rows"] == SCALE.events
    assert ask(shop, "events", "sum(engaged_ms)::bigint, count(distinct order_id)") == (
        known["engaged_ms"],
        known["orders_seen"],
    )
    for kind, count in known["by_type"].items():
        assert ask(shop, "events", f"count(*) filter (event_type = '{kind}')") == (count,)
    assert ask(shop, "events", "count(*) filter (user_agent_class = 'bot')") == (known["by_bots"],)
    assert 0.003 < truth["rows_in_files"]["events"] / known["rows"] - 1 < 0.008
    late = pl.read_parquet(shop / "events" / "*-late.parquet")
    assert late.height == known["late_or_again"]
    assert (late["received_at"] - late["event_at"]).min() >= pl.Series([86_400_000]).cast(
        pl.Duration("ms")
    ).item()


def test_orders_add_up_to_the_cent_and_have_their_sessions(shop: Path) -> None:
    orders = pl.read_parquet(shop / "orders" / "*.parquet").sort("updated_at").unique("order_id", keep="last")
    lines = pl.read_parquet(shop / "order_lines" / "*.parquet").group_by("order_id").agg(
        (pl.col("quantity") * pl.col("unit_price")).sum().alias("goods"), pl.col("discount", "tax").sum()
    )  # fmt: skip
    every = orders.join(lines, on="order_id", validate="1:1")
    assert every.height == orders.height
    reckoned = pl.col("goods") - pl.col("discount_total") + pl.col("shipping_total") + pl.col("tax_total")
    assert every.filter((reckoned != pl.col("total")) | (pl.col("tax") != pl.col("tax_total"))).is_empty()
    bought = pl.read_parquet(shop / "events" / "*.parquet").filter(pl.col("event_type") == "purchase")
    both = bought.unique("event_id").join(orders, on="order_id", validate="1:1")
    assert both.height == orders["visitor_id"].is_not_null().sum()
    assert (both["event_at"] == both["created_at"]).all()
    assert (both["sales_channel"] != "marketplace").all()


def test_the_same_files_come_from_one_process_and_from_two(tmp_path: Path) -> None:
    scale = Scale(460_000, date(2026, 3, 31), seed=3)
    assert len(chunks_of(scale)) == 2
    one, two = (write_fast(tmp_path / str(count), scale, processes=count).out for count in (1, 2))
    assert (one / "truth.json").read_text() == (two / "truth.json").read_text()
    for entity in ("events", "orders", "inventory_levels"):
        assert pl.read_parquet(one / entity / "*.parquet").equals(pl.read_parquet(two / entity / "*.parquet"))
    other = write_fast(tmp_path / "other", replace(scale, events=20_000, seed=4)).out
    assert not pl.read_parquet(other / "products" / "*.parquet").equals(
        pl.read_parquet(
            write_fast(tmp_path / "third", replace(scale, events=20_000)).out / "products" / "*.parquet"
        )
    )


def test_its_configuration_lands_and_maps_every_row(tmp_path: Path) -> None:
    small = write_fast(tmp_path / "shop", Scale(12_000, date(2026, 3, 31)))
    config = load_config(small.config)
    result = land(config, "export")
    assert result.rows == sum(small.rows.values())
    with duckdb.connect() as connection:
        for select in entity_selects(config):
            files = config.raw / "export" / select.entity / "load_id=*" / "*.parquet"
            ours = "1::bigint as _load_seq, load_id as _load_id, false as _deleted"
            raw = f"select *, {ours} from read_parquet('{files}', hive_partitioning = true)"
            connection.execute(f"create or replace temp view __raw__ as {raw}")
            assert connection.execute(f"from ({select.problems_sql}) limit 3").fetchall() == []


def test_a_folder_in_use_and_a_size_out_of_range_are_refused(tmp_path: Path) -> None:
    (tmp_path / "taken.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="not an empty folder"):
        write_fast(tmp_path, SCALE)
    with pytest.raises(ValueError, match="between 10,000 and 1,000,000,000"):
        Scale(10, date(2026, 3, 31))
    with pytest.raises(ValueError, match="no number of events"):
        parse_count("ten")
    assert [parse_count(text) for text in ("250000", "250k", "1.5M", "100M", "1_000_000")] == [
        250_000, 250_000, 1_500_000, 100_000_000, 1_000_000,
    ]  # fmt: skip
