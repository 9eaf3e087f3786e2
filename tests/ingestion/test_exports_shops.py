"""Exports of shop systems. Every fixture is made by hand from the vendor's published columns, as the mapping's file
says; the wanted values are worked out by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion import lake
from ingestion.config import load_config
from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion.exports_kit import Staged, csv_text
from tests.ingestion.landing import SECRET


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)


def at(said: str) -> datetime:
    return datetime.fromisoformat(said)


SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Street,Billing Zip,Billing Phone,Shipping Name,Shipping Zip,"
    "Shipping Province,Shipping Country,Notes,Cancelled at,Payment Method,Refunded Amount,Vendor,Outstanding Balance,"
    "Id,Tags,Source,Lineitem discount,Phone,Duties"
)
SHOPIFY_ROWS = """\
#1001,Ann@Example.com,paid,2024-05-31 10:00:00 -0400,fulfilled,2024-06-01 10:00:00 -0400,yes,USD,90.00,\
5.00,7.20,102.20,SAVE10,10.00,Standard,2024-05-31 09:59:00 -0400,2,Mug - Blue,25.00,,MUG-B,true,true,fulfilled,\
Ann Lee,1 Main St,'02101,+16175550101,Ann Lee,'02101,MA,US,call ann@example.com,,\
Shopify Payments,0.00,Acme,0.00,5501,vip,web,0.00,+16175550101,
#1001,Ann@Example.com,,,,,,,,,,,,,,2024-05-31 09:59:00 -0400,1,Plate,50.00,,PLA,true,true,fulfilled,,,,,,,,,,,,,\
Acme,,,,,0.00,,
#1002,bob@example.com,partially_refunded,2024-06-02 10:00:00 -0400,restocked,,no,USD,52.00,0.00,0.00,52.00,,0.00,,\
2024-06-02 10:00:00 -0400,1,Gift Card,50.00,,,false,false,unfulfilled,Bob,,,,,,,US,,2024-06-05 09:00:00 -0400,\
Shopify Payments,20.00,Acme,0.00,5502,,pos,0.00,,
#1002,bob@example.com,,,,,,,,,,,,,,2024-06-02 10:00:00 -0400,1,Tip,2.00,,,false,false,unfulfilled,,,,,,,,,,\
,,,,,,,,0.00,,
#1003,eve@example.com,partially_paid,,unfulfilled,,no,USD,30.00,0.00,0.00,30.00,,0.00,,2024-06-03 10:00:00 -0400,1,\
Plate,30.00,,PLA,true,true,unfulfilled,Eve,,,,,,,US,,,,0.00,Acme,15.00,5503,,web,0.00,,
""".splitlines()


def test_shopify_orders_come_from_first_rows_and_lines_from_all(tmp_path: Path) -> None:
    text = csv_text(SHOPIFY, *SHOPIFY_ROWS)
    staged = Staged(tmp_path, "shopify_orders", {"orders.csv": text.encode()}, "America/New_York", "USD")
    assert (staged.unreadable, staged.problems) == ([], [])
    first, second, third = staged.rows["orders"]
    assert first["order_id"] == "#1001"
    assert (first["created_at"], first["paid_at"]) == (at("2024-05-31T13:59"), at("2024-05-31T14:00"))
    assert (first["total"], first["discount_total"], first["shipping_total"], first["tax_total"]) == (
        Decimal("102.20"), Decimal(10), Decimal(5), Decimal("7.20"))  # fmt: skip
    assert (first["sales_channel"], first["country"], first["region"]) == ("web", "US", "MA")
    assert (second["financial_status"], second["fulfillment_status"]) == ("partially_refunded", "returned")
    assert (third["financial_status"], third["paid_at"]) == ("pending", None)  # 15.00 of it is outstanding
    lines = staged.rows["order_lines"]
    assert [(one["order_id"], one["variant_id"], one["quantity"], one["unit_price"]) for one in lines] == [
        ("#1001", "MUG-B", 2, Decimal(25)), ("#1001", "PLA", 1, Decimal(50)), ("#1002", "Gift Card", 1, Decimal(50)),
        ("#1002", "Tip", 1, Decimal(2)), ("#1003", "PLA", 1, Decimal(30))]  # fmt: skip
    assert [one["is_gift_card"] for one in lines] == [False, False, True, False, False]
    assert [one["line_type"] for one in lines] == ["merchandise"] * 3 + ["fee", "merchandise"]
    assert len({(one["order_id"], one["order_line_id"]) for one in lines}) == 5
    (refund,) = staged.rows["refunds"]
    assert (refund["order_id"], refund["amount"]) == ("#1002", Decimal(20))
    assert refund["refunded_at"] == at(
        "2024-06-05T13:00"
    )  # the cancellation: refunds have no date of their own


def test_shopify_order_total_is_its_lines_less_discount_plus_the_rest(tmp_path: Path) -> None:
    text = csv_text(SHOPIFY, *SHOPIFY_ROWS)
    staged = Staged(tmp_path, "shopify_orders", {"orders.csv": text.encode()}, "America/New_York", "USD")
    for order in staged.rows["orders"]:
        lines = [one for one in staged.rows["order_lines"] if one["order_id"] == order["order_id"]]
        goods = sum(one["quantity"] * one["unit_price"] for one in lines)
        extra = order["shipping_total"] + order["tax_total"] - order["discount_total"]
        assert goods + extra == order["total"]


def test_shopify_personal_columns_never_land(tmp_path: Path) -> None:
    text = csv_text(SHOPIFY, *SHOPIFY_ROWS)
    staged = Staged(tmp_path, "shopify_orders", {"orders.csv": text.encode()}, "America/New_York", "USD")
    assert not staged.raw & {
        "Billing Name",
        "Billing Street",
        "Shipping Zip",
        "Billing Phone",
        "Shipping Name",
    }
    lake.land(load_config(tmp_path / "opsmart.yml"), "shop")
    landed = b"".join(one.read_bytes() for one in (tmp_path / "warehouse").rglob("*") if one.is_file())
    for secret in (b"ann@example.com", b"Ann Lee", b"6175550101", b"1 Main St"):
        assert secret not in landed
    assert staged.column("orders", "email_hash")[0] != staged.column("orders", "email_hash")[1]


def test_shopify_header_that_drifts_is_refused_by_name(tmp_path: Path) -> None:
    text = csv_text(SHOPIFY.replace("Email", "E-Mail of the buyer"), *SHOPIFY_ROWS)
    staged = Staged(tmp_path, "shopify_orders", {"orders.csv": text.encode()}, "America/New_York", "USD")
    (reason,) = staged.unreadable
    assert reason is not None
    assert "E-Mail of the buyer" in reason


def test_shopify_products_carry_the_title_to_every_variant(tmp_path: Path) -> None:
    old = csv_text(
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,"
        "Image Src,Cost per item,Status",
        "mug,Mug,<p>x</p>,Acme,Kitchen,,true,Color,Blue,'001,25.00,http://x/1.png,10.00,active",
        "mug,,,,,,,,Red,MUG-R,26.00,,11.00,",
        "mug,,,,,,,,,,,http://x/2.png,,",
        "card,Gift Card,,Acme,,,true,Title,Default,,50.00,,,draft",
    )
    staged = Staged(tmp_path, "shopify_products", {"products.csv": old.encode()}, "America/New_York", "USD")
    assert (staged.unreadable, staged.problems) == ([], [])
    rows = sorted(staged.rows["products"], key=lambda one: one["variant_id"])
    columns = ("variant_id", "product_id", "title", "list_price", "unit_cost")
    assert [tuple(one[name] for name in columns) for one in rows] == [
        ("001", "mug", "Mug", Decimal(25), Decimal(10)), ("MUG-R", "mug", "Mug", Decimal(26), Decimal(11)),
        ("card/Default", "card", "Gift Card", Decimal(50), None)]  # fmt: skip
    assert [one["status"] for one in rows] == ["active", "active", "draft"]


def test_shopify_products_of_the_new_generation_of_names(tmp_path: Path) -> None:
    new = csv_text(
        "Title,URL handle,Description,Vendor,Product category,Type,Published on online store,Status,SKU,Option1 name,"
        "Option1 value,Price,Compare-at price,Cost per item,Inventory quantity",
        "Mug,mug,Nice,Acme,Home > Kitchen,Mugs,TRUE,Active,MUG-B,Color,Blue,25.00,30.00,10.00,5",
    )
    staged = Staged(tmp_path, "shopify_products", {"products.csv": new.encode()}, "America/New_York", "USD")
    (row,) = staged.rows["products"]
    assert (row["variant_id"], row["category"], row["list_price"]) == ("MUG-B", "Mugs", Decimal(25))


def test_shopify_customers_lose_their_apostrophes_and_names(tmp_path: Path) -> None:
    text = csv_text(
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
        "Default Address Address1,Default Address City,Default Address Province Code,Default Address Country Code,"
        "Default Address Zip,Default Address Phone,Phone,Total Spent,Total Orders,Note,Tags",
        "'7001,Ann,Lee,ann@example.com,yes,,1 Main St,Boston,MA,US,'02101,,'+16175550101,102.20,1,,vip",
    )
    staged = Staged(tmp_path, "shopify_customers", {"c.csv": text.encode()}, "America/New_York", "USD")
    (row,) = staged.rows["customers"]
    assert (row["customer_id"], row["city"], row["region"], row["country"], row["accepts_marketing"]) == (
        "7001", "Boston", "MA", "US", True)  # fmt: skip
    assert not staged.raw & {"First Name", "Last Name", "Default Address Zip"}


@pytest.mark.parametrize("chinese", [False, True])
def test_woocommerce_products_are_variations_and_simple_ones(tmp_path: Path, *, chinese: bool) -> None:
    header = (
        "ID,Type,SKU,Name,Published,Short description,In stock?,Stock,Regular price,Categories,Parent,Brands"
    )
    if chinese:
        header = "ID,类型,SKU,名称,已发布,简短描述,有货?,库存,常规售价,分类,父级,Brands"
    text = csv_text(
        header,
        '10,variable,MUG,Mug,1,,1,,,"Kitchen, Mugs",,Acme',
        "11,variation,MUG-B,Mug - Blue,1,,1,5,25.00,,MUG,",
        "12,simple,,Plate,-1,,0,0,50,Kitchen,,",
    )
    staged = Staged(
        tmp_path, "woocommerce_products", {"p.csv": b"\xef\xbb\xbf" + text.encode()}, "Europe/Paris", "EUR"
    )
    assert (staged.unreadable, staged.problems) == ([], [])
    assert staged.tuples("products", "variant_id", "product_id", "list_price", "status") == [
        ("MUG-B", "MUG", Decimal(25), "published"), ("12", "12", Decimal(50), "draft")]  # fmt: skip


def test_woocommerce_orders_of_analytics(tmp_path: Path) -> None:
    text = csv_text(
        'Date,"Order #",N. Revenue,Status,Customer,Customer type,Product(s),Items sold,Coupon(s),Attribution',
        '2024-05-31 10:00:00,101,"1,025.50",completed,Ann Lee,new,"2× Mug",2,,Direct',
        "2024-06-01 11:00:00,102,30,on-hold,Bob,returning,1× Plate,1,,Organic: Google",
    )
    staged = Staged(tmp_path, "woocommerce_orders", {"o.csv": text.encode()}, "Europe/Paris", "EUR")
    assert (staged.unreadable, staged.problems) == ([], [])
    assert staged.tuples("orders", "order_id", "total", "financial_status", "created_at") == [
        ("101", Decimal("1025.50"), "paid", at("2024-05-31T08:00")),
        ("102", Decimal(30), "pending", at("2024-06-01T09:00"))]  # fmt: skip
    assert "Customer" not in staged.raw
