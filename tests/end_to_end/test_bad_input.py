"""What a user's mistakes and damaged files do to a run: they are named, the rest goes on, nothing is half published."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.end_to_end.exports import CONFIG, day, export, small_shop
from tests.end_to_end.shop import Shop

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, str]:
    """A shop whose folder has one good file, one good file with one bad row in many, and five bad ones; and its run."""
    shop = small_shop(tmp_path_factory.mktemp("bad"))
    export(
        shop,
        "no_price.csv",
        "B1,1,cup,2,0,2026-03-02 10:00:00,ann",
        header="order,line,article,quantity,discount,placed,customer",
    )
    export(
        shop,
        "latin.csv",
        "C1,1,caf\N{LATIN SMALL LETTER E WITH ACUTE},1,1.00,0,2026-03-02 10:00:00,ann",
        encoding="latin-1",
    )
    export(shop, "ragged.csv", "D1,1,cup,2,10.00,0,2026-03-02 10:00:00,ann", "D2,1,cup,2")
    (shop.folder / "exports" / "page.csv").write_text(
        "<!doctype html><html><body>Please sign in</body></html>"
    )
    export(
        shop,
        "mostly_wrong.csv",
        "E1,1,cup,many,10.00,0,2026-03-02 10:00:00,ann",
        "E2,1,cup,1,1.00,0,2026-03-02 10:00:00,ann",
    )
    rows = [f"F{n},1,cup,1,1.00,0,2026-03-02 10:{n % 60:02}:00,cat" for n in range(199)]
    export(shop, "one_bad_row.csv", *rows, "F199,1,cup,six,1.00,0,2026-03-02 10:00:00,cat")
    return shop, shop.run()


def test_good_files_load_and_bad_ones_do_not(bad_files: tuple[Shop, str]) -> None:
    shop, _ = bad_files
    assert day(shop) == {"orders": 201, "units": 202, "gross": 224.0, "net": 223.0}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("no_price.csv", ["price", "unit_price"]),
        ("latin.csv", ["utf-8", "latin-1"]),
        ("ragged.csv", ["line 3", "4", "8"]),
        ("page.csv", ["HTML"]),
        ("mostly_wrong.csv", ["quantity", "many"]),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(
    bad_files: tuple[Shop, str], file: str, words: list[str]
) -> None:
    shop, _ = bad_files
    status = json.loads(shop.call("status", "--json").stdout)
    (entry,) = [one for one in status["quarantined"] if file in json.dumps(one)]
    for word in words:
        assert word.lower() in json.dumps(entry).lower()


def test_the_run_says_what_it_left_out(bad_files: tuple[Shop, str]) -> None:
    _, printed = bad_files
    for file in (
        "no_price.csv",
        "latin.csv",
        "ragged.csv",
        "page.csv",
        "mostly_wrong.csv",
        "one_bad_row.csv",
    ):
        assert file in printed


def test_a_bad_row_is_kept_with_its_reason(bad_files: tuple[Shop, str]) -> None:
    shop, _ = bad_files
    with duckdb.connect(str(shop.warehouse / "state" / "build.duckdb"), read_only=True) as connection:
        rejected = connection.execute(
            "select file, row, column_name, value from staging.rejects "
            "where file = 'one_bad_row.csv' and column_name = 'quantity'"
        ).fetchall()
    assert ("one_bad_row.csv", 200, "quantity", "six") in rejected


def test_strict_says_so_with_its_exit_code(bad_files: tuple[Shop, str]) -> None:
    shop, _ = bad_files
    assert shop.call("run", "--strict").returncode == 3


def test_a_typo_in_the_configuration_names_line_key_and_the_nearest(tmp_path: Path) -> None:
    shop = small_shop(tmp_path)
    (shop.folder / "opsmart.yml").write_text(
        CONFIG.replace("timezone:", "timzone:").replace("quantity: quantity", "quantiy: quantity")
    )
    done = shop.call("run")
    said = done.stdout + done.stderr
    assert done.returncode == 2
    assert "Traceback" not in said
    for part in ("opsmart.yml:5", "timzone", "timezone", "quantiy", "quantity"):
        assert part in said
    assert not any((shop.warehouse / name).exists() for name in ("raw", "current", "state/build.duckdb"))


def test_a_gate_refuses_and_the_old_release_stays_readable(tmp_path: Path) -> None:
    shop = small_shop(tmp_path)
    shop.run()
    before = (shop.warehouse / "current").readlink()
    held = duckdb.connect(str(shop.warehouse / "current" / "warehouse.duckdb"), read_only=True)
    export(
        shop,
        "2026-03-02.csv",
        "G1,1,cup,-3,10.00,0,2026-03-02 10:00:00,ann",
        "G2,1,cup,1,9.00,0,2026-03-02 10:00:00,ann",
    )
    printed = shop.run(code=3)
    assert "mart_sales_daily" in printed
    assert (shop.warehouse / "current").readlink() == before
    assert day(shop)["gross"] == 25.0

    # a reader that was there all the time still sees what it opened
    assert held.sql("select sum(gross_sales)::double from fct_orders").fetchall() == [(25.0,)]
    held.close()
