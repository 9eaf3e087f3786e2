"""mart_sales_daily: the sales of every period and cell, compared with the periods that it is to be judged by."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median

import polars as pl

from ingestion.demo.shop.calendar import black_friday, lunar_new_year
from tests.truth.periods import first_day, last_day, ratio
from tests.truth.registry import ledger
from tests.truth.sales_periods import CELL, sales_periods
from tests.truth.world import World

COMPARED = ("gross_sales", "paid_amount", "orders")
AIMS = ("gmv", "paid_amount", "net_sales", "orders")
PLACE = ["shop_id", "platform", "sales_channel"]
WEEKS, FEWEST = 8, 4
Row = dict[str, object]


@ledger("mart_sales_daily", *CELL)
def mart_sales_daily(world: World) -> pl.DataFrame:
    """Sales by themselves, beside last week's, last year's, the band of their weekday and their targets."""
    found = sales_periods(world)
    began = found.filter(pl.col("period_type") == "day").group_by("shop_id").agg(began=pl.col("date").min())
    found = _aimed(world, found.join(began, on="shop_id"))
    values = {
        name: dict(zip(found.select(CELL).iter_rows(), found[name].to_list(), strict=True))
        for name in COMPARED
    }
    rows = [
        _compared(row, values)
        for row in found.select(*CELL, "began", "is_complete_period", "paid_amount").to_dicts()
    ]
    kinds = {name: pl.Float64 for name in rows[0] if "mean" in name or "expected" in name} | {
        name: pl.Int64 for name in rows[0] if "_last_" in name or name == "festival_day"
    }
    beside = pl.DataFrame(rows, schema_overrides={**kinds, "festival": pl.String, "is_anomaly": pl.Boolean})
    known = pl.col("began").dt.offset_by("365d") <= first_day()
    return pl.concat(
        [found.with_columns(new_buyers_365d=pl.when(known).then("new_buyers_365d")).drop("began"), beside],
        how="horizontal",
    )


def _compared(row: Row, values: dict[str, dict[tuple[object, ...], int]]) -> Row:
    kind, day, began = row["period_type"], row["date"], row["began"]
    assert isinstance(day, date)
    assert isinstance(began, date)
    is_day = kind == "day"

    def value(name: str, at: date | None) -> int | None:
        if at is None or at < began:
            return None
        return values[name].get((row["shop_id"], kind, at, row["platform"], row["sales_channel"]), 0)

    if kind in ("day", "week"):
        year_ago = day - timedelta(days=364)
    else:
        leap = (day.month, day.day) == (2, 29)
        year_ago = day.replace(year=day.year - 1, day=28 if leap else day.day)
    festival = _festival(day) if is_day else None
    found: Row = {"festival": festival and festival[0], "festival_day": festival and festival[1]}
    for name in COMPARED:
        for days in (7, 28):
            spans = is_day and (day - began).days >= days - 1
            past = [value(name, day - timedelta(days=back)) or 0 for back in range(days)] if spans else []
            unit = 10_000 if name == "orders" else 1
            found[f"{name}_mean_{days}d"] = unit * sum(past) / days if spans else None
        found[f"{name}_last_week"] = value(name, day - timedelta(days=7) if is_day else None)
        found[f"{name}_last_year"] = value(name, year_ago)
        found[f"{name}_last_year_festival"] = value(name, festival[2] if festival else None)
    return found | _band(
        row, [value("paid_amount", day - timedelta(days=7 * n)) for n in range(1, WEEKS + 1)]
    )


def _band(row: Row, weeks: list[int | None]) -> Row:
    known = [one for one in weeks if one is not None]
    if row["period_type"] != "day" or len(known) < FEWEST:
        return {"paid_amount_expected_low": None, "paid_amount_expected_high": None, "is_anomaly": None}
    middle = median(known)
    reach = 3 * max(1.4826 * median(abs(one - middle) for one in known), 0.05 * middle)
    paid = row["paid_amount"]
    assert isinstance(paid, int)
    # As far as floats can tell.
    out = abs(paid - middle) > reach * (1 + 1e-12)
    return {
        "paid_amount_expected_low": max(middle - reach, 0.0),
        "paid_amount_expected_high": middle + reach,
        "is_anomaly": out if row["is_complete_period"] else None,
    }


def _festivals(year: int) -> dict[str, tuple[date, int, int]]:
    """By name: the day, and how many days before and after it belong to it."""
    return {
        "lunar_new_year": (lunar_new_year(year), 21, 15),
        "618": (date(year, 6, 18), 17, 2),
        "double_11": (date(year, 11, 11), 21, 2),
        "black_friday": (black_friday(year), 4, 3),
    }


def _festival(day: date) -> tuple[str, int, date] | None:
    """Name, days from the festival's own, and the same day of the year before's."""
    for year in (day.year, day.year + 1):
        for name, (own, before, after) in _festivals(year).items():
            if -before <= (day - own).days <= after:
                offset = (day - own).days
                return name, offset, _festivals(year - 1)[name][0] + timedelta(days=offset)
    return None


def _aimed(world: World, found: pl.DataFrame) -> pl.DataFrame:
    """With targets, completions and how much of the time has gone."""
    told = pl.concat(
        shop.rows("targets").select(
            "period",
            "metric",
            "value",
            pl.col("sales_channel").fill_null("all"),
            shop_id=pl.lit(shop.shop_id),
        )
        for shop in world.shops
    )
    aims = told.with_columns((pl.col("value").cast(pl.Decimal(38, 4)) * 10_000).cast(pl.Int64)).pivot(
        on="metric", index=["shop_id", "period", "sales_channel"], values="value"
    )
    aims = aims.select(
        "shop_id", "sales_channel", platform=pl.lit("all"), month=(pl.col("period") + "-01").str.to_date(),
        **{f"{name}_target": pl.col(name) if name in aims.columns else pl.lit(None, dtype=pl.Int64) for name in AIMS},
    )  # fmt: skip
    today = pl.DataFrame(
        {
            "shop_id": [*(shop.shop_id for shop in world.shops), "all"],
            "today": [*(shop.today for shop in world.shops), min(shop.today for shop in world.shops)],
        }
    )
    of_month = pl.col("period_type").is_in(["month", "month_to_date"])
    ends = (
        pl.when(pl.col("period_type") == "month_to_date")
        .then(pl.col("date").dt.month_end())
        .otherwise(last_day())
    )
    counted = pl.min_horizontal(last_day(), pl.col("today"))
    units = {name: 10_000 if name == "orders" else 1 for name in AIMS}
    return (
        found.join(today, on="shop_id")
        .with_columns(
            month=pl.when(of_month).then(pl.col("date").dt.truncate("1mo")),
            time_elapsed_share=((counted - first_day()).dt.total_days() + 1)
            / ((ends - first_day()).dt.total_days() + 1),
        )
        .join(aims, on=[*PLACE, "month"], how="left")
        .with_columns(
            **{
                f"{name}_completion": ratio(pl.col(name) * unit, pl.col(f"{name}_target"))
                for name, unit in units.items()
            }
        )
        .drop("today", "month")
    )
