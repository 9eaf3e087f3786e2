"""Which raw columns a select reads."""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from ingestion.mapping.checks import CARRIED


class Names:
    """Tells raw columns from the other names in a query: its aliases, its CTEs' columns, lambda parameters."""

    def __init__(self, query: exp.Query, input_name: str, lookups: Collection[str] = ()) -> None:
        ctes = {cte.alias.lower() for cte in query.find_all(exp.CTE)}
        self._inputs = {input_name.lower()}
        self._others = ctes | {one.alias.lower() for one in query.find_all(exp.Subquery) if one.alias}
        self._lookups: dict[str, str] = {}
        for table in query.find_all(exp.Table):
            alias, name = table.alias_or_name.lower(), table.name.lower()
            if name in lookups and name not in ctes:
                self._lookups[alias] = name
                self._others.add(alias)
            else:
                (self._others if name in ctes else self._inputs).add(alias)
        named = [one for one in query.find_all(exp.TableAlias) if not isinstance(one.parent, exp.Table)]
        self._others |= {one.name.lower() for one in named}
        self._parameters = {column.name.lower() for one in named for column in one.columns}
        self._parameters |= {
            name.name.lower() for one in query.find_all(exp.Lambda) for name in one.expressions
        }
        # An alias that only renames or repairs a raw column of its own name (`Quantity as quantity`) hides nothing.
        self._aliases = {
            one.alias.lower(): one.this
            for one in query.find_all(exp.Alias)
            if one.alias.lower() not in {column.name.lower() for column in one.this.find_all(exp.Column)}
        }

    def looked_up(self, query: exp.Query) -> dict[str, frozenset[str]]:
        """By other input: its raw columns that the query reads. (They have to be written with its name.)"""
        found: dict[str, set[str]] = {name: set() for name in self._lookups.values()}
        for column in query.find_all(exp.Column):
            name = self._lookups.get(column.table.lower())
            if name is not None and column.name.lower() not in CARRIED:
                found[name].add(str(column.name))
        return {name: frozenset(columns) for name, columns in found.items()}

    def read_by(self, node: exp.Expr) -> frozenset[str]:
        """Raw columns that `node` reads, directly or by the alias of another column of the select."""
        found: dict[str, str] = {}
        self._collect(node, found, set())
        return frozenset(found.values())

    def _collect(self, node: exp.Expr, found: dict[str, str], seen: set[str]) -> None:
        for column in node.find_all(exp.Column):
            name = self._raw_name(column)
            key = name.lower()
            if not name or key in CARRIED or key in self._parameters:
                continue
            if key not in self._aliases or (column.table and column.table.lower() in self._inputs):
                found.setdefault(key, name)
            elif key not in seen:
                self._collect(self._aliases[key], found, seen | {key})

    def _raw_name(self, column: exp.Column) -> str:
        table = column.table.lower()
        if not table or table in self._inputs:
            return str(column.name)
        return "" if table in self._others else str(column.table)  # `address.city`: a field of a struct
