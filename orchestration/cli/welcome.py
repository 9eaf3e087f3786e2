"""Three answers from the marts, to end the first run with. The questions are the SQL files beside this one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.cli.console import console

if TYPE_CHECKING:
    from ingestion.config import Config

FOLDER = Path(__file__).with_name("answers")


def answers(config: Config) -> None:
    """Print the answer of each file in `answers/`: a query of one text column, its first line the question."""
    import duckdb

    from orchestration.lib.releases import open_release

    out = console()
    with open_release(config) as connection:
        for path in sorted(FOLDER.glob("*.sql")):
            query = path.read_text(encoding="utf-8")
            out.print(f"\n{query.splitlines()[0].removeprefix('-- ')}")
            try:
                rows = connection.execute(query).fetchall()
            except duckdb.Error as error:
                rows = [(f"cannot be answered: {str(error).splitlines()[0]}",)]
            for row in rows or [("there is no data for this yet",)]:
                out.print(f"  {row[0]}")
