"""A shop whose spreadsheets are spoilt publishes by configuration alone; what was repaired and refused is said here.

Repaired: a header in line 2 of one year and in line 1 of the others, three junk lines above another; lines of commas,
of `column`, of `null` and of letters (left out, counted, told); a table on its side; dates with the day first, and
1,703 of them with the month first; AA311, which is article 311; a sale, 39 customers and 13 subcategories that come
twice; prices that stand in another file.
Refused: four lines of 2015 that hold the word null where the customer stands, and nothing else. Without its encoding
the customers' file is refused as a whole, and the line names what to set.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.end_to_end import adventureworks
from tests.end_to_end.adventureworks import AdventureWorks
from tests.end_to_end.shop import Shop

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def files(real_data: Path) -> Path:
    return real_data / "adventureworks"


@pytest.fixture(scope="module")
def expected(files: Path) -> AdventureWorks:
    return adventureworks.compute(files)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, repository: Path, real_data: Path) -> Shop:
    """The shop after one `opsmart run` with the example configuration."""
    example = repository / "ingestion" / "files" / "examples" / "adventureworks.yml"
    shop = Shop.from_example(tmp_path_factory.mktemp("adventureworks"), example, real_data)
    shop.environment["OPSMART_PII_KEY"] = "a key for tests, of no use elsewhere"
    return shop


@pytest.fixture(scope="module")
def printed(shop: Shop) -> str:
    return shop.run()


def test_what_was_left_out_is_told(shop: Shop, printed: str) -> None:
    assert "21 rows left out by `ignore`" in printed
    assert "LEFT OUT" not in printed
    manifest = f"{shop.warehouse}/raw/spreadsheets/_manifest/*/*.parquet"
    files = duckdb.sql(
        f"select input, file, rows, ignored from read_parquet('{manifest}') where ignored > 0 order by 1, 2"
    ).fetchall()
    assert files == [
        ("customers", "AdventureWorks_Customers.csv.gz", 18_187, 1),
        ("products", "AdventureWorks_Products.csv.gz", 293, 6),
        ("sales", "AdventureWorks_Sales_2015.csv.gz", 2_634, 4),
        ("sales", "AdventureWorks_Sales_2017.csv.gz", 29_482, 10),
    ]


def test_lines_that_say_nothing_are_refused(shop: Shop, printed: str) -> None:
    assert "AdventureWorks_Sales_2015.csv.gz: accepted without 4 of 2634 rows" in printed
    with duckdb.connect(str(shop.warehouse / "state" / "build.duckdb"), read_only=True) as connection:
        refused = connection.execute("select distinct file, row from staging.rejects order by 2").fetchall()
    assert refused == [("AdventureWorks_Sales_2015.csv.gz", row) for row in (29, 30, 31, 32)]


@pytest.mark.usefixtures("printed")
def test_every_line_is_there_once(shop: Shop, expected: AdventureWorks) -> None:
    sold = expected.raw_sales.filter(pl.col("OrderNumber").str.starts_with("SO"))
    # 14 lines of junk and four that were refused; one sale that comes twice.
    assert (expected.raw_sales.height - sold.height, sold.height - sold.unique().height) == (14 + 4, 1)
    ours = shop.ask("select count(*) as lines, count(distinct order_id) as orders from fct_order_lines")
    assert ours.row(0) == (expected.lines.height, expected.lines["order"].n_unique()) == (56_046, 25_164)


@pytest.mark.usefixtures("printed")
def test_each_month(shop: Shop, expected: AdventureWorks) -> None:
    ours = shop.ask(
        "select date as month, orders, units, (gross_sales * 10000)::bigint as value,"
        " (returns_by_refund_date * 10000)::bigint as returned from mart_sales_daily"
        " where period_type = 'month' and platform = 'all' and sales_channel = 'all'"
    )
    month = pl.col("day").dt.truncate("1mo").alias("month")
    sales = expected.lines.group_by(month).agg(
        orders=pl.col("order").n_unique(), units=pl.col("quantity").sum(), value=pl.col("value").sum()
    )
    returns = expected.returns.group_by(month).agg(returned=pl.col("value").sum())
    same(ours, sales.join(returns, on="month", how="left").with_columns(pl.col("returned").fill_null(0)))
    assert (ours["month"].min(), ours["month"].max()) == (date(2015, 1, 1), date(2017, 6, 1))


@pytest.mark.usefixtures("printed")
def test_dates_with_the_month_first_are_in_their_place(shop: Shop, expected: AdventureWorks) -> None:
    assert expected.lines["is_month_first"].sum() == 88 + 1_615
    ours = shop.ask("select order_id as order, created_date as day from fct_orders")
    same(ours, expected.lines.group_by("order").agg(pl.col("day").first()))


@pytest.mark.usefixtures("printed")
def test_each_product(shop: Shop, expected: AdventureWorks) -> None:
    ours = shop.ask(
        "select product_id as product, sum(units)::bigint as units, (sum(gross_sales) * 10000)::bigint as value"
        " from mart_product_performance where period_type = 'month' and level = 'product' group by all"
        " having sum(units) <> 0"  # articles that were on sale and did not sell stand there, too
    )
    theirs = expected.lines.group_by("product").agg(
        units=pl.col("quantity").sum(), value=pl.col("value").sum()
    )
    same(ours, theirs)


@pytest.mark.usefixtures("printed")
def test_each_products_returns(shop: Shop, expected: AdventureWorks) -> None:
    ours = shop.ask(
        "select product_id as product, sum(quantity)::bigint as units, (sum(amount) * 10000)::bigint as value"
        " from fct_refunds join dim_products using (variant_key) group by all"
    )
    theirs = expected.returns.group_by("product").agg(
        units=pl.col("quantity").sum(), value=pl.col("value").sum()
    )
    same(ours, theirs)
    assert expected.returns["price"].null_count() == 0  # AA311 and CC223 found their articles


@pytest.mark.usefixtures("printed")
def test_articles_have_the_category_of_a_table_on_its_side(
    shop: Shop, files: Path, expected: AdventureWorks
) -> None:
    keys, names = (adventureworks.read(files, "Product_Categories").columns[1:],
                   adventureworks.read(files, "Product_Categories").row(0)[1:])  # fmt: skip
    names_of = dict(zip(keys, names, strict=True))
    rows = adventureworks.read(files, "Product_Subcategory")
    assert rows.height - rows["ProductSubcategoryKey"].n_unique() == 13
    subcategories = rows.drop_nulls("ProductCategoryKey").unique("ProductSubcategoryKey")
    theirs = (
        expected.products.join(subcategories, left_on="subcategory", right_on="ProductSubcategoryKey")
        .with_columns(category=pl.col("ProductCategoryKey").replace_strict(names_of))
        .group_by("category")
        .agg(articles=pl.len().cast(pl.Int64))
    )
    same(shop.ask("select category, count(*) as articles from dim_products group by 1"), theirs)


@pytest.mark.usefixtures("printed")
def test_customers_go_once_and_nobody_is_named(shop: Shop, expected: AdventureWorks) -> None:
    assert expected.customers.height - expected.customers["CustomerKey"].n_unique() == 39
    with duckdb.connect(str(shop.warehouse / "state" / "build.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select count(*), count(distinct email_hash) from canonical.int_customers"
        ).fetchone()
    assert found == (18_148, 18_148)
    landed = duckdb.sql(f"from read_parquet('{shop.warehouse}/raw/spreadsheets/customers/*/*.parquet')")
    assert {"LastName", "BirthDate", "AnnualIncome"}.isdisjoint(landed.columns)
    assert landed.filter("EmailAddress like '%@%'").fetchall() == []


@pytest.mark.usefixtures("printed")
def test_an_order_of_three_customers_is_its_first_lines(shop: Shop, expected: AdventureWorks) -> None:
    """SO56916 names a customer on each of its lines. It stays one order, of the customer who comes first."""
    odd = expected.lines.group_by("order").agg(pl.col("customer").n_unique()).filter(pl.col("customer") > 1)
    assert odd["order"].to_list() == ["SO56916"]
    with duckdb.connect(str(shop.warehouse / "state" / "build.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select customer_id from canonical.int_orders where order_id = 'SO56916'"
        ).fetchall()
    assert found == [(expected.lines.filter(pl.col("order") == "SO56916")["customer"][0],)]


def test_a_wrong_encoding_is_told_with_what_fits(shop: Shop, tmp_path: Path) -> None:
    text = (shop.folder / "opsmart.yml").read_text(encoding="utf-8").replace("        encoding: cp1252\n", "")
    (tmp_path / "opsmart.yml").write_text(text, encoding="utf-8")
    told = Shop(tmp_path, shop.environment).call("check").stdout
    assert (
        "line 115, byte 13937: 0xc9 is not utf-8; it would decode as cp1252, latin-1 (set encoding)" in told
    )


def same(ours: pl.DataFrame, theirs: pl.DataFrame) -> None:
    """The same rows, whatever the order and the width of the numbers."""
    left, right = (
        frame.select(theirs.columns).with_columns(pl.selectors.integer().cast(pl.Int64)).sort(theirs.columns)
        for frame in (ours, theirs)
    )
    assert left.equals(right), f"{left}\n{right}"
