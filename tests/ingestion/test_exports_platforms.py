"""Exports of ad consoles and Chinese marketplaces. Every fixture is made by hand from the columns that the mapping's
file names, in the encoding that the vendor uses; the wanted values are worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion.exports_kit import Staged, csv_text
from tests.ingestion.landing import SECRET
from tests.ingestion.mappings import at

DAY = date(2024, 5, 31)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)


def staged(
    folder: Path, export: str, content: bytes, zone: str = "Asia/Shanghai", currency: str = "CNY"
) -> Staged:
    found = Staged(folder, export, {"report.csv": content}, zone, currency)
    assert (found.unreadable, found.problems) == ([], [])
    return found


GOOGLE = csv_text(
    "Campaign report",
    '"May 31, 2024 - June 1, 2024"',
    "Day,Campaign,Campaign ID,Currency code,Impr.,Clicks,CTR,Cost,Conversions,Conv. value",
    '2024-05-31,Brand,701,USD,"12,345",67,0.54%,"1,234.50",2.50,"2,469.00"',
    "2024-05-31,Generic,702,USD,10,0, --,0,0.00,--",
    'Total: Account,,,USD,"12,355",67,0.54%,"1,234.50",2.50,"2,469.00"',
)
GOOGLE_ZH = csv_text(
    "广告系列报告",
    "2024年5月31日 - 2024年6月1日",
    "日期,广告系列,广告系列 ID,货币代码,展示次数,点击次数,点击率,费用,转化次数,转化价值",
    '2024-05-31,Brand,701,USD,"12,345",67,0.54%,"1,234.50",2.50,"2,469.00"',
    "2024-05-31,Generic,702,USD,10,0,--,0,0.00,--",
    '总计：账号,,,USD,"12,355",67,0.54%,"1,234.50",2.50,"2,469.00"',
)


@pytest.mark.parametrize("text", [GOOGLE, GOOGLE_ZH])
def test_google_ads_in_both_languages(tmp_path: Path, text: str) -> None:
    rows = staged(tmp_path, "google_ads_campaigns", text.encode(), "America/New_York", "USD").rows["ad_spend"]
    assert rows == [
        {"date": DAY, "platform": "google_ads", "campaign_id": "701", "campaign": "Brand", "ad_group_id": None,
         "impressions": 12345, "clicks": 67, "spend": Decimal("1234.50"), "currency": "USD",
         "platform_conversions": Decimal("2.5"), "platform_value": Decimal(2469)},
        {"date": DAY, "platform": "google_ads", "campaign_id": "702", "campaign": "Generic", "ad_group_id": None,
         "impressions": 10, "clicks": 0, "spend": Decimal(0), "currency": "USD", "platform_conversions": Decimal(0),
         "platform_value": None},
    ]  # fmt: skip


def test_google_ads_without_days_is_refused_by_its_header(tmp_path: Path) -> None:
    text = GOOGLE.replace("Day,Campaign", "Month,Campaign")
    found = Staged(tmp_path, "google_ads_campaigns", {"r.csv": text.encode()}, "America/New_York", "USD")
    (reason,) = found.unreadable
    assert reason is not None
    assert "Day" in reason


@pytest.mark.parametrize(
    "header",
    [
        (
            "Day,Campaign name,Campaign ID,Ad set name,Impressions,Link clicks,Amount spent (EUR),Purchases,"
            "Purchases conversion value,Reporting starts,Reporting ends"
        ),
        (
            "单日,广告系列名称,广告系列编号,广告组名称,展示次数,链接点击量,已花费金额 (EUR),购物次数,"
            "购物转化价值,报告开始日期,报告结束日期"
        ),
    ],
)
def test_meta_takes_the_currency_from_the_header_and_leaves_the_totals_out(
    tmp_path: Path, header: str
) -> None:
    text = csv_text(
        header,
        ',,,,"5,500",130,150.75,3,450,2024-05-31,2024-06-01',
        "2024-05-31,Sale,1201,Broad,5000,120,100.50,2,300.00,2024-05-31,2024-05-31",
        "2024-06-01,Sale,1201,Lookalike,500,10,50.25,1,150.00,2024-06-01,2024-06-01",
    )
    rows = staged(tmp_path, "meta_ads", text.encode("utf-8-sig"), "Europe/Paris", "EUR").rows["ad_spend"]
    assert [(one["date"], one["campaign_id"], one["ad_group_id"], one["spend"], one["currency"]) for one in rows] == [
        (DAY, "1201", "Broad", Decimal("100.50"), "EUR"),
        (date(2024, 6, 1), "1201", "Lookalike", Decimal("50.25"), "EUR")]  # fmt: skip
    assert [(one["platform_conversions"], one["platform_value"]) for one in rows] == [(2, 300), (1, 150)]


def test_meta_row_over_several_days_is_refused(tmp_path: Path) -> None:
    text = csv_text(
        "Campaign name,Impressions,Amount spent (EUR),Reporting starts,Reporting ends",
        "Sale,5000,100.50,2024-05-01,2024-05-31",
        "Sale,10,1.50,2024-06-01,2024-06-01",
    )
    found = Staged(tmp_path, "meta_ads", {"r.csv": text.encode()}, "Europe/Paris", "EUR")
    assert [one[:2] for one in found.problems] == [("ad_spend", "date")]
    assert found.column("ad_spend", "date") == [None, date(2024, 6, 1)]


def test_tiktok(tmp_path: Path) -> None:
    text = csv_text(
        "Date,Campaign name,Campaign ID,Cost,Impressions,Clicks (destination),Conversions,Currency",
        '2024-05-31,Launch,1790000000000001,"12,500.50","23,000",340,3,USD',
        'Total of 1 results,-,-,"12,500.50","23,000",340,3,USD',
    )
    (row,) = staged(tmp_path, "tiktok_ads", text.encode(), "America/New_York", "USD").rows["ad_spend"]
    assert (row["platform"], row["campaign_id"], row["spend"], row["clicks"]) == (
        "tiktok", "1790000000000001", Decimal("12500.50"), 340)  # fmt: skip


def test_oceanengine_in_gbk(tmp_path: Path) -> None:
    text = csv_text(
        "账户名称,计划ID,计划名称,日期,消耗(元),展示次数,点击率(%),点击次数,转化数,直接成交订单数,直接成交金额(元)",
        '某某旗舰店,17900001,夏季上新,2024-05-31,"1,250.75","120,000",1.20%,1440,30,12,"3,588.00"',
        "某某旗舰店,17900002,清仓,2024-05-31,0,-,-,-,-,-,-",
        '总计,-,-,-,"1,250.75","120,000",-,1440,30,12,"3,588.00"',
    )
    rows = staged(tmp_path, "oceanengine_ads", text.encode("gbk")).rows["ad_spend"]
    assert [(one["campaign"], one["spend"], one["impressions"], one["platform_conversions"]) for one in rows] == [
        ("夏季上新", Decimal("1250.75"), 120000, 12), ("清仓", 0, None, None)]  # fmt: skip
    assert rows[0]["platform_value"] == 3588


def test_sycm_shop_day_in_gbk_below_its_notes(tmp_path: Path) -> None:
    text = csv_text(
        "【生意参谋平台】以下数据由生意参谋提供,,,,,",
        "统计周期：2024-05-31,,,,,",
        "统计日期,访客数,浏览量,加购人数,支付买家数,支付金额,支付转化率",
        '2024-05-31,"12,345","45,678",890,321,"98,765.40",2.60%',
        "2024-06-01,-,-,-,-,-,-",
    )
    found = Staged(tmp_path, "sycm_shop_daily", {"r.csv": text.encode("gbk")}, "Asia/Shanghai", "CNY")
    assert (found.unreadable, found.problems) == ([], [])
    first, second = found.rows["traffic_daily"]
    assert first == {
        "date": DAY, "scope": "shop", "device": None, "uv": 12345, "pv": 45678, "cart_uv": 890, "paying_buyers": 321,
        "paid_amount": Decimal("98765.40")}  # fmt: skip
    assert (second["uv"], second["paid_amount"]) == (None, None)


def test_sycm_products_day(tmp_path: Path) -> None:
    text = csv_text(
        "统计日期,商品ID,商品名称,货号,商品状态,商品访客数,商品浏览量,商品加购人数,支付买家数,支付金额",
        '2024-05-31,="708801234567",连衣裙,A01,当前在线,877,"2,133",39,2,"10,095.00"',
    )
    (row,) = staged(tmp_path, "sycm_products_daily", text.encode("gb18030")).rows["traffic_daily"]
    assert (row["scope"], row["scope_id"], row["uv"], row["pv"], row["paid_amount"]) == (
        "product", "708801234567", 877, 2133, 10095)  # fmt: skip


def test_jd_shop_and_sources(tmp_path: Path) -> None:
    shop = csv_text(
        "日期,浏览量(PV),访客数(UV),加购客户数,成交客户数,成交金额",
        '2024-05-31,"5,000","1,200",80,30,"9,876.50"',
    )
    (row,) = staged(tmp_path, "jd_shangzhi_daily", shop.encode("gbk")).rows["traffic_daily"]
    assert (row["scope"], row["scope_id"], row["uv"], row["paid_amount"]) == (
        "shop",
        None,
        1200,
        Decimal("9876.50"),
    )
    (tmp_path / "sources").mkdir()
    sources = csv_text(
        "日期,一级渠道,二级渠道,浏览量(PV),访客数(UV),加购客户数,成交客户数,成交金额",
        "2024-05-31,京东免费,搜索,1000,300,20,10,1.2万",
    )
    (row,) = staged(tmp_path / "sources", "jd_shangzhi_daily", sources.encode("gbk")).rows["traffic_daily"]
    assert (row["scope"], row["scope_id"], row["paid_amount"]) == ("source", "京东免费 / 搜索", 12000)


DOUDIAN = csv_text(
    "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,订单应付金额,运费,收件人,收件人手机号,省,市,区,街道,"
    "详细地址,买家留言,订单提交时间,商家备注,订单完成时间,支付完成时间,APP渠道,流量来源,订单状态,承诺发货时间,达人ID,达人昵称,售后状态,"
    "平台实际承担优惠金额,商家实际承担优惠金额,达人实际承担优惠金额",
    '"\t6917926768823643751","\t6917926768823643751","\t辣条","\t1袋",2,"\t3391","\tSKU-1",50.00,74.00,0.00,##密文,$$密文,'
    "浙江省,杭州市,##,##,##密文,,2024-05-31 00:54:10,-,2024-06-03 13:18:29,2024-05-31 00:54:30,抖音,直播,已完成,"
    '2024-06-02 00:54:10,"\t7592255573464597541",某达人,-,21.00,5.00,0.00',
    '"\t6917926768823643751","\t6917926768823643752","\t辣片","\t1袋",1,"\t3392","\t-",30.00,30.00,0.00,##密文,$$密文,'
    "浙江省,杭州市,##,##,##密文,,2024-05-31 00:54:10,-,-,2024-05-31 00:54:30,抖音,直播,待发货,"
    "2024-06-02 00:54:10,-,-,-,"
    "0.00,0.00,0.00",
    '"\t6917926768823643760","\t6917926768823643760","\t辣条","\t1袋",1,"\t3391","\tSKU-1",50.00,50.00,0.00,##密文,$$密文,'
    "上海市,上海市,##,##,##密文,,2024-05-31 09:00:00,-,-,-,抖音,搜索,已关闭,-,-,-,-,0.00,0.00,0.00",
)


def test_doudian_orders_and_lines(tmp_path: Path) -> None:
    found = staged(tmp_path, "doudian_orders", DOUDIAN.encode("utf-8-sig"))
    names = ("order_id", "order_line_id", "variant_id", "quantity", "unit_price", "discount")
    assert found.tuples("order_lines", *names) == [
        ("6917926768823643751", "6917926768823643751", "SKU-1", 2, 50, 5),
        ("6917926768823643751", "6917926768823643752", "3392", 1, 30, 0),
        ("6917926768823643760", "6917926768823643760", "SKU-1", 1, 50, 0),
    ]
    orders = found.rows["orders"]
    assert [one["financial_status"] for one in orders] == ["paid", "paid", "voided"]
    assert orders[0]["created_at"] == at(2024, 5, 30, 16, 54, 10)
    assert (orders[0]["creator_id"], orders[1]["creator_id"]) == ("7592255573464597541", None)
    assert orders[2]["paid_at"] is None
    assert {"收件人", "收件人手机号", "详细地址", "达人昵称"}.isdisjoint(found.raw)
    assert {one["variant_id"]: one["title"] for one in found.rows["products"]} == {
        "SKU-1": "辣条",
        "3392": "辣片",
    }


def test_doudian_live_sessions(tmp_path: Path) -> None:
    text = csv_text(
        "主播昵称,主播抖音号,直播开始时间,直播结束时间,直播时长(分钟)",
        "某某旗舰店,moumou,2024/05/31 19:00:21,2024/05/31 23:00:21,240",
    )
    (row,) = staged(tmp_path, "doudian_live_sessions", text.encode()).rows["live_sessions"]
    assert (row["account"], row["started_at"], row["ended_at"]) == (
        "moumou", at(2024, 5, 31, 11, 0, 21), at(2024, 5, 31, 15, 0, 21))  # fmt: skip
