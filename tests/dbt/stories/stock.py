"""Goods on shelves: counts and movements that come late, change, or go."""

from __future__ import annotations

from typing import Any

from tests.dbt.kit.rows import Row
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import story


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
