"""From an unknown file to a configuration that loads, and to the rows that come out of it. No mapping for these files
is in the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ingestion.config import ConfigError, load_config
from ingestion.files.look.suggestion import Asked, Suggestion, suggest_mapping, write
from ingestion.files.look.writing import appended, scalar
from ingestion.source import SourceError

SALES = """\
Row ID,Order ID,Order Date,Ship Date,Customer ID,Customer Name,State,Postal Code,Product ID,Category,Product Name,\
Sales,Quantity,Discount,Profit
1,US-1,11/8/2024,11/11/2024,CG-1,Ann Lee,Texas,76106,P-1,Chairs,"Chair, big",20.00,2,0.2,4.00
2,US-1,11/8/2024,11/11/2024,CG-1,Ann Lee,Texas,76106,P-2,Paper,Pad,9.00,3,0,3.00
3,US-2,11/21/2024,11/22/2024,CG-2,Bob Ray,Ohio,43215,P-1,Chairs,"Chair, big",12.50,1,0,2.50
"""
GERMAN = """\
Shop-Export;;;;;;;
;;;;;;;
Bestellnummer;Bestelldatum;E-Mail;Artikelnummer;Bezeichnung;Menge;Einzelpreis;Status
B1;31.05.2024 10:00;a@beispiel.de;A-1;Stühle;1;1.234,50 €;Bezahlt
B2;01.06.2024 11:00;b@beispiel.de;A-2;Tisch;2;99,00 €;Storniert
Gesamt;;;;;;1.432,50 €;
"""
REVIEWS = """\
Review Date,Product ID,Reviewer Name,Rating,Review Text
2024-05-31,P1,Ann Lee,5,Great
2024-06-01,P2,Bob Ray,1,Broke, mail me
""".replace("Broke, mail me", '"Broke, mail me at x@y.com"')
STOCK = 'SKU,Product,Warehouse,On Hand,Cost price,Price\nS1,Mug,East,"1,200",2.50,5.00\nS2,Cup,West,30,1.00,3.00\n'


def suggested(folder: Path, files: dict[str, str | bytes], **asked: Any) -> Suggestion:
    paths = []
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(path)
    return suggest_mapping(Asked(paths, out=folder / "opsmart.yml", **asked))


def rows(found: Suggestion, entity: str, *names: str) -> list[tuple[Any, ...]]:
    assert found.trial is not None
    (outcome,) = [one for one in found.trial.outcomes if one.entity == entity]
    places = [outcome.columns.index(name) for name in names]
    return [tuple(None if row[at] is None else str(row[at]) for at in places) for row in outcome.rows]


def test_flat_sales_give_lines_orders_products_and_customers(tmp_path: Path) -> None:
    found = suggested(tmp_path, {"sales.csv": SALES}, timezone="UTC", currency="USD")
    assert (found.problems, found.is_complete) == ([], True)
    assert rows(found, "order_lines", "order_line_id", "variant_id", "quantity", "unit_price", "unit_cost") == [
        ("1", "P-1", "2", "10.0000", "8.0000"), ("2", "P-2", "3", "3.0000", "2.0000"),
        ("3", "P-1", "1", "12.5000", "10.0000")]  # fmt: skip
    assert rows(found, "orders", "order_id", "created_at")[2] == ("US-2", "2024-11-21 00:00:00")
    assert rows(found, "products", "variant_id", "title", "category")[0] == ("P-1", "Chair, big", "Chairs")
    assert {one[0] for one in rows(found, "customers", "customer_id")} == {"CG-1", "CG-2"}
    options = found.proposals[0].options
    assert (options["dates"], options["personal"]) == (
        "month_first",
        {"Customer Name": "drop", "Postal Code": "drop"},
    )
    assert "# check: unit_price" in found.text
    assert "Ship Date" in found.text.partition("not mapped")[2]


def test_german_export_is_read_as_germans_write(tmp_path: Path) -> None:
    found = suggested(tmp_path, {"export.csv": GERMAN.encode("cp1252")}, timezone="Europe/Berlin")
    assert found.is_complete
    assert rows(found, "order_lines", "order_id", "unit_price") == [("B1", "1234.5000"), ("B2", "99.0000")]
    assert rows(found, "orders", "created_at", "financial_status", "email_hash") == [
        ("2024-05-31 08:00:00", "paid", "‹hash›"), ("2024-06-01 09:00:00", "voided", "‹hash›")]  # fmt: skip
    assert "currency: EUR" in found.text
    assert "beispiel.de" not in found.text
    assert "Bezahlt: paid" in found.text


def test_chinese_export_in_gbk(tmp_path: Path) -> None:
    text = (
        "订单编号,买家会员名,总金额,订单状态,收货人姓名,联系手机,订单创建时间,宝贝标题,宝贝总数量\n"
        '="20240531001",小明,25.00,交易成功,张三,\'13800138000,2024-05-31 10:00:00,杯子,2\n'
        '="20240531002",小红,9.00,交易关闭,李四,\'13800138001,2024-06-01 10:00:00,盘子,1\n'
    )
    found = suggested(tmp_path, {"ExportOrderList.csv": text.encode("gbk")})
    assert found.is_complete
    assert rows(found, "order_lines", "order_id", "unit_price") == [
        ("20240531001", "12.5000"),
        ("20240531002", "9.0000"),
    ]
    assert [one[0] for one in rows(found, "orders", "financial_status")] == ["paid", "voided"]
    assert "timezone: Asia/Shanghai, currency: CNY" in found.text
    assert found.proposals[0].options["personal"]["收货人姓名"] == "drop"


def test_reviews_and_a_stock_list_know_what_they_are(tmp_path: Path) -> None:
    reviews = suggested(tmp_path, {"reviews.csv": REVIEWS}, timezone="UTC")
    assert rows(reviews, "reviews", "product_id", "rating", "body") == [
        ("P1", "5.0000", "Great"), ("P2", "1.0000", "Broke, mail me at ‹email›")]  # fmt: skip
    stock = suggested(tmp_path, {"stock.csv": STOCK}, timezone="UTC")
    assert rows(stock, "inventory_levels", "variant_id", "on_hand") == [("S1", "1200"), ("S2", "30")]
    assert rows(stock, "products", "variant_id", "unit_cost") == [("S1", "2.5000"), ("S2", "1.0000")]
    assert "the file does not say of which day it is" in stock.text


def test_several_files_make_one_source_and_same_headers_one_input(tmp_path: Path) -> None:
    found = suggested(
        tmp_path,
        {
            "orders_2024-01.csv": "order_id,customer_id,order_date,status\no1,c1,2024-05-31 10:00:00,shipped\n",
            "orders_2024-02.csv": "order_id,customer_id,order_date,status\no2,c2,2024-06-30 10:00:00,canceled\n",
            "items.csv": "order_id,order_item_id,product_id,price,quantity\no1,1,p1,5.00,2\no2,1,p1,6.00,1\n",
            "products.csv": "product_id,product_name,category\np1,Mug,Kitchen\n",
        },
        timezone="UTC",
        currency="EUR",
    )
    assert (found.problems, found.is_complete) == ([], True)
    config = YAML(typ="safe").load(found.text)
    (source,) = config["sources"]
    assert {name: one["path"] for name, one in source["inputs"].items()}["orders"] == "orders_2024-*.csv"
    assert set(source["entities"]) == {"orders", "order_lines", "products"}
    assert "title" not in source["entities"]["order_lines"]["columns"]


def test_shipped_export_is_known_by_its_header(tmp_path: Path) -> None:
    text = (
        'Campaign report\n"May 2024"\nDay,Campaign,Impr.,Clicks,Cost\n2024-05-31,Brand,"1,200",5,"1,000.50"\n'
    )
    found = suggested(tmp_path, {"google.csv": text}, timezone="UTC")
    assert found.is_complete
    assert found.proposals[0].export == "google_ads_campaigns"
    assert rows(found, "ad_spend", "spend", "impressions") == [("1000.5000", "1200")]
    assert "entities:" not in found.block


def test_named_entity_outweighs_the_look(tmp_path: Path) -> None:
    found = suggested(tmp_path, {"x.csv": "sku,name,price\na,Mug,5\n"}, entity="unit_costs", timezone="UTC")
    assert not found.is_complete
    assert "unit_cost is needed" in found.text


def test_what_nobody_knows_is_listed_and_not_called_complete(tmp_path: Path) -> None:
    found = suggested(tmp_path, {"x.csv": "foo,bar\n1,2\n3,4\n"}, timezone="UTC")
    assert not found.is_complete
    assert "foo (whole numbers)" in found.text


def test_ambiguous_dates_are_marked(tmp_path: Path) -> None:
    text = "Order ID,Order Date,SKU,Qty,Price\nA,05/06/2024,s,1,2.00\nB,07/08/2024,s,1,2.00\n"
    found = suggested(tmp_path, {"x.csv": text}, timezone="UTC")
    assert "no value has a number above 12: month_first is a guess" in found.text


def test_written_configuration_loads_and_takes_one_more_source(tmp_path: Path) -> None:
    out = tmp_path / "opsmart.yml"
    write(suggested(tmp_path, {"sales.csv": SALES}, timezone="UTC", currency="USD"), out)
    before = out.read_text()
    second = suggested(tmp_path, {"reviews.csv": REVIEWS})
    assert not second.is_new
    write(second, out)
    config = load_config(out)
    assert [one.name for one in config.sources] == ["sales", "reviews"]
    assert out.read_text().startswith(before.rstrip())
    third = suggested(tmp_path, {"reviews.csv": REVIEWS})
    assert third.source == "reviews_2"


def test_configuration_that_would_not_load_is_left_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "opsmart.yml"
    write(suggested(tmp_path, {"reviews.csv": REVIEWS}, timezone="UTC", currency="USD"), out)
    before = out.read_text()
    lines = suggested(tmp_path, {"items.csv": "order_id,sku,quantity,price\no1,s1,2,5.00\n"})
    assert "nothing gives the orders" in lines.problems[0]
    with pytest.raises(ConfigError, match="left as it is"):
        write(lines, out)
    assert out.read_text() == before
    assert not list(tmp_path.glob(".map-*"))


@pytest.mark.parametrize(
    ("asked", "word"),
    [({"entity": "order"}, "did you mean orders"), ({"timezone": "Europe/Berln"}, "Europe/Berlin"),
     ({"currency": "eu"}, "EUR")],
)  # fmt: skip
def test_wrong_options_are_named(tmp_path: Path, asked: dict[str, str], word: str) -> None:
    with pytest.raises(ConfigError, match=word):
        suggested(tmp_path, {"reviews.csv": REVIEWS}, **asked)


def test_file_that_is_not_there_or_no_table(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        suggest_mapping(Asked([tmp_path / "none.csv"]))
    with pytest.raises(SourceError, match="no table"):
        suggested(tmp_path, {"x.csv": "<html>"})


def test_source_is_put_behind_the_others_whatever_follows() -> None:
    text = (
        "shops: []\nsources:\n- name: a # first\n  type: demo\n\n# the daily run\nschedule:\n  at: '06:00'\n"
    )
    block = "  - name: b\n    type: files\n"
    wanted = "- name: a # first\n  type: demo\n\n- name: b\n  type: files\n\n# the daily run\nschedule:"
    assert wanted in appended(text, block)
    with pytest.raises(ValueError, match="sources"):
        appended("sources: []\n", block)


@pytest.mark.parametrize(
    "text",
    ["a: b", "#x", "yes", "- a", "订单 编号", "it's", 'say "x"', "a\tb", "1", "{x}", "Größe", "Order #"],
)
def test_scalars_are_read_back(text: str) -> None:
    assert YAML(typ="safe").load(f"key: {scalar(text)}")["key"] == text
