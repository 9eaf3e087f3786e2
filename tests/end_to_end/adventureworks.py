"""AdventureWorks computed a second time, from the files, in polars: what was repaired, refused and sold.

Shares nothing with the warehouse: no SQL, no configuration, no canonical table. Money is in hundredths of a cent as
whole numbers, so that sums are exact. The files of sales are in the order of time, which tells how a date is meant.
"""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

DAY = "%d/%m/%Y"


@dataclass(frozen=True)
class AdventureWorks:
    """The files as they are, and what is left of them."""

    raw_sales: pl.DataFrame
    """All rows below the headers, junk too."""
    lines: pl.DataFrame
    """One row per sold line: order, article, customer, quantity, value, day."""
    returns: pl.DataFrame
    """One row per return: article, quantity, value, day."""
    products: pl.DataFrame
    customers: pl.DataFrame


def read(folder: Path, name: str, skip: int = 0, encoding: str = "utf-8") -> pl.DataFrame:
    """A file as text, from below `skip` lines of junk."""
    text = gzip.decompress((folder / f"AdventureWorks_{name}.csv.gz").read_bytes()).decode(encoding)
    return pl.read_csv(io.StringIO(text), skip_rows=skip, infer_schema=False)


def in_order(sales: pl.DataFrame) -> pl.DataFrame:
    """With `day`: of the days that a date may mean the first that is not before the day of the row above."""
    days: list[date | None] = []
    last = date.min
    for text in sales["OrderDate"]:
        parts = [int(part) for part in (text or "").split("/") if part.isdigit()]
        if len(parts) != 3:
            days.append(None)
            continue
        first, second, year = parts
        meant = {date(year, month, day) for day, month in ((first, second), (second, first)) if month <= 12}
        last = min(day for day in meant if day >= last)
        days.append(last)
    return sales.with_columns(day=pl.Series(days, dtype=pl.Date))


def compute(folder: Path) -> AdventureWorks:
    """Everything below, from the files of `folder`."""
    raw = pl.concat(
        in_order(read(folder, name, skip))
        for name, skip in (("Sales_2015", 1), ("Sales_2016", 0), ("Sales_2017", 0))
    )
    products = read(folder, "Products", 3).filter(pl.col("Product-ID").str.contains(r"^\d+$")).select(
        article="Product-ID",
        product="ModelName",
        subcategory="SubcategoryKey",
        price=(pl.col("ProductPrice").cast(pl.Float64) * 10_000).round().cast(pl.Int64),
    )  # fmt: skip
    lines = (
        raw.filter(pl.col("OrderNumber").str.starts_with("SO"))
        .unique(["OrderNumber", "OrderLineItem"], keep="first", maintain_order=True)
        .select(
            order="OrderNumber",
            line="OrderLineItem",
            article="ProductKey",
            customer="CustomerKey",
            territory="TerritoryKey",
            quantity=pl.col("OrderQuantity").cast(pl.Int64),
            day="day",
            is_month_first=pl.col("day") != pl.col("OrderDate").str.to_date(DAY),
        )
        .join(products, on="article", how="left")
        .with_columns(value=pl.col("quantity") * pl.col("price"))
    )
    returns = (
        read(folder, "Returns")
        .select(
            article=pl.col("ProductKey").str.extract(r"(\d+)$"),
            quantity=pl.col("ReturnQuantity").cast(pl.Int64),
            day=pl.col("ReturnDate").str.to_date(DAY),
        )
        .join(products, on="article", how="left")
        .with_columns(value=pl.col("quantity") * pl.col("price"))
    )
    customers = read(folder, "Customers", 1, "cp1252").filter(pl.col("CustomerKey").str.contains(r"^\d+$"))
    return AdventureWorks(raw, lines, returns, products, customers)
