"""Each way of turning pages gives each record once, whole, and stops."""

from __future__ import annotations

import pytest

from ingestion import lake
from tests.ingestion.landed_rows import entity_rows
from tests.ingestion.rest.shop import configured

WAYS = {
    "offset": "{type: offset, limit: 3, total_path: meta.total}",
    "offset without a total": "{type: offset, limit: 3}",
    "offset, more than the server gives": "{type: offset, limit: 100}",
    "offset, more than the server gives, with a total": "{type: offset, limit: 100, count_header: X-Total-Count}",
    "page_number": "{type: page_number, total_path: meta.pages}",
    "page_number by records": "{type: page_number, count_path: meta.total}",
    "page_number without a total": "page_number",
    "page_number until no more": "{type: page_number, has_more_path: meta.more}",
    "json_link": "json_link",
    "header_link": "header_link",
    "auto": "auto",
    "cursor": "{type: cursor, cursor_path: meta.after}",
    "header_cursor": "{type: header_cursor, cursor_key: X-Next}",
}


@pytest.mark.parametrize("paginator", WAYS.values(), ids=WAYS.keys())
def test_each_way_gives_all_records(shop, server, tmp_path, paginator):
    config = configured(tmp_path, server.url, paginator)
    result = lake.land(config, "api")
    assert result.rows == 8 + 16
    orders = {key[0] for key in entity_rows(config, "api", "orders")}
    assert orders == {str(number) for number in shop.orders}
