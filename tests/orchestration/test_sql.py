"""`opsmart sql`: answers for people, spreadsheets and programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from orchestration.cli.main import app
from orchestration.lib.releases import publish
from tests.orchestration.built import Built

VALUES = """
select * from (values
    (1, 12.3400::decimal(18, 4), '=1+1', date '2026-03-31', timestamp '2026-03-31 12:00:00.5', true, [1, 2]),
    (-2, 12345678901234.5678::decimal(18, 4), '罗马 "quoted", and
two lines', null, null, false, []),
    (3, -5.0000::decimal(18, 4), '-50 % sale', null, null, null, null)
) as t (n, money, text, day, moment, flag, list)
"""


@pytest.fixture
def warehouse_with_release(warehouse: Built) -> Built:
    warehouse.build(rows=300)
    publish(warehouse.config)
    return warehouse


def sql(warehouse: Built, *arguments: object, stdin: str | None = None) -> Any:
    command = ["sql", *map(str, arguments), "--config", str(warehouse.config.path)]
    return CliRunner().invoke(app, command, input=stdin)


def test_json_keeps_every_digit(warehouse_with_release: Built) -> None:
    rows = json.loads(sql(warehouse_with_release, VALUES, "--json").output)
    assert rows[0] == {
        "n": 1, "money": 12.34, "text": "=1+1", "day": "2026-03-31", "moment": "2026-03-31 12:00:00.500000",
        "flag": True, "list": [1, 2],
    }  # fmt: skip
    assert rows[1]["money"] in (12345678901234.5678, "12345678901234.5678")
    assert (rows[2]["money"], rows[2]["text"], rows[2]["flag"]) == (-5, "-50 % sale", None)
    assert json.loads(sql(warehouse_with_release, "select 1 as a where false", "--json").output) == []


def test_csv_is_safe_to_open_in_a_spreadsheet_and_exact_otherwise(warehouse_with_release: Built) -> None:
    text = sql(warehouse_with_release, VALUES, "--format", "csv").stdout
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["n", "money", "text", "day", "moment", "flag", "list"]
    assert rows[1] == ["1", "12.3400", "'=1+1", "2026-03-31", "2026-03-31 12:00:00.500000", "true", "[1, 2]"]
    assert rows[2][:3] == ["-2", "12345678901234.5678", '罗马 "quoted", and\ntwo lines']
    assert rows[3][1:3] == ["-5.0000", "'-50 % sale"]


def test_a_file_gets_its_format_from_its_ending(warehouse_with_release: Built, tmp_path: Path) -> None:
    for name in ("answer.parquet", "answer.csv", "answer.json"):
        assert sql(warehouse_with_release, VALUES, "--output", tmp_path / name).exit_code == 0
    table = pq.read_table(tmp_path / "answer.parquet")
    assert (table.num_rows, str(table.schema.field("money").type)) == (3, "decimal128(18, 4)")
    assert len(json.loads((tmp_path / "answer.json").read_text())) == 3
    assert (tmp_path / "answer.csv").read_text().startswith("n,money")
    assert len(list(tmp_path.glob("answer.*"))) == 3


def test_a_failed_question_leaves_the_file_as_it_was(warehouse_with_release: Built, tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_text("old")
    assert sql(warehouse_with_release, "select nothing", "-o", path).exit_code == 2
    assert [(one.name, one.read_text()) for one in tmp_path.glob("*answer*")] == [("answer.csv", "old")]


def test_a_table_is_for_reading_and_says_when_it_is_cut(warehouse_with_release: Built) -> None:
    shown = sql(warehouse_with_release, "select id, name from mart_one order by id").output
    assert "n199" in shown
    assert "n200" not in shown
    assert "the first 200 rows" in shown


def test_the_question_may_come_from_stdin(warehouse_with_release: Built) -> None:
    assert sql(warehouse_with_release, "--format", "csv", stdin="select 1 as one;\n").output == "one\n1\n"


def test_a_mistake_is_duckdbs_message_and_exit_2(warehouse_with_release: Built) -> None:
    shown = sql(warehouse_with_release, "select nme from mart_one")
    assert shown.exit_code == 2
    assert 'Referenced column "nme" not found' in shown.output
    assert "Traceback" not in shown.output


def test_nothing_can_be_written_or_read_from_the_disk(warehouse_with_release: Built) -> None:
    for query in ("drop table mart_one", "copy mart_one to 'x.csv'", "from read_text('/etc/hostname')"):
        assert sql(warehouse_with_release, query).exit_code == 2


def test_before_the_first_release_it_says_what_to_do(warehouse: Built) -> None:
    shown = sql(warehouse, "select 1")
    assert (shown.exit_code, "`opsmart run`" in shown.output) == (2, True)


def test_the_prompt_goes_on_after_a_mistake(
    warehouse_with_release: Built, capfd: pytest.CaptureFixture[str]
) -> None:
    from orchestration.cli.prompt import reply
    from orchestration.lib.releases import open_release

    with open_release(warehouse_with_release.config) as connection:
        for question in ("select nme", ".tables", ".describe mart_one", ".help", "select 42 as answer"):
            reply(connection, question)
    shown = capfd.readouterr().out
    for part in ('"nme"', "mart_one", "BIGINT", ".describe TABLE", "42"):
        assert part in shown
