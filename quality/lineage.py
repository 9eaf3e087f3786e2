"""Which raw columns stand behind which canonical column, as far as the text of a mapping tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from quality.raw import RELATION

if TYPE_CHECKING:
    from sqlglot import exp


def columns_behind(sql: str, raw_columns: Iterable[str]) -> dict[str, set[str]]:
    """Output column (lower case) → raw columns in its expression. Words messages and masks values, never decides.

    A column counts for the nearest alias above it. Only the select that reads `__raw__` itself is looked at, since
    the ones around it have our names already; of a select that groups or joins, all of it. SQL that sqlglot cannot
    parse gives nothing.
    """
    import sqlglot
    from sqlglot import exp

    known = {name.lower(): name for name in raw_columns}
    behind: dict[str, set[str]] = {}
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except sqlglot.errors.SqlglotError:
        return behind
    selects = list(tree.find_all(exp.Select))
    several = _aliases([one for one in selects if _reads_raw(one) and one.is_star], known)
    inner = [one for one in selects if (_reads_raw(one) or _reads_aliases(one)) and not one.is_star]
    columns = [column for part in inner for column in part.find_all(exp.Column)]
    for column in columns or tree.find_all(exp.Column):
        if column.name.lower() in known or column.name.lower() in several:
            alias = column.find_ancestor(exp.Alias)
            output = alias.alias if alias is not None else column.name
            behind.setdefault(output.lower(), set()).update(
                {known[column.name.lower()]} if column.name.lower() in known else ()
            )
            behind[output.lower()] |= several.get(column.name.lower(), set())
    return behind


def _aliases(layers: Iterable[exp.Select], known: Mapping[str, str]) -> dict[str, set[str]]:
    """Alias → the raw columns that it may be, from the select that brings several names to one of ours."""
    from sqlglot import exp

    return {
        alias.alias.lower(): {known.get(one.name.lower(), one.name) for one in alias.find_all(exp.Column)}
        for layer in layers
        for alias in layer.find_all(exp.Alias)
    }


def _reads_aliases(select: exp.Select) -> bool:
    from sqlglot import exp

    source = select.args.get("from_") or select.args.get("from")
    if source is None or not isinstance(source.this, exp.Subquery):
        return False
    layer = source.this.this
    return isinstance(layer, exp.Select) and layer.is_star and _reads_raw(layer)


def _reads_raw(select: exp.Select) -> bool:
    source = select.args.get("from_") or select.args.get("from")
    return source is not None and source.this.name == RELATION
