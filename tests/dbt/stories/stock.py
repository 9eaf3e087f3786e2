"""Goods on shelves: counts and movements that come late, change, or go."""

from __future__ import annotations

from typing import Any

from tests.dbt.kit.rows import Row, cost, line, order, product
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


def count(at: str, on_hand: int, variant: str = "v1", **more: Any) -> Row:
    """A snapshot of the stock."""
    return {"variant_id": variant, "snapshot_at": at, "on_hand": on_hand, **more}


def move(
    movement: str, at: str, quantity: int, kind: str = "receipt", variant: str = "v1", **more: Any
) -> Row:
    """A movement of the stock."""
    return {
        "movement_id": movement,
        "variant_id": variant,
        "moved_at": at,
        "quantity": quantity,
        "kind": kind,
        **more,
    }


@story
def stock_is_counted_now_and_then() -> Story:
    """Late counts before, between and after those that are known; one is corrected, one goes."""
    return {
        0: Step(
            {
                ("inventory_levels", "a"): [
                    count("2024-01-10 10:00", 5),
                    count("2024-01-20 10:00", 7, reserved=1, incoming=3),
                    count("2024-01-31 23:30", 2, "v2", location_id="w"),
                ],
            }
        ),
        1: Step({("inventory_levels", "b"): [count("2024-01-15 10:00", 4), count("2024-01-05 10:00", 9)]}),
        2: Step(
            {
                ("inventory_levels", "b"): [count("2024-01-15 10:00", 3)],
                ("inventory_levels", "c"): [count("2024-02-20 10:00", 1)],
            }
        ),
        3: Step({("inventory_levels", "a"): [count("2024-01-20 10:00", 7)]}),
        5: Step({("inventory_levels", "b"): [], ("inventory_levels", "a"): []}),
    }


@story
def stock_moves() -> Story:
    """A ledger that begins late, is completed from the front, and loses its beginning."""
    return {
        0: Step(
            {
                ("inventory_movements", "a"): [
                    move("2", "2024-01-12 10:00", -1, "sale"),
                    move("3", "2024-01-14 10:00", 8),
                    move("4", "2024-01-31 20:30", -2, "sale"),
                    move("9", "2024-02-10 10:00", 5),
                ],
            }
        ),
        1: Step({("inventory_movements", "b"): [move("1", "2024-01-10 00:00", 10, "opening")]}),
        2: Step(
            {
                ("inventory_movements", "c"): [
                    move("5", "2024-01-13 10:00", 1, "return"),
                    move("3", "2024-01-14 10:00", 6),
                ]
            }
        ),
        3: Step({("inventory_movements", "b"): []}),
        5: Step(
            {
                ("inventory_movements", "a"): [],
                ("inventory_movements", "b"): [move("1", "2023-12-01 00:00", 3, "opening")],
            }
        ),
    }


@story
def stock_is_counted_and_moves() -> Story:
    """The count of a day comes after its movements, and movements of the day after their count."""
    return {
        0: Step(
            {
                ("inventory_levels", "a"): [count("2024-01-10 10:00", 5), count("2024-01-30 10:00", 4)],
                ("inventory_movements", "a"): [
                    move("1", "2024-01-10 12:00", -1, "sale"),
                    move("2", "2024-01-20 10:00", 3),
                    move("3", "2024-02-01 10:00", -1, "sale"),
                ],
            }
        ),
        1: Step(
            {
                ("inventory_movements", "b"): [
                    move("4", "2024-01-10 10:00", 2),
                    move("5", "2024-01-30 15:00", -6, "sale"),
                ]
            }
        ),
        2: Step({("inventory_levels", "b"): [count("2024-01-20 11:00", 9), count("2024-02-01 00:00", 0)]}),
        3: Step({("inventory_levels", "a"): [count("2024-01-30 10:00", 4)]}),
        5: Step(refuse=[(0, "export", "inventory_movements", "a")]),
    }


def parcel(
    shipment: str, place: str, *lines: tuple[str, int], of: str = "1"
) -> dict[tuple[str, str], list[Row]]:
    """A parcel of an order with units of its lines."""
    packed = [
        {"shipment_id": shipment, "order_id": of, "order_line_id": number, "quantity": quantity}
        for number, quantity in lines
    ]
    sent = [{"shipment_id": shipment, "order_id": of, "location_id": place}]
    return {("shipments", shipment): sent, ("shipment_lines", shipment): packed}


@story
def stock_sells() -> Story:
    """From two places, one of them another shop's too; as a set; with parcels, costs and deliveries that come late."""
    supplied = {"supplier_id": "s", "variant_id": "v1", "ordered_at": "2023-12-20 10:00"}
    return {
        0: Step(
            {
                **sales(order("1", "2024-01-12 10:00", "a"), order("2", "2024-01-30 10:00", "b"), quantity=3),
                **parcel("p", "e", ("1", 2)),
                ("order_lines", "set"): [line("2", "set", 2, no="2", price=30)],
                ("products", "p"): [
                    product("v1", sku="k", list_price=20, supplier_id="s", listed_at="2024-01-05 10:00"),
                    product("w1", sku="K", _shop=2),
                    product("set"),
                ],
                ("inventory_levels", "a"): [
                    count("2024-01-10 10:00", 9, location_id="e"),
                    count("2024-01-10 10:00", 9, location_id="w"),
                    count("2024-01-10 10:00", 9, "w1", location_id="e", _shop=2),
                ],
                ("unit_costs", "c"): [cost("v1", "2024-01-01 00:00", 4)],
                ("purchase_orders", "o"): [
                    {"po_line_id": "1", "received_at": "2023-12-30 10:00", **supplied}
                ],
            }
        ),
        1: Step(
            {
                **parcel("q", "w", ("1", 2)),
                ("bundle_components", "b"): [
                    {"bundle_variant_id": "set", "component_variant_id": "v1", "quantity": 2}
                ],
                ("orders", "3"): [order("3", "2024-01-31 10:00", _shop=2)],
                ("order_lines", "3"): [line("3", "w1", 5, _shop=2)],
            }
        ),
        2: Step(
            {
                ("unit_costs", "d"): [cost("v1", "2024-01-20 00:00", 5), cost("v1", "2024-02-20 00:00", 6)],
                ("purchase_orders", "u"): [
                    {"po_line_id": "2", "received_at": "2024-01-09 10:00", **supplied}
                ],
                ("order_lines", "part"): [line("2", "v1", 4, no="3", price=0, bundle_parent_id="2")],
            }
        ),
        3: Step(
            {
                ("products", "p"): [product("v1", sku="l", list_price=21), product("w1", sku="K", _shop=2)],
                ("shipments", "p"): [{"shipment_id": "p", "order_id": "1", "location_id": "w"}],
            }
        ),
        5: Step({("bundle_components", "b"): [], ("inventory_levels", "a"): [count("2024-01-10 10:00", 9)]}),
    }
