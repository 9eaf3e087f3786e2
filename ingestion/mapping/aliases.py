"""Raw columns that exports call by one of several names, brought to one of ours."""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.mapping.casts import identifier, literal
from ingestion.mapping.selects import RAW
from ingestion.settings import Alias


def with_aliases(sql: str, aliases: Mapping[str, Alias]) -> str:
    """SQL over `__raw__` that may also use the aliases as columns: the first of their raw columns with a value.

    All members must exist there, as everywhere with raw columns that a mapping reads.
    """
    if not aliases:
        return sql
    named = ", ".join(f"{_value(one)} as {identifier(one.name)}" for one in aliases.values() if not one.said)
    said = "".join(f", {_value(one)} as {identifier(one.name)}" for one in aliases.values() if one.said)
    # `replace` because a file may have a column of the alias's name, and then there must not be two.
    star = f"* replace ({named})" if named else "*"
    return sql.replace(f"{RAW} as ", f"(select {star}{said} from {RAW}) as ")


def _value(alias: Alias) -> str:
    if alias.said:
        cases = " ".join(
            f"when {identifier(raw)} is not null then {literal(what)}" for raw, what in alias.said.items()
        )
        return f"case {cases} end"
    columns = [identifier(name) for name in alias.members]
    return columns[0] if len(columns) == 1 else f"coalesce({', '.join(columns)})"
