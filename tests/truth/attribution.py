"""Which visits led to each order, and what each attribution model gives them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.truth.browsing import order_sessions
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.marts.fct_sessions import fct_sessions
from tests.truth.world import World

WINDOW, HALF_LIFE = timedelta(days=30), 7
_LATEST = timedelta(days=1)
"""A tracker's clock may be that far ahead."""
CENT = 100
"""Ten-thousandths in a cent."""
MONEY = ("revenue", "revenue_after_refunds", "gross_margin", "contribution_margin")
MODELS = ("first_touch", "last_touch", "last_non_direct", "linear", "position_based", "time_decay")
_DAY, _TWELFTH = 86_400_000_000, Decimal(1).scaleb(-12)
Row = dict[str, Any]


def valid_orders(world: World) -> list[Row]:
    """In the order of each buyer's numbers."""
    found = [one for one in fct_orders(world).iter_rows(named=True) if one["is_valid"]]
    return sorted(found, key=lambda one: (one["created_at"], one["order_id"]))


def touches(world: World) -> list[Row]:
    """One row per valid order and touch."""
    if "touches" not in world.memory:
        world.memory["touches"] = list(_touches(world))
    found: list[Row] = world.memory["touches"]
    return found


def _touches(world: World) -> Iterable[Row]:
    sessions = {one["session_key"]: one for one in fct_sessions(world).iter_rows(named=True)}
    own = dict(order_sessions(world).select("order_key", "session_key").iter_rows())
    of_person: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for one in sessions.values():
        if one["customer_key"] is not None:
            of_person[one["shop_id"], one["customer_key"]].append(one)
    last: dict[tuple[str, str], Any] = {}
    for order in valid_orders(world):
        buyer, at = (order["shop_id"], order["customer_key"]), order["created_at"]
        since, before = at - WINDOW, last.get(buyer)
        path = [
            one
            for one in of_person[buyer]
            if since <= one["started_at"] <= at and (before is None or one["started_at"] > before)
        ]
        placed_in = sessions.get(own.get(order["order_key"], ""))
        is_near = placed_in and since <= placed_in["started_at"] <= at + _LATEST
        if placed_in and is_near and placed_in not in path:
            path.append(placed_in)
        if not order["is_anonymous"]:
            last[buyer] = at
        yield from _collapsed(
            order, sorted(path, key=lambda one: (one["started_at"], one["session_key"])), placed_in
        )


def _collapsed(order: Row, path: list[Row], placed_in: Row | None) -> list[Row]:
    found: list[Row] = []
    before = None
    for one in path:
        way = (one["channel"], one["ad_platform"], one["campaign_id"] or one["campaign"])
        if way != before:
            ago = order["created_at"] - one["started_at"]
            found.append(
                {
                    **_of(order, "order_key", "shop_id", "platform", "customer_key"),
                    **_of(one, "session_key", "channel", "ad_platform", "campaign_id", "campaign"),
                    "touch_number": len(found) + 1,
                    "sessions": 0,
                    "has_order_session": False,
                    "touched_at": one["started_at"],
                    "touch_date": min(one["session_date"], order["created_date"]),
                    "ordered_at": order["created_at"],
                    "order_date": order["created_date"],
                    "days_before_order": max(ago // timedelta(microseconds=1) / _DAY, 0.0),
                }
            )  # fmt: skip
        before = way
        found[-1]["sessions"] += 1
        found[-1]["has_order_session"] |= one is placed_in
        found[-1]["last_session_at"] = one["started_at"]
    return [{**one, "touches": len(found)} for one in found]


def shares_of_orders(world: World) -> list[Row]:
    """One row per valid order, model and touch with a share of it."""
    if "credits" not in world.memory:
        paths: dict[str, list[Row]] = defaultdict(list)
        for one in touches(world):
            paths[one["order_key"]].append(one)
        world.memory["credits"] = [
            row
            for order in valid_orders(world)
            for row in _credited(order, paths.get(order["order_key"], []))
        ]
    found: list[Row] = world.memory["credits"]
    return found


def _credited(order: Row, path: list[Row]) -> Iterable[Row]:
    money = {
        "revenue": order["gross_sales"] - order["discounts_seller"],
        "revenue_after_refunds": order["net_sales"],
        "gross_margin": order["gross_margin"],
        "contribution_margin": order["contribution_margin"],
    }
    nobody = dict.fromkeys(("session_key", "touched_at", "touch_date")) | dict.fromkeys(
        ("channel", "ad_platform", "campaign_id"), "unattributed"
    )
    for model in MODELS:
        shares: list[tuple[Row, int]] = [(nobody | {"touch_number": 0}, 1)]
        if path:
            shares = [one for one in zip(path, _weights(model, path), strict=True) if one[1]]
        whole = sum(weight for _, weight in shares)
        left, rest = Decimal(1), dict(money)
        for place, (touch, weight) in enumerate(shares, 1):
            is_last = place == len(shares)
            credit = (Decimal(weight) / whole).quantize(_TWELFTH, ROUND_HALF_UP)
            part = {name: _floor(amount, weight, whole) for name, amount in money.items()}
            credit, part = (left, rest) if is_last else (credit, part)
            left -= credit
            rest = {name: _less(amount, part[name]) for name, amount in rest.items()}
            yield {
                **_of(order, "order_key", "shop_id", "platform", "customer_key", "currency"),
                **_of(touch, "touch_number", "session_key", "channel", "touched_at", "touch_date"),
                "attribution_model": model,
                "ad_platform": touch["ad_platform"] or "none",
                "campaign_id": touch["campaign_id"] or "none",
                "is_new_customer": order["is_first_order"],
                "credit": credit,
                "new_customers": credit if order["is_first_order"] else Decimal(0),
                **part,
                "reporting_rate": order["reporting_rate"],
                "ordered_at": order["created_at"],
                "order_date": order["created_date"],
            }  # fmt: skip


def _of(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}


def _weights(model: str, path: list[Row]) -> list[int]:
    """What the model gives each touch, as whole numbers."""
    count, last = len(path), len(path) - 1
    spoken = [place for place, one in enumerate(path) if one["channel"] != "direct"]
    chosen = {"first_touch": 0, "last_touch": last, "last_non_direct": spoken[-1] if spoken else last}
    if model in chosen:
        return [int(place == chosen[model]) for place in range(count)]
    if model == "position_based" and count > 2:
        return [2 * (count - 2) if place in (0, last) else 1 for place in range(count)]
    if model == "time_decay":
        youngest = min(one["days_before_order"] for one in path)
        return [round(1e9 * 0.5 ** ((one["days_before_order"] - youngest) / HALF_LIFE)) for one in path]
    return [1] * count


def _floor(amount: int | None, weight: int, whole: int) -> int | None:
    """A share in ten-thousandths, down to the cent."""
    return None if amount is None else amount * weight // (whole * CENT) * CENT


def _less(amount: int | None, part: int | None) -> int | None:
    return None if amount is None or part is None else amount - part


def paybacks(world: World, spent: Mapping[tuple[Any, ...], int]) -> dict[tuple[Any, ...], int]:
    """Days by (shop_id, date, attribution_model, ad_platform, campaign_id), where `spent` has come back."""
    of_person: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for order in valid_orders(world):
        of_person[order["shop_id"], order["customer_key"]].append(order)
    shares: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for one in shares_of_orders(world):
        if one["is_new_customer"] and one["ad_platform"] not in ("none", "unattributed"):
            campaign = (one["ad_platform"], one["campaign_id"])
            cohort = (one["shop_id"], one["order_date"], one["attribution_model"], *campaign)
            shares[*cohort, one["customer_key"]] += one["credit"]
    earned: dict[tuple[Any, ...], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for won, share in shares.items():
        cohort, person = won[:-1], won[-1]
        for order in of_person[cohort[0], person]:
            if order["contribution_margin"] is not None:
                days = (order["created_date"] - cohort[1]).days
                earned[cohort][days] += int(
                    (order["contribution_margin"] * share).quantize(Decimal(1), ROUND_HALF_UP)
                )
    found = {}
    for key, by_day in earned.items():
        spend, so_far = spent.get(key[:2] + key[3:], 0), 0
        for days in sorted(by_day):
            so_far += by_day[days]
            if spend > 0 and so_far >= spend:
                found[key] = days
                break
    return found
