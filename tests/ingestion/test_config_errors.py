"""Mistakes in the configuration file: each is told with its line and key, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.config import ConfigError, load_config
from tests.ingestion.configurations import GOOD, problems, with_line, written


def test_all_problems_are_told_at_once_with_line_key_and_nearest_name(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """\
warehose: ./w
as_of: yesterday
keep_releases: none
shops:
  - {id: main, name: A, timezone: Europe/Londn, currency: gbp}
  - {id: main, name: B, timezone: UTC, currency: EUR}
sources:
  - name: Retail Export
    type: files
    shop: main
    shop: again
    inputs:
      lines: {path: "${NO_SUCH_VARIABLE}/x.csv", encodng: utf8, personal: {A: emial}}
    entities:
      orders:
        from: lines
        columns: {order_id: A, created_at: {column: B, formt: x}}
  - {name: retail, type: file, shop: main}
  - {name: demo, type: demo, shop: main, sed: 7}
""",
    )
    expected = [
        "1: warehose: unknown key (did you mean warehouse?)",
        "2: as_of: 'yesterday' is neither now, nor latest, nor an instant",
        "3: keep_releases: should be a valid integer",
        "5: shops[0].timezone: 'Europe/Londn' is not an IANA time zone (did you mean Europe/London?)",
        "5: shops[0].currency: 'gbp' is not an ISO 4217 currency code (did you mean GBP?)",
        "6: shops[1].id: 'main' is taken by an earlier entry",
        "8: sources[0].name: 'Retail Export' should be lower-case letters, digits and underscores",
        "11: sources[0].shop: is given twice (first on line 10)",
        "13: sources[0].inputs.lines.path: the environment variable NO_SUCH_VARIABLE is not set",
        "13: sources[0].inputs.lines.encodng: unknown key (did you mean encoding?)",
        "13: sources[0].inputs.lines.personal.A: should be 'email', 'phone', 'hash', 'text', 'drop' or 'keep' (did you",
        "17: sources[0].entities.orders.columns.created_at.formt: unknown key (did you mean format?)",
        "18: sources[1].type: there is no source type 'file' (did you mean files?)",
        "19: sources[2].sed: unknown key (did you mean seed?)",
    ]
    for line in expected:
        assert any(one.startswith(line) for one in found), (line, found)
    assert len(found) == len(expected), found


def test_mappings_are_checked_in_the_same_go_as_keys(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """\
shops:
  - {id: main, name: A, timezone: Europe/London, currency: GBP}
  - {id: zwei, name: B, timezone: UTC, currency: EUR}
sources:
  - name: retail
    type: files
    shop: mian
    inputs:
      lines: {path: x.csv, encodng: utf8, personal: {Name: drop}}
    entities:
      order_line:
        from: lines
        select: select a as order_id
      orders:
        from: line
        columns:
          order_id: A
          creatd_at: {column: B, format: "%Q"}
          total: {value: abc}
          financial_status: {value: payed}
          customer_id: name
          tax_total: {column: T, id: true}
          region: {column: R, format: "%Y"}
      refunds:
        from: lines
        select: select a as refund_id, b as amount, c > 1 as refunded_at
      payments:
        from: lines
        select: |
          select a as payment_id, b as order_id, c as kind, d as status, e as amount, created_at
          from lines
      products:
        from: lines
        select: select (code as variant_id
      unit_costs:
        from: lines
        select: select now() as valid_from
""",
    )
    expected = [
        "3: shops[1].currency: is EUR, and what people spend is added up in GBP: no source gives exchange rates",
        "7: sources[0].shop: there is no shop 'mian' (did you mean main?)",
        "9: sources[0].inputs.lines.encodng: unknown key (did you mean encoding?)",
        "11: sources[0].entities.order_line: there is no entity 'order_line' (did you mean order_lines?)",
        "15: sources[0].entities.orders.from: there is no input 'line' (did you mean lines?)",
        "16: sources[0].entities.orders.columns: does not give created_at, which every one of orders needs",
        "18: sources[0].entities.orders.columns.creatd_at: orders has no column 'creatd_at' (did you mean created_at?)",
        "18: sources[0].entities.orders.columns.creatd_at.format: '%Q' is not a format",
        "19: sources[0].entities.orders.columns.total.value: 'abc' is not a number such as 12.34",
        "20: sources[0].entities.orders.columns.financial_status.value: 'payed' is not one of pending, authorized",
        "22: sources[0].entities.orders.columns.tax_total.id: is for identifiers; tax_total is decimal(18,4)",
        "23: sources[0].entities.orders.columns.region.format: is for times; region is varchar",
        "26: sources[0].entities.refunds.select: DuckDB refuses it: Cannot compare values of type VARCHAR",
        "29: sources[0].entities.payments.select: payments has no column 'created_at' (it belongs to orders",
        "34: sources[0].entities.products.select: is not valid SQL in its line 1: syntax error at or near",
        "37: sources[0].entities.unit_costs.select: uses now(), which may change from run to run",
    ]
    for line in expected:
        assert any(one.startswith(line) for one in found), (line, found)
    assert len(found) == len(expected), found


def test_mapping_that_reads_a_dropped_column_is_refused(tmp_path: Path) -> None:
    text = with_line(GOOD, "          customer_id: 收货人", after="currency: {value: CNY}")
    (told,) = problems(tmp_path, text)
    assert told.startswith("12: sources[0].entities.orders: reads '收货人', which `personal` drops")


def test_unknown_function_in_a_select_is_refused_with_duckdbs_suggestion(tmp_path: Path) -> None:
    text = GOOD.replace("状态 <> '测试'", "strip(状态) <> '测试'")
    (told,) = problems(tmp_path, text)
    assert told.startswith(
        "18: sources[0].entities.orders.where: DuckDB refuses it: Scalar Function with name strip"
    )
    assert "(did you mean" in told


def test_input_that_no_entity_uses_is_a_warning(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, with_line(GOOD, "      spare: {path: b.csv}", after="inputs:")))
    assert [str(one) for one in config.warnings] == [
        "opsmart.yml:8: sources[0].inputs.spare: no entity uses this input: it lands and stays unused"
    ]


def test_lines_without_anything_that_gives_their_orders_are_refused(tmp_path: Path) -> None:
    lines = """\
  - name: erp
    type: files
    shop: main
    inputs: {lines: {path: lines.csv}}
    entities:
      order_lines:
        from: lines
        select: select a as order_line_id, b as order_id, c as variant_id, d as quantity, e as unit_price
"""
    head = GOOD[: GOOD.index("sources:")] + "sources:\n"
    (told,) = problems(tmp_path, head + lines)
    assert told.startswith("9: sources[0].entities.order_lines: nothing gives the orders of shop main")
    assert "let order_lines also give order_id, created_at" in told
    assert len(load_config(written(tmp_path, GOOD + lines)).sources) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty or not a mapping"),
        ("- a\n- b\n", "is empty or not a mapping"),
        ("shops: [\n  {id: main\n", "is not valid YAML"),
        ("shops: []\nsources: {}\n", "2: sources: should be a list"),
        ("shops:\n  - main\nsources:\n  - demo\n", "4: sources[0]: should be a mapping of keys"),
    ],
)
def test_what_is_no_configuration_is_told_so(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in one for one in problems(tmp_path, text))


def test_what_is_no_text_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "opsmart.yml"
    path.write_bytes("shops: é".encode("latin-1"))
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(path)


def test_unknown_shop_or_source_is_told_with_the_nearest(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD))
    with pytest.raises(ConfigError, match=r"there is no source 'exprot' \(did you mean export\?\)"):
        config.source("exprot")
    with pytest.raises(ConfigError, match="there is no shop 'x'"):
        config.shop("x")
