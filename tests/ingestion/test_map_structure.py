"""What columns are by what they hold, and what the rows give besides what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.files.look.arithmetic import Relation, relations
from ingestion.files.look.profile import Column
from ingestion.files.look.suggestion import Asked, Suggestion, suggest_mapping

QUANTITY: list[float | None] = [1, 2, 3, 4, 2]
PRICE: list[float | None] = [9.5, 4, 2.5, 10, 4]


def columns(count: int) -> list[Column]:
    return [Column(f"c{at}", at, 5, 5, 5, kind="number") for at in range(count)]


@pytest.mark.parametrize(
    ("total", "off", "wanted"),
    [
        ([9.5, 8, 7.5, 40, 8], [1, 0, 0, 5, 3], Relation(0, 1, 2)),
        ([8.5, 8, 7, 38, 5], [1, 0, 0.5, 2, 3], Relation(0, 1, 2, 3)),
        ([8.55, 8, 6, 36, 8], [0.1, 0, 0.2, 0.1, 0], Relation(0, 1, 2, 3, "share")),
        ([8.55, 8, 6, 36, 8], [10, 0, 20, 10, 0], Relation(0, 1, 2, 3, "percent")),
    ],
)
def test_quantity_times_price_less_discount(
    total: list[float | None], off: list[float | None], wanted: Relation
) -> None:
    assert relations(columns(4), {0: QUANTITY, 1: PRICE, 2: total, 3: off}) == [wanted]


def test_no_relation_among_any_numbers_nor_of_single_pieces() -> None:
    assert relations(columns(3), {0: QUANTITY, 1: PRICE, 2: [1.0, 7.0, 3.3, 8.0, 2.0]}) == []
    assert relations(columns(3), {0: [1.0] * 5, 1: PRICE, 2: PRICE}) == []


def suggested(folder: Path, files: dict[str, str]) -> Suggestion:
    for name, text in files.items():
        (folder / name).write_text(text)
    return suggest_mapping(Asked([folder / name for name in files], timezone="UTC", currency="EUR"))


ORDERS = "order_id,order_date,total,shipping,discount\no1,2025-01-03,22.50,2.50,4\no2,2025-01-04,10,0,0\n"
LINES = "order_id,sku,quantity,price\no1,s1,2,12\no2,s2,1,10\n"


def test_orders_without_lines_get_one_each_worth_the_goods(tmp_path: Path) -> None:
    found = suggested(tmp_path, {"orders.csv": ORDERS})
    assert found.is_complete
    assert found.trial is not None
    lines = next(one for one in found.trial.outcomes if one.entity == "order_lines")
    values = dict(zip(lines.columns, map(str, lines.rows[0]), strict=True))
    assert (values["unit_price"], values["discount"], values["quantity"]) == ("24.0000", "4.0000", "1")
    assert "# check: the file has no lines" in found.text


def test_a_file_with_lines_takes_the_place_of_the_stand_in(tmp_path: Path) -> None:
    found = suggested(tmp_path, {"orders.csv": ORDERS, "items.csv": LINES})
    assert found.is_complete
    given = [(p.input, e.entity) for p in found.proposals for e in p.entities]
    assert given == [("orders", "orders"), ("items", "order_lines")]


def test_goods_taken_back_in_their_order_keep_its_number(tmp_path: Path) -> None:
    rows = "".join(f"o{n},s{n % 3},{q},5.00,2025-01-0{n + 1}\n" for n in range(4) for q in (3, -1))
    found = suggested(tmp_path, {"sales.csv": "order_id,sku,quantity,price,order_date\n" + rows})
    assert found.trial is not None
    by_entity = {one.entity: one for one in found.trial.outcomes}
    assert by_entity["order_lines"].count == 4
    refunds = by_entity["refunds"]
    first = dict(zip(refunds.columns, map(str, refunds.rows[0]), strict=True))
    assert (first["order_id"], first["quantity"], first["amount"]) == ("o0", "1", "5.0000")


def test_a_discount_that_the_value_has_in_it_is_not_taken_off_again(tmp_path: Path) -> None:
    head = "Order ID,Order Date,SKU,Qty,Gross Sales,Discounts,Net Sales\n"
    rows = "".join(
        f"o{n // 2},2025-01-0{n // 2 + 1},s{n % 3},2,{20 + n}.00,-{n}.50,{19.5}\n" for n in range(8)
    )
    (proposal,) = suggested(tmp_path, {"sales.csv": head + rows}).proposals
    targets = {one.target: one for one in proposal.entities[0].entries}
    assert "Net Sales" in targets["unit_price"].settings["sql"]
    assert "discount" not in targets
