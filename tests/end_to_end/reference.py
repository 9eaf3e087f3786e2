"""The Online Retail year computed a second time, from the files, in polars: what the marts must say.

Shares nothing with the warehouse but the definitions: no SQL, no configuration, no canonical table. Money is in
hundredths of a penny as whole numbers, so that sums are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

POSTAGE = ["POST", "DOT", "C2"]
NOT_GOODS = [*POSTAGE, "BANK CHARGES", "AMAZONFEE", "CRUK", "M", "B", "D", "S"]
WINDOW_DAYS = 365


@dataclass(frozen=True)
class Reference:
    """What the marts must say, each frame in the shape of its mart."""

    raw_rows: int
    duplicate_rows: int
    lines: pl.DataFrame
    """One row per sale line: order, customer, article, quantity, value, is_goods, at, day."""
    orders: pl.DataFrame
    """One row per valid order: order, customer (NULL: anonymous), day, gross, returns."""
    refunds: pl.DataFrame
    """One row per cancelled line: order (NULL: no earlier sale), value, goods, day."""
    as_of: datetime


def read(folder: Path) -> pl.DataFrame:
    """All rows of all files as text, with numbers and times beside."""
    files = sorted(folder.glob("*.csv.gz"))
    rows = pl.concat(pl.read_csv(file, infer_schema=False) for file in files)
    return rows.with_columns(
        quantity=pl.col("Quantity").cast(pl.Int64),
        price=(pl.col("UnitPrice").cast(pl.Float64) * 10_000).round().cast(pl.Int64),
        at=pl.col("InvoiceDate").str.to_datetime("%Y-%m-%d %H:%M:%S"),
        article=pl.col("StockCode").str.strip_chars().str.to_uppercase(),
        customer=pl.col("CustomerID").str.strip_suffix(".0"),
    ).with_columns(value=pl.col("quantity") * pl.col("price"), day=pl.col("at").dt.date())


def compute(folder: Path) -> Reference:
    """Everything below, from the files of `folder`."""
    raw = read(folder)
    rows = raw.unique(
        [
            "InvoiceNo",
            "StockCode",
            "Description",
            "Quantity",
            "InvoiceDate",
            "UnitPrice",
            "CustomerID",
            "Country",
        ],
        keep="first",
        maintain_order=True,
    )
    is_gift = pl.col("article").str.starts_with("GIFT_")
    is_goods = ~pl.col("article").is_in(NOT_GOODS)
    is_sale = is_goods & ~is_gift & (pl.col("price") != 0)
    cancelled = pl.col("InvoiceNo").str.starts_with("C")
    lines = rows.filter(~cancelled & (pl.col("quantity") > 0)).with_columns(
        order=pl.col("InvoiceNo"), is_sale=is_sale, has_goods=is_goods
    )
    cancellations = rows.filter(cancelled).with_columns(
        quantity=-pl.col("quantity"),
        value=-pl.col("value"),
        goods=-pl.when(is_goods).then(pl.col("value")).otherwise(0),
    )
    refunds = match(lines, cancellations)
    returns = (
        refunds.filter(pl.col("order").is_not_null()).group_by("order").agg(returns=pl.col("goods").sum())
    )
    orders = (
        lines.group_by("order")
        .agg(
            customer=pl.col("customer").first(),
            at=pl.col("at").min(),
            day=pl.col("day").min(),
            gross=pl.col("value").filter(pl.col("is_sale")).sum(),
            units=pl.col("quantity").filter(pl.col("is_sale")).sum(),
            total=pl.col("value").sum(),
            is_of_goods=pl.col("has_goods").any(),
        )
        .filter(pl.col("is_of_goods") & (pl.col("total") > 0))
        .join(returns, on="order", how="left")
        .with_columns(pl.col("returns").fill_null(0))
        .with_columns(net=pl.col("gross") - pl.col("returns"))
    )
    return Reference(
        raw_rows=raw.height,
        duplicate_rows=raw.height - rows.height,
        lines=lines,
        orders=orders,
        refunds=refunds,
        as_of=raw["at"].max(),  # type: ignore[arg-type]
    )


def match(lines: pl.DataFrame, cancellations: pl.DataFrame) -> pl.DataFrame:
    """Each cancelled line with the latest earlier sale of the customer's article that has units not yet returned.

    Cancellations are served in the order of time; one takes its units from the latest sales first.
    """
    piles: dict[tuple[str, str], list[tuple[datetime, str, int]]] = {}
    for customer, article, at, order, quantity in (
        lines.filter(pl.col("customer").is_not_null())
        .sort("at", "order")
        .select("customer", "article", "at", "order", "quantity")
        .iter_rows()
    ):
        piles.setdefault((customer, article), []).append((at, order, quantity))
    found: list[str | None] = []
    returned: dict[tuple[str, str], dict[int, int]] = {}
    ordered = cancellations.sort("at", "InvoiceNo", maintain_order=True)
    for customer, article, at, quantity in ordered.select(
        "customer", "article", "at", "quantity"
    ).iter_rows():
        pile = piles.get((customer, article), []) if customer is not None else []
        taken = returned.setdefault((customer, article), {})
        open_sales = [
            (place, order, sold - taken.get(place, 0))
            for place, (sold_at, order, sold) in enumerate(pile)
            if sold_at < at and sold > taken.get(place, 0)
        ]
        found.append(open_sales[-1][1] if open_sales else None)
        for place, _, left in reversed(open_sales):
            units = min(left, quantity)
            taken[place] = taken.get(place, 0) + units
            quantity -= units
    return ordered.with_columns(order=pl.Series(found, dtype=pl.String))


def cohorts(reference: Reference) -> pl.DataFrame:
    """cohort_month, period_number, cohort_size, active_customers, orders, net: observed months, 0 where idle."""
    orders = reference.orders.filter(pl.col("customer").is_not_null()).with_columns(
        month=pl.col("day").dt.truncate("1mo")
    )
    orders = orders.with_columns(cohort_month=pl.col("month").min().over("customer"))
    months = orders["month"].unique().sort()
    sizes = orders.group_by("cohort_month").agg(cohort_size=pl.col("customer").n_unique())
    active = orders.group_by("cohort_month", "month").agg(
        active_customers=pl.col("customer").n_unique(), orders=pl.len(), net=pl.col("net").sum()
    )
    return (
        sizes.join(pl.DataFrame({"month": months}), how="cross")
        .filter(pl.col("month") >= pl.col("cohort_month"))
        .join(active, on=["cohort_month", "month"], how="left")
        .with_columns(
            pl.col("active_customers", "orders", "net").fill_null(0),
            period_number=(pl.col("month").dt.year() - pl.col("cohort_month").dt.year()) * 12
            + pl.col("month").dt.month().cast(pl.Int32)
            - pl.col("cohort_month").dt.month().cast(pl.Int32),
        )
    )


def rfm(reference: Reference) -> pl.DataFrame:
    """customer, recency_days, frequency, monetary and the three scores over the window that ends at as_of."""
    today: date = reference.as_of.date()
    customers = (
        reference.orders.filter(
            pl.col("customer").is_not_null() & ((pl.lit(today) - pl.col("day")).dt.total_days() < WINDOW_DAYS)
        )
        .group_by("customer")
        .agg(
            recency_days=(pl.lit(today) - pl.col("day").max()).dt.total_days(),
            frequency=pl.len(),
            monetary=pl.col("net").sum(),
        )
    )

    def score(values: pl.Expr, series: pl.Series) -> pl.Expr:
        cuts = [series.quantile(share, interpolation="linear") for share in (0.2, 0.4, 0.6, 0.8)]
        return pl.lit(1) + pl.sum_horizontal((values > cut).cast(pl.Int32) for cut in cuts)

    return customers.with_columns(
        recency_score=score(-pl.col("recency_days"), -customers["recency_days"]),
        frequency_score=score(pl.col("frequency"), customers["frequency"]),
        monetary_score=score(pl.col("monetary"), customers["monetary"]),
    )
