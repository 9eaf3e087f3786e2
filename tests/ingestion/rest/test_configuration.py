"""Mistakes in the configuration, each told with its line and what would be right."""

from __future__ import annotations

import pytest

from ingestion.config import ConfigError
from tests.ingestion.rest.shop import configured

URL = "http://shop.example"
MISTAKES = {
    "unknown key": ({"orders": "incremntal: {start_param: since}"}, "unknown key (did you mean incremental?)"),
    "offset without limit": ({"paginator": "offset"}, "offset needs limit"),
    "a key of another paginator": ({"paginator": "{type: json_link, limit: 3}"}, "limit is not for json_link"),
    "no such paginator": ({"paginator": "ofset"}, "did you mean offset?"),
    "auth without a part": ({"client": "auth: {type: http_basic, username: ann}"}, "http_basic needs password"),
    "no place for the time": ({"orders": "incremental: {format: date}"}, "needs a place for the time"),
    "no way to write a time": (
        {"orders": "incremental: {start_param: since, format: rfc}"}, "'rfc' is no way to write a time",
    ),
    "no JSONPath": ({"client": "data_selector: 'a[['"}, "is no JSONPath"),
    "within nothing": ({"inputs": "x: {within: order, each: a, key: id}"}, "there is no input 'order'"),
    "a part that asks": (
        {"inputs": "x: {within: orders, each: a, key: id, params: {b: 1}}"}, "params belongs to the input orders",
    ),
    "a record of two keys": (
        {"inputs": "x: {path: x, key: [a, b]}"}, "the key of records is one column",
    ),
    "a check that names no record": ({"orders": "check: /orders"}, "should name the record (such as /orders/{id})"),
    "recent alone": ({"orders": "recent: {start_param: a, days: 3}"}, "recent goes with incremental"),
    "states that change": (
        {"orders": "snapshot_at: at\nincremental: {start_param: a}"}, "snapshot_at is for what is read whole",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_line(tmp_path, parts, said):
    with pytest.raises(ConfigError) as told:
        configured(tmp_path, URL, **parts)
    assert said in str(told.value)
    assert all(str(one).startswith("opsmart.yml:") for one in told.value.problems)


def test_a_password_in_the_address_is_refused_and_not_shown(tmp_path):
    with pytest.raises(ConfigError) as told:
        configured(tmp_path, "http://ann:hidden-word@shop.example")
    assert "should hold no password" in str(told.value)
    assert "hidden-word" not in str(told.value)


def test_a_missing_paginator_is_asked_for(tmp_path):
    with pytest.raises(ConfigError, match="needs a paginator"):
        configured(tmp_path, URL, "null")
