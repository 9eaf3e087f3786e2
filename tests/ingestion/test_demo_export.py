"""`opsmart simulate`: files and a configuration that a newcomer can run as they are."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from ingestion.config import load_config
from ingestion.demo.export import simulate_to
from ingestion.demo.settings import DemoSettings
from ingestion.demo.shop.business import simulate
from ingestion.demo.shop.plan import Plan, both_shops
from ingestion.demo.shop.tables import ENTITIES
from ingestion.demo.source import plan_for

PLAN = Plan(date(2025, 5, 1), date(2025, 5, 20), orders_per_day=20.0)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_one_file_per_entity_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    done = simulate_to(tmp_path / "a", PLAN)
    simulate_to(tmp_path / "b", PLAN)
    assert done.files == len(ENTITIES)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    for entity in ENTITIES:
        frame = pl.read_csv(tmp_path / "a" / f"{entity}.csv", infer_schema=False)
        assert frame.height == done.rows[entity]
        assert frame.height > 0 or entity in {"live_sessions", "experiment_exposures"}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_without_personal_data_unless_asked(form: str, tmp_path: Path) -> None:
    simulate_to(tmp_path / "plain", PLAN, form=form)  # type: ignore[arg-type]
    read = partial(pl.read_csv, infer_schema=False) if form == "csv" else pl.read_parquet
    frames = [read(path) for path in (tmp_path / "plain").glob(f"*.{form}")]
    text = "\n".join(frame.write_csv() for frame in frames)
    assert len(frames) == len(ENTITIES)
    assert "@" not in text
    assert "555-01" not in text
    assert "Maple Street" not in text
    simulate_to(tmp_path / "personal", PLAN, with_personal=True)
    orders = pl.read_csv(tmp_path / "personal" / "orders.csv", infer_schema=False)
    assert orders["email"].str.contains("@").any()
    mapping = (tmp_path / "personal" / "opsmart.yml").read_text()
    assert "personal: {email: email, phone: phone, first_name: drop" in mapping


def test_guests_and_accounts_still_match_by_hash(tmp_path: Path) -> None:
    simulate_to(tmp_path / "out", PLAN, form="parquet")
    orders, customers = (
        pl.read_parquet(tmp_path / "out" / f"{name}.parquet") for name in ("orders", "customers")
    )
    both = orders.join(customers, on="email_hash")
    assert both.height > 50
    assert both.filter(
        pl.col("customer_id").is_not_null() & (pl.col("customer_id") != pl.col("customer_id_right"))
    ).is_empty()


def test_daily_files_grow_with_the_horizon_and_never_change(tmp_path: Path) -> None:
    out = tmp_path / "out"
    simulate_to(out, PLAN.until(date(2025, 5, 12)), daily=True)
    before = digests(out)
    simulate_to(out, PLAN, daily=True)
    after = digests(out)
    assert before.items() <= after.items()
    assert "orders/2025-05-20.csv" in after
    assert "orders/2025-05-20.csv" not in before


def test_daily_files_end_where_one_export_ends(tmp_path: Path) -> None:
    simulate_to(tmp_path / "daily", PLAN, form="parquet", daily=True)
    simulate_to(tmp_path / "once", PLAN, form="parquet")
    every = pl.read_parquet(tmp_path / "daily" / "orders" / "*.parquet")
    newest = every.sort("updated_at").unique("order_id", keep="last").sort("order_id")
    once = pl.read_parquet(tmp_path / "once" / "orders.parquet").sort("order_id")
    # Files cannot say that a (test) order is gone: daily ones keep what the final state leaves out.
    gone = newest.join(once, on="order_id", how="anti")
    assert gone["is_test"].all()
    assert newest.join(once, on="order_id", how="semi").equals(once)


def test_other_people_s_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "orders.csv").write_text("mine")
    with pytest.raises(FileExistsError, match="not empty"):
        simulate_to(tmp_path / "taken", PLAN)
    assert (tmp_path / "taken" / "orders.csv").read_text() == "mine"
    simulate_to(tmp_path / "ours", PLAN)
    with pytest.raises(FileExistsError, match="other settings"):
        simulate_to(tmp_path / "ours", PLAN, form="parquet")


def test_two_shops_stand_side_by_side_and_share_some_people(tmp_path: Path) -> None:
    plans = both_shops(date(2025, 5, 1), date(2025, 5, 31), seed=7, orders_per_day=20.0)
    done = simulate_to(tmp_path / "out", plans, form="parquet")
    assert done.files == 2 * len(ENTITIES)
    here, there = (pl.read_parquet(tmp_path / "out" / plan.shop_id / "orders.parquet") for plan in plans)
    assert set(here["currency"]) == {"CNY"}
    assert set(there["currency"]) == {"USD"}
    both = set(here["email_hash"].drop_nulls()) & set(there["email_hash"].drop_nulls())
    assert 0 < len(both) < 0.1 * here["email_hash"].n_unique()
    config = load_config(done.config)
    assert [source.name for source in config.sources] == ["shanghai", "new_york"]
    assert config.shop("shanghai").timezone == "Asia/Shanghai"


def test_texts_are_masked_or_declared(tmp_path: Path) -> None:
    plan = both_shops(date(2025, 4, 1), date(2025, 6, 30), seed=7, orders_per_day=20.0)[0]
    simulate_to(tmp_path / "plain", plan, form="parquet")
    bodies = pl.read_parquet(tmp_path / "plain" / "reviews.parquet")["body"].drop_nulls()
    assert bodies.str.contains("‹(email|phone)›").any()
    assert not bodies.str.contains("@|86 100").any()
    simulate_to(tmp_path / "personal", plan, form="parquet", with_personal=True)
    assert pl.read_parquet(tmp_path / "personal" / "reviews.parquet")["body"].str.contains("@|86 100").any()
    mapping = (tmp_path / "personal" / "opsmart.yml").read_text()
    assert "personal: {body: text}" in mapping
    assert "          body: body\n" in mapping


def test_the_example_s_shops_stay_small(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are landed and built by everybody who tries this out, and grow with every day."""
    monkeypatch.chdir(repository)
    config = load_config(repository / "opsmart.yml")
    orders = rows = 0
    for source in config.sources:
        assert isinstance(source, DemoSettings)
        plan = plan_for(source, config.shop(source.shop), today=date(2026, 12, 1))
        business = simulate(plan)
        orders += int((business.purchases.created_at < plan.after(plan.end)).sum())
        rows += len(business.stock.shelves.opening) * plan.days
    assert orders < 30_000
    assert rows < 400_000  # of daily stock
