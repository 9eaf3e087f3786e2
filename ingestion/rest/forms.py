"""Small things that settings of requests are made of: JSONPaths, parameters, bodies, instants as an API writes them."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from ingestion.config_errors import refuse


def _json_path(value: str) -> str:
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.ext.parser import parse

    try:
        parse(value)
    except (JSONPathError, ValueError) as error:
        told = str(error).splitlines()[0][:80]
        raise refuse(
            f"{value!r} is no JSONPath: {told}", "such as data.orders, or $ for the whole answer"
        ) from None
    return value


def _typed(value: Any) -> Any:
    """The configuration's text as JSON has it: whole numbers, decimals, true and false. Lists and mappings inside."""
    if isinstance(value, dict):
        return {name: _typed(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_typed(one) for one in value]
    if isinstance(value, str) and re.fullmatch(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?|true|false", value):
        return json.loads(value)
    return value


def _json_body(value: Any) -> Any:
    if not isinstance(value, str):
        return _typed(value)
    try:
        return json.loads(value)
    except ValueError:
        raise refuse(
            "should be a mapping, or JSON as text", """such as '{"query": {"limit": 100}}'"""
        ) from None


def _instant_form(value: str) -> str:
    if value not in ("iso", "date", "epoch", "epoch_ms") and "%" not in value:
        raise refuse(
            f"{value!r} is no way to write a time", "iso, date, epoch, epoch_ms, or such as %Y-%m-%d %H:%M:%S"
        )
    return value


JsonPath = Annotated[str, AfterValidator(_json_path)]
Body = dict[str, Any]
JsonBody = Annotated[dict[str, Any], BeforeValidator(_json_body)]
"""A mapping whose numbers and truths are such, or JSON as text where a string of digits has to stay one."""
InstantForm = Annotated[str, AfterValidator(_instant_form)]
"""`iso` (2024-05-31T13:45:00Z), `date`, `epoch`, `epoch_ms`, or signs of strftime."""
