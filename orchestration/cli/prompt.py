"""The prompt of a bare `opsmart sql`: questions end with `;`, Ctrl+D leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    from prompt_toolkit import PromptSession

WORDS = (
    "select from where group by order by having limit join left using on with as and or not in between is null "
    "distinct count sum avg min max case when then else end desc asc union all describe show tables summarize"
).split()
LEAVE = ("exit", "quit", ".exit", ".quit")
HELP = ".tables lists the tables, .describe TABLE its columns, .exit leaves; a question ends with ;"


def converse(connection: duckdb.DuckDBPyConnection) -> None:
    """Answer one question after the other until the person leaves."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import InMemoryHistory

    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),
        completer=WordCompleter([*WORDS, *_names(connection)], ignore_case=True),
        complete_while_typing=False,
    )
    print(f"The current release, read-only. {HELP}")
    while True:
        try:
            question = _question(session)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if question in LEAVE:
            return
        if question:
            reply(connection, question)


def reply(connection: duckdb.DuckDBPyConnection, question: str) -> None:
    """Answer one question or command; a mistake is told and the conversation goes on."""
    from orchestration.cli.asking import Format, answer
    from orchestration.lib.errors import UsageProblem

    word, _, rest = question.partition(" ")
    if word == ".help":
        print(HELP)
        return
    query = {".tables": "show tables", ".describe": f'describe "{rest.strip()}"'}.get(word, question)
    try:
        answer(connection, query, Format.table, None)
    except UsageProblem as problem:
        print(problem)


def _question(session: PromptSession[str]) -> str:
    """Lines until one ends with `;`, or a single line that is a command."""
    lines: list[str] = []
    while True:
        line = session.prompt("opsmart> " if not lines else "      -> ").strip()
        lines.append(line)
        whole = "\n".join(lines).strip()
        if not whole or whole in LEAVE or whole.startswith("."):
            return whole
        if whole.endswith(";"):
            return whole.rstrip("; \n")


def _names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    query = "select distinct unnest([table_name, column_name]) from information_schema.columns"
    return sorted(row[0] for row in connection.execute(query).fetchall())
