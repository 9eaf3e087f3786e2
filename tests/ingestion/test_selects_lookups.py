"""A select may complete each row of its input with other inputs of its source."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.config import load_config
from ingestion.config_errors import ConfigError
from ingestion.mapping import EntitySelect, entity_selects
from ingestion.mapping.selects import SelectError, understand

HEAD = """
shops: [{id: main, name: A, timezone: Europe/London, currency: GBP}]
sources:
  - name: retail
    type: files
    shop: main
    inputs:
      lines: {path: lines.csv}
      prices: {path: prices.csv%s}
    entities:
      order_lines:
        from: lines
        select: |
          select l.Id as order_line_id, l."Order" as order_id, l.Code as variant_id, l.Qty as quantity,
              %s as unit_price, l.Placed as created_at
          from lines as l %s
"""
KEYED = ", key: [Code]"
JOIN = "left join prices on prices.Code = l.Code"


def mapped(folder: Path, key: str = KEYED, price: str = "prices.Price", join: str = JOIN) -> EntitySelect:
    path = folder / "opsmart.yml"
    path.write_text(HEAD % (key, price, join), encoding="utf-8")
    return next(one for one in entity_selects(load_config(path)) if one.entity == "order_lines")


def rows(select: EntitySelect, prices: str) -> list[tuple]:
    with duckdb.connect() as connection:
        ours = "'L1' as _load_id, 1 as _load_seq, 'f.csv' as _file, {row} as _row, false as _deleted"
        connection.execute(
            "create table lines as select '1' as Id, 'o1' as \"Order\", code as Code, '2' as Qty,"
            f" '2026-01-01' as Placed, {ours.format(row='number')} from (values ('a', 1), ('b', 2)) as t(code, number)"
        )
        connection.execute(f"create table prices as {prices}")
        sql = select.sql.replace("__raw__", "lines").replace(select.lookups[0].placeholder, "prices")
        return connection.execute(
            f"select variant_id, unit_price::double, _file, _row from ({sql}) order by 4"
        ).fetchall()


def price_list(*values: tuple[str, str, int, bool]) -> str:
    listed = ", ".join(str((*one[:3], one[3])) for one in values)
    return (
        "select code as Code, price as Price, 'L' as _load_id, seq as _load_seq, 'p.csv' as _file, 1 as _row,"
        f" gone as _deleted from (values {listed}) as t(code, price, seq, gone)"
    )


def test_each_row_stays_one_row_of_its_input(tmp_path):
    select = mapped(tmp_path)
    assert select.rowwise
    assert [(one.input, one.raw_columns) for one in select.lookups] == [("prices", ["Code", "Price"])]
    assert "Price" not in select.raw_columns
    assert "Code" in select.required_raw_columns
    assert rows(select, price_list(("a", "1.5", 1, False))) == [
        ("a", 1.5, "f.csv", 1),
        ("b", None, "f.csv", 2),
    ]


def test_the_newest_row_of_each_key_is_joined_and_none_that_is_gone(tmp_path):
    prices = price_list(
        ("a", "1.5", 1, False), ("a", "2.5", 2, False), ("b", "9", 1, False), ("b", "9", 3, True)
    )
    assert rows(mapped(tmp_path), prices) == [("a", 2.5, "f.csv", 1), ("b", None, "f.csv", 2)]


def test_what_could_double_rows_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"joins prices, of which it is not known which columns make a row"):
        mapped(tmp_path, key="")


def test_other_joins_make_the_select_one_over_all_rows(tmp_path):
    assert not mapped(tmp_path, join="join prices on prices.Code = l.Code").rowwise
    assert not mapped(tmp_path, join="left join prices on true left join lines as m on m.Id = l.Id").rowwise
    found = mapped(tmp_path, join="join prices on prices.Code = l.Code", key="")
    assert found.lookups[0].input == "prices"


def test_only_inputs_of_the_source_can_be_joined(tmp_path):
    with pytest.raises(
        ConfigError, match=r"reads others; it can only read its own input, lines, and join others"
    ):
        mapped(tmp_path, join="left join others on others.Code = l.Code", price="1")


def test_an_input_that_is_only_joined_is_used(tmp_path):
    mapped(tmp_path)
    assert load_config(tmp_path / "opsmart.yml").warnings == ()


def test_a_dropped_column_cannot_be_joined(tmp_path):
    with pytest.raises(ConfigError, match="reads 'Price', which `personal` drops"):
        mapped(tmp_path, key=KEYED + ", personal: {Price: drop}")


def test_several_lookups_and_aliases():
    text = (
        "select l.a as x, p.b as y, q.c as z from lines l left join p on p.k = l.k left join q on q.k = p.k"
    )
    select = understand(text, "lines", ["lines", "p", "q", "r"])
    assert select.rowwise
    assert select.lookups == {"p": {"k", "b"}, "q": {"k", "c"}}
    assert select.raw_columns == {"a", "k"}
    with pytest.raises(SelectError):
        understand(text, "lines")
