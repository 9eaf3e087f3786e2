"""Turns what pydantic says of a model into issues in the words of the configuration file."""

from __future__ import annotations

import copy
import re
import types
import typing
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ingestion.config_errors import Issue, Location, nearest, suggest

_KINDS = {"model_type": "a mapping of keys", "dict_type": "a mapping of keys", "list_type": "a list"}


def model_issues(error: ValidationError, model: type[BaseModel], at: Location) -> list[Issue]:
    """One issue per error of `model`, which was read from `at`."""
    return [_issue(one, model, at) for one in error.errors(include_url=False)]


def _issue(error: ErrorDetails, model: type[BaseModel], at: Location) -> Issue:
    inner = tuple(part for part in error["loc"] if part != "[key]")
    location = at + inner
    context = error.get("ctx", {})
    if error["type"] == "opsmart":
        return Issue(location, context["message"], context["hint"])
    if error["type"] == "missing":
        return Issue(location, "is required")
    if error["type"] == "extra_forbidden":
        return Issue(location, "unknown key", suggest(inner[-1], known_keys(model, inner[:-1])))
    if error["type"] == "literal_error":
        hint = nearest(error["input"], re.findall(r"'([^']+)'", str(context["expected"])))
        return Issue(location, f"should be {context['expected']}", f"did you mean {hint}?" if hint else None)
    if error["type"] in _KINDS:
        return Issue(location, f"should be {_KINDS[error['type']]}")
    message = error["msg"].removeprefix("Value error, ").replace("Input should", "should")
    if not isinstance(error["input"], str | None):
        return Issue(location, message)
    return Issue(location, f"{message}; it is {'empty' if not error['input'] else repr(error['input'])}")


def without_unknown_keys(data: dict[str, Any], error: ValidationError) -> dict[str, Any]:
    """A copy of what the model was read from, less the keys that it does not know, so that the rest can be checked."""
    pruned = copy.deepcopy(data)
    for one in error.errors(include_url=False):
        if one["type"] == "extra_forbidden":
            holder: Any = pruned
            for part in one["loc"][:-1]:
                holder = holder[part]
            del holder[one["loc"][-1]]
    return pruned


def known_keys(model: type[BaseModel], inner: Location) -> list[str]:
    """The keys that the model at `inner` below `model` has; empty where that is not a model."""
    annotation: Any = model
    for part in inner:
        annotation = _step(annotation, part)
    for one in _alternatives(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return [field.alias or name for name, field in one.model_fields.items()]
    return []


def _step(annotation: Any, part: str | int) -> Any:
    for one in _alternatives(annotation):
        origin, inner = typing.get_origin(one), typing.get_args(one)
        if origin is list and isinstance(part, int):
            return inner[0]
        if origin is dict:
            return inner[1]
        if isinstance(one, type) and issubclass(one, BaseModel):
            for name, field in one.model_fields.items():
                if part in (name, field.alias):
                    return field.annotation
    return None


def _alternatives(annotation: Any) -> list[Any]:
    """The types that a union or an annotated type allows."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _alternatives(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return [inner for one in typing.get_args(annotation) for inner in _alternatives(one)]
    return [annotation]
