"""Slips that change no result, each with the reason. They are not tried."""

from __future__ import annotations

HARMLESS: dict[str, str] = {}
