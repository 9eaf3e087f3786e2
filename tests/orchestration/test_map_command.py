"""`opsmart map` as it is typed: what it prints, writes and answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ingestion.config import load_config
from orchestration.cli.main import app

SALES = "Order ID,Order Date,Customer Email,SKU,Item,Qty,Price\nA1,31/05/2024,ann@example.com,S1,Mug,2,5.00\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sales.csv").write_text(SALES, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["map", *arguments])


def test_proposal_is_printed_and_nothing_written(folder: Path) -> None:
    result = run("sales.csv", "--timezone", "Europe/London", "--currency", "GBP")
    assert result.exit_code == 0
    for said in (
        "dates: day_first",
        "personal: {Customer Email: email}",
        "order_id: Order ID # 100%",
        "2024-05-30 23:00:00",
    ):
        assert said in result.output
    assert "ann@example.com" not in result.output
    assert [one.name for one in folder.iterdir()] == ["sales.csv"]


def test_out_writes_a_configuration_that_loads_and_says_what_is_next(folder: Path) -> None:
    result = run(
        "sales.csv", "--out", "opsmart.yml", "--shop-name", "Mugs: & more", "--timezone", "Europe/London"
    )
    assert result.exit_code == 0
    assert "Next: read the lines marked check, then opsmart check, opsmart run" in result.output
    config = load_config(folder / "opsmart.yml")
    assert (config.shops[0].name, config.shops[0].timezone) == ("Mugs: & more", "Europe/London")
    again = run("sales.csv", "--out", "opsmart.yml")
    assert again.exit_code == 0
    assert [one.name for one in load_config(folder / "opsmart.yml").sources] == ["sales", "sales_2"]
    assert run("sales.csv", "--out", "opsmart.yml", "--force").exit_code == 0
    assert [one.name for one in load_config(folder / "opsmart.yml").sources] == ["sales"]


def test_json_tells_all_of_it(folder: Path) -> None:
    result = run("sales.csv", "--json", "--timezone", "UTC")
    found = json.loads(result.stdout)
    assert found["complete"] is True
    (file,) = found["files"]
    (lines,) = file["entities"]
    columns = {one["column"]: one for one in lines["columns"]}
    assert lines["entity"] == "order_lines"
    assert columns["quantity"]["from"] == {"column": "Qty"}
    assert columns["order_line_id"]["checks"]
    assert {one["entity"]: one["count"] for one in found["entities"]}["orders"] == 1


def test_what_is_no_complete_mapping_ends_with_2(folder: Path) -> None:
    (folder / "odd.csv").write_text("foo,bar\n1,2\n", encoding="utf-8")
    result = run("odd.csv")
    assert result.exit_code == 2
    assert "--entity" in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [(("none.csv",), 1, "there is no such file"), (("sales.csv", "--entity", "order"), 2, "did you mean orders?"),
     (("sales.csv", "--timezone", "London"), 2, "there is no zone")],
)  # fmt: skip
def test_mistakes_are_one_line(folder: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_help_teaches() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "opsmart check" in result.output
