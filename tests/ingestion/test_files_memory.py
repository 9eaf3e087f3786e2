"""A file's size does not decide how much memory its landing takes."""

from __future__ import annotations

from tests.benchmarks.landing import in_a_child, shop

LIMIT = 1_000_000_000


def test_a_million_order_lines_land_in_less_than_a_gigabyte(tmp_path):
    (done,) = in_a_child(shop(tmp_path / "shop", 1_000_000))
    assert done["rows"] == 1_000_000
    assert done["peak"] < LIMIT


def test_what_is_read_twice_needs_no_more_than_what_is_kept(tmp_path):
    """Two million rows are more than is kept in memory while a file is judged."""
    (done,) = in_a_child(shop(tmp_path / "shop", 2_000_000))
    assert done["rows"] == 2_000_000
    assert done["peak"] < LIMIT
