"""Faults that change no result, each with the reason. They are not tried."""

from __future__ import annotations

HARMLESS: dict[str, str] = {
    "fct_order_lines: deaf to refunds whose time has come":
        "the order's own amounts change with its refund, and the model hears of that",
}  # fmt: skip
