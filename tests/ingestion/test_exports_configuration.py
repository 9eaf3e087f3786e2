"""What an `export:` brings to a configuration, what outweighs it, and columns that go by several names."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.config import Config, load_config
from ingestion.files import exports
from ingestion.files.settings import FilesSettings
from ingestion.mapping import EntitySelect, entity_selects
from quality.inputs import Input, missing_columns
from quality.lineage import columns_behind
from tests.ingestion.configurations import problems
from tests.ingestion.mappings import land, rows_of

HEAD = """\
shops: [{id: main, name: A, timezone: Europe/London, currency: GBP}]
sources:
  - name: ads
    type: files
    shop: main
    inputs:
"""
OWN = """\
      spend:
        path: spend.csv
        missing: ["--"]
        thousands: ","
        aliases: {cost: [Cost, 费用], day_: [Day, 日期, day_], clicks: [Clicks, 点击量], who: [Email, 邮箱]}
        personal: {who: email}
    entities:
      ad_spend:
        from: spend
        columns: {date: day_, platform: {value: google}, spend: cost, clicks: clicks, campaign: Campaign}
"""


def configured(folder: Path, text: str) -> Config:
    path = folder / "opsmart.yml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def select(folder: Path, text: str) -> EntitySelect:
    (found,) = entity_selects(configured(folder, text))
    return found


def test_any_name_of_an_alias_gives_the_column(tmp_path: Path) -> None:
    found = select(tmp_path, HEAD + OWN)
    chinese = {"日期": "2024-05-31", "费用": "1,234.50", "点击量": "--", "Campaign": "A"}
    row = {name: chinese.get(name) for name in found.raw_columns}
    with duckdb.connect() as duck:
        land(duck, [row])
        (given,) = rows_of(duck, found.sql)
        assert rows_of(duck, found.problems_sql) == []
    assert (str(given["date"]), float(given["spend"]), given["clicks"]) == ("2024-05-31", 1234.5, None)
    assert found.aliases["cost"] == ["Cost", "费用"]


def test_lineage_sees_through_aliases(tmp_path: Path) -> None:
    found = select(tmp_path, HEAD + OWN)
    behind = columns_behind(found.sql, found.raw_columns)
    assert behind["spend"] >= {"Cost", "费用"}
    assert behind["campaign"] == {"Campaign"}


class _Row:
    rows, load_seq, file = 3, 2, "b.csv"


def test_one_name_is_enough_none_is_drift_and_what_never_was_is_not(tmp_path: Path) -> None:
    found = select(tmp_path, HEAD + OWN)
    seen = {"cost": 1, "day": 1, "campaign": 1}
    one = Input("ads", "spend", tmp_path, (found,), first_seen=seen)
    row = _Row()
    assert missing_columns(one, row, ["费用", "日期", "Campaign"], {}) == ({}, ())  # type: ignore[arg-type]
    missing, _ = missing_columns(one, row, ["日期", "Campaign"], {"ad_spend": {"spend": {"Cost"}}})  # type: ignore[arg-type]
    assert missing == {"Cost (or 费用)": "ad_spend.spend"}
    # Clicks came with the first load, so a file without them has lost them.
    lost = Input("ads", "spend", tmp_path, (found,), first_seen={**seen, "点击量": 1})
    missing, _ = missing_columns(lost, row, ["Cost", "Day", "Campaign"], {})  # type: ignore[arg-type]
    assert [name.split(" ")[0] for name in missing] == ["Clicks"]


def test_personal_by_alias_covers_every_name_and_none_need_be_there(tmp_path: Path) -> None:
    (source,) = configured(tmp_path, HEAD + OWN).sources
    assert isinstance(source, FilesSettings)
    spend = source.inputs["spend"]
    assert {name: spend.personal[name] for name in ("Email", "邮箱")} == {"Email": "email", "邮箱": "email"}
    assert spend.may_lack >= {"Email", "邮箱"}


@pytest.mark.parametrize("name", exports.names())
def test_every_shipped_export_fits_the_contracts(tmp_path: Path, name: str) -> None:
    text = HEAD + f"      one: {{path: 'x/*.csv', export: {name}}}\n"
    config = configured(tmp_path, text)
    found = entity_selects(config)
    export = exports.load(name)
    given = {one.entity for one in found if not one.derived}
    assert given == set(export.entities)
    assert all((export.title, export.title_zh, export.recognise))
    source = config.sources[0]
    assert isinstance(source, FilesSettings)
    # A row of nothing runs through the SQL, whatever it says of the values.
    with duckdb.connect() as duck:
        for one in found:
            duck.execute("drop table if exists landed")
            land(duck, [dict.fromkeys(one.raw_columns)])
            rows_of(duck, one.sql)
            rows_of(duck, one.problems_sql)


def test_own_keys_outweigh_an_export(tmp_path: Path) -> None:
    text = (
        HEAD
        + """\
      orders:
        path: x/*.csv
        export: shopify_orders
        personal: {Notes: drop, Extra: hash}
        aliases: {brand_: [Marke]}
    entities:
      refunds:
      orders: {from: orders, columns: {sales_channel: {value: shop}, region: null}}
"""
    )
    config = configured(tmp_path, text)
    (source,) = config.sources
    assert isinstance(source, FilesSettings)
    personal = source.inputs["orders"].personal
    assert (personal["Notes"], personal["Extra"], personal["Email"]) == ("drop", "hash", "email")
    assert source.inputs["orders"].alias("brand_").raw == ("Marke", "Vendor")
    columns = {one.entity: one.columns for one in entity_selects(config)}
    assert "refunds" not in columns
    assert "region" not in columns["orders"]
    assert {"sales_channel", "total", "email_hash"} <= set(columns["orders"])


def test_two_inputs_may_give_one_entity(tmp_path: Path) -> None:
    text = HEAD + OWN.replace("    entities:\n", "      more: {path: more.csv}\n    entities:\n")
    text += "      ad_spend/more: {from: more, columns: {date: D, platform: {value: x}, spend: S}}\n"
    found = entity_selects(configured(tmp_path, text))
    assert [(one.entity, one.input) for one in found] == [("ad_spend", "spend"), ("ad_spend", "more")]


def test_mistakes_are_named(tmp_path: Path) -> None:
    text = (
        HEAD
        + "      one: {path: x.csv, export: shopify_order}\n"
        + "    entities: {products: {from: one, columns: {variant_id: a}}}\n"
    )
    assert problems(tmp_path, text) == [
        "7: sources[0].inputs.one.export: there is no export 'shopify_order' (did you mean shopify_orders?)"
    ]
    text = HEAD + OWN.replace('thousands: ","', 'thousands: "."')
    (line,) = problems(tmp_path, text)
    assert "thousands and decimal are both '.'" in line
