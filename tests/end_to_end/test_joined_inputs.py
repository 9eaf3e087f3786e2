"""Lines without a price take it from a price list in another file, whenever that comes and however it changes."""

from __future__ import annotations

import duckdb
import pytest

from tests.end_to_end.exports import CONFIG, day, export
from tests.end_to_end.shop import Shop

pytestmark = [pytest.mark.timeout(900), pytest.mark.soak]  # three whole runs

INPUTS = """
      lines: {path: "exports/*.csv"}
      prices: {path: "prices.csv", key: [article]}
"""
MAPPING = """
        select: |
          select lines."order" as order_id, lines.line as order_line_id, lines.article as variant_id,
              lines.quantity as quantity, prices.price as unit_price, lines.placed as created_at,
              lines.customer as customer_id
          from lines left join prices on prices.article = lines.article
"""
HEADER = "order,line,article,quantity,placed,customer"


def priced(shop: Shop, *prices: str) -> None:
    (shop.folder / "prices.csv").write_text("\n".join(["article,price", *prices]) + "\n", encoding="utf-8")


def sold(shop: Shop, name: str, *articles: str) -> None:
    rows = [f"{name}{at},1,{article},1,2026-03-0{name} 10:00:00,ann" for at, article in enumerate(articles)]
    export(shop, f"2026-03-0{name}.csv", *rows, header=HEADER)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the shop says after each change, and what its lines are then and in a warehouse made anew."""
    folder = tmp_path_factory.mktemp("joined")
    (folder / "exports").mkdir()
    before, _, _ = CONFIG.replace('      lines: {path: "exports/*.csv"}\n', INPUTS.lstrip("\n")).partition(
        "        columns:"
    )
    (folder / "opsmart.yml").write_text(before + MAPPING.lstrip("\n"), encoding="utf-8")
    shop, told = Shop(folder), {}
    sold(shop, "1", *["cup"] * 150, "pot")
    priced(shop, "cup,10.00")
    told["refused"] = shop.run()
    told["first"] = day(shop)
    sold(shop, "2", "cup")
    priced(shop, "cup,12.00", "pot,7.00")
    shop.run()
    told["changed"] = day(shop)
    told["lines"] = lines(shop)
    shop.run("--full-refresh")
    told["anew"] = lines(shop)
    return told


def lines(shop: Shop) -> list[tuple]:
    with duckdb.connect(str(shop.warehouse / "current" / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select order_key, variant_key, units, gross_sales from fct_order_lines order by all"
        ).fetchall()


def test_a_line_without_a_price_is_refused_and_the_others_are_not(told: dict[str, object]) -> None:
    assert "2026-03-01.csv: accepted without 1 of 151 rows" in str(told["refused"])
    assert told["first"] == {"orders": 150, "units": 150, "gross": 1500.0, "net": 1500.0}


def test_a_new_price_list_counts_for_old_and_new_lines_and_takes_the_refused_one_back(
    told: dict[str, object],
) -> None:
    assert told["changed"] == {
        "orders": 152,
        "units": 152,
        "gross": 151 * 12.0 + 7.0,
        "net": 151 * 12.0 + 7.0,
    }


def test_a_rebuild_gives_the_same_lines(told: dict[str, object]) -> None:
    assert told["lines"] == told["anew"]
