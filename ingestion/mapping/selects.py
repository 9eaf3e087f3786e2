"""Understands the SELECT by which a configuration maps raw rows, and rewrites it over the placeholder `__raw__`.

The text of the select is never re-generated: what has to be added is put in between its tokens, so DuckDB runs what
was written. sqlglot only says what is where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]  # public, but not in its __all__

from ingestion.mapping.casts import identifier
from ingestion.mapping.checks import CARRIED, faults, is_rowwise, looked_up
from ingestion.mapping.names import Names

RAW = "__raw__"

_CLAUSES = {
    TokenType.WHERE,
    TokenType.GROUP_BY,
    TokenType.HAVING,
    TokenType.QUALIFY,
    TokenType.WINDOW,
    TokenType.ORDER_BY,
    TokenType.LIMIT,
    TokenType.OFFSET,
}
_OPEN = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
_CLOSE = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}


class SelectError(ValueError):
    """The select cannot be used; the text says why, for a person."""


@dataclass(frozen=True)
class Select:
    """A checked select over one input. Compare names in lower case: DuckDB knows no other difference."""

    input: str
    body: str
    rowwise: bool
    """Every row it gives comes from exactly one raw row, and no other row has a say in it."""
    outputs: tuple[str, ...]
    reads: dict[str, frozenset[str]]
    """Of each output of a row-wise select: the raw columns it is made of. Empty for others."""
    filters: frozenset[str]
    """Raw columns that decide which rows there are; for a select that is not row-wise, all that it reads."""
    lookups: dict[str, frozenset[str]] = field(default_factory=dict)
    """Other inputs of the source that it joins, and the raw columns that it reads of each."""

    @property
    def raw_columns(self) -> frozenset[str]:
        """All raw columns it reads, as it spells them."""
        return self.filters.union(*self.reads.values())

    def over_raw(
        self,
        extra: Sequence[str] = (),
        standing: str = f"select * from {RAW} as landed",
        others: Mapping[str, str] | None = None,
    ) -> str:
        """The select over `__raw__`. A row-wise one also gives CARRIED and `extra`: (raw column, alias) pairs as
        SQL, `{input}` standing for the relation. Others give their outputs only, made of the rows `standing`.
        `others` is SQL that gives the rows of each other input; by default all there are."""
        joined = [
            f"{identifier(name)} as ({(others or {}).get(name, f'select * from {lookup(name)}')})"
            for name in self.lookups
        ]
        if not self.rowwise:
            relation = identifier(self.input)
            inner = (
                self.body if _starts_with_cte(self.body) else _read_from(self.body, relation, replace=False)
            )
            relations = ",\n".join([f"{relation} as ({standing})", *joined])
            return f"with {relations}\nselect * from (\n{inner}\n)"
        relation = identifier(_alias(self.body) or self.input)
        carried = [f"{relation}.{name} as {name}" for name in CARRIED]
        carried += [one.replace("{input}", relation) for one in extra]
        placed = _read_from(self.body, f"{RAW} as {relation}", replace=True)
        after_select = _tokens(placed)[0].end + 1
        before = "with " + ",\n".join(joined) + "\n" if joined else ""
        return f"{before}{placed[:after_select]} {', '.join(carried)},{placed[after_select:]}"


def lookup(input_name: str) -> str:
    """The placeholder of another input's rows, like `__raw__` of its own."""
    return f"__lookup_{input_name}__"


def understand(text: str, input_name: str, others: Sequence[str] = ()) -> Select:
    """Check and analyse `text`, which may join `others`. Raises SelectError for anything but one SELECT of named
    columns from the input."""
    query, tokens = _parse(text), _tokens(text)
    if tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    text = text[: tokens[-1].end + 1]  # also drops a comment at the end, which would swallow what comes after
    if tokens[0].token_type not in (TokenType.SELECT, TokenType.WITH):
        raise SelectError("should begin with select (or with)")
    for fault in faults(query, input_name, others):
        raise SelectError(fault)
    outputs = tuple(one.alias_or_name for one in query.selects)
    _check_outputs(query, outputs)
    lookups = looked_up(query, input_name, others)
    names = Names(query, input_name, lookups)
    joined = names.looked_up(query)
    if not is_rowwise(query, lookups):
        return Select(input_name, text, False, outputs, {}, names.read_by(query), joined)
    reads = {name: names.read_by(one) for name, one in zip(outputs, query.selects, strict=True)}
    deciding = [query.args.get("where"), *(join.args.get("on") for join in query.args.get("joins") or ())]
    filters = frozenset[str]().union(*(names.read_by(one) for one in deciding if one is not None))
    return Select(input_name, text, True, outputs, reads, filters, joined)


def _check_outputs(query: exp.Query, outputs: Sequence[str]) -> None:
    for one, name in zip(query.selects, outputs, strict=True):
        if not name or not isinstance(one, exp.Alias | exp.Column):
            raise SelectError(f"needs a name for the column `{one.sql('duckdb')}`: write `… as name`")
    lower = [name.lower() for name in outputs]
    doubled = sorted({name for name in lower if lower.count(name) > 1})
    if doubled:
        raise SelectError(f"gives {', '.join(doubled)} twice")


def _parse(text: str) -> exp.Query:
    try:  # DuckDB runs it, so DuckDB says whether it is SQL
        count = len(duckdb.extract_statements(text))
    except duckdb.Error as error:
        message, _, rest = str(error).partition("\n")
        line = rest.strip().partition(":")[0].replace("LINE", " in its line") if "LINE" in rest else ""
        raise SelectError(f"is not valid SQL{line}: {message.removeprefix('Parser Error: ')}") from None
    try:
        statements = sqlglot.parse(text, read="duckdb")
    except SqlglotError as error:
        raise SelectError(f"cannot be analysed, write it in a plainer way: {_first_line(error)}") from None
    if count != 1 or len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise SelectError("should be one select")
    return statements[0]


def _tokens(text: str) -> list[Token]:
    try:
        return list(sqlglot.tokenize(text, read="duckdb"))
    except SqlglotError as error:
        raise SelectError(f"is not valid SQL: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _starts_with_cte(body: str) -> bool:
    return _tokens(body)[0].token_type is TokenType.WITH


def _alias(body: str) -> str:
    source = _parse(body).args.get("from_")
    table = source.find(exp.Table) if source is not None else _parse(body).find(exp.Table)
    return "" if table is None else str(table.alias)


def _read_from(body: str, relation: str, *, replace: bool) -> str:
    """Add `from relation` to a SELECT without FROM; with `replace`, put `relation` in place of the table of one that
    has it (together with the alias that it may have)."""
    tokens = _tokens(body)
    for position, token in _top_level(tokens):
        if token.token_type is TokenType.FROM:
            if not replace:
                return body
            table, after = tokens[position + 1], tokens[position + 2 :]
            last = table if not _alias(body) else after[1 if after[0].token_type is TokenType.ALIAS else 0]
            return body[: table.start] + relation + body[last.end + 1 :]
        if token.token_type in _CLAUSES:
            return f"{body[: token.start]}from {relation} {body[token.start :]}"
    return f"{body} from {relation}"


def _top_level(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Tokens outside all brackets, without the FROM of `is distinct from`."""
    depth = 0
    for position, token in enumerate(tokens):
        depth += (token.token_type in _OPEN) - (token.token_type in _CLOSE)
        if depth == 0 and not (position and tokens[position - 1].token_type is TokenType.DISTINCT):
            yield position, token
