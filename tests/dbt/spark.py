"""What of a query Spark 4.3 would not take, as far as that shows without Spark.

sqlglot reads much that Spark does not, so that a query parses says little. Hence the list of Spark's own functions
(`spark_functions.txt`), and the constructs that were seen to fail in Spark's parser or to mean something else.
"""

from __future__ import annotations

import re
from pathlib import Path

import sqlglot
from sqlglot import exp

_FUNCTIONS = set(
    " ".join(
        line
        for line in Path(__file__).with_name("spark_functions.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ).split()
)
# What may stand before a parenthesis without being a function.
_WORDS = set(
    "all and anti any as asc between by case cast cross cube desc distinct else end except exists filter from full"
    " group having if in inner intersect interval is join lateral left limit not null on or order outer over partition"
    " pivot qualify right rollup row rows select semi sets some then union using values when where window with within"
    " array bigint boolean char date decimal double float int map smallint string struct timestamp varchar".split()
)

_REFUSED = {
    r"\*\s*(?:exclude|replace)\b": "`* exclude`: name the columns, or a macro",
    r"\bdatediff\s*\(\s*''": "datediff by unit: days_between, months_between",
    r"\b(?:ignore|respect)\s+nulls\b": "ignore nulls: a macro",
    r"\basof\b": "asof join: a macro",
    r"\bpositional\s+join\b": "positional join",
    r"\bdistinct\s+on\b": "distinct on: qualify row_number()",
    r"\bat\s+time\s+zone\b": "at time zone: local_date or another macro",
    r"\[": "list literals and subscripts",
    r"\{": "struct literals",
    r"//": "integer division: floor(a / b)",
    r"\bas\s+(?:varchar|text|char)\b(?!\s*\()": "varchar without a length: string",
    r"\b(?:hugeint|uhugeint|utinyint|usmallint|uinteger|ubigint|timestamptz|int[1248])\b": "a type of DuckDB",
    r"\busing\s+sample\b": "using sample",
    r"\border\s+by\s+all\b": "order by all: name the columns",
    r"\bover\s*\(\s*(?!partition\b|order\b|rows\b|range\b|groups\b)\w+": "a named window refined in over ()",
    r'"': "an identifier in double quotes is a text in Spark",
}


def problems(sql: str) -> list[str]:
    """What Spark would not take, in words; an empty list if nothing was found. `sql` is one compiled query."""
    plain = _plain(sql)
    found = [words for pattern, words in _REFUSED.items() if re.search(pattern, plain)]
    called = set(re.findall(r"(?<![.\w`])([a-z_]\w*)\s*\(", plain))
    defined = set(re.findall(r"(?:\bwith|,)\s+([a-z_]\w*)\s*(?:\([^()]*\))?\s+as\s*\(", plain))
    found += [
        f"{name}() is not a function of Spark" for name in sorted(called - _FUNCTIONS - _WORDS - defined)
    ]
    try:
        tree = sqlglot.parse_one(_relations(sql), read="spark")
    except sqlglot.ParseError as error:
        return [*found, f"does not parse: {error}"]
    if any(select.args.get("qualify") and select.args.get("group") for select in tree.find_all(exp.Select)):
        found.append("qualify in a select with group by: two steps")
    return found


def _relations(sql: str) -> str:
    """dbt quotes relations as the target does, here DuckDB: in Spark's way."""
    return re.sub(r'"\w+"\."(\w+)"\."(\w+)"', r"`\1`.`\2`", sql)


def _plain(sql: str) -> str:
    """Lower case, without comments, texts emptied, relations without quotes."""
    sql = re.sub(r"/\*.*?\*/", " ", _relations(sql), flags=re.DOTALL)
    sql = re.sub(r"'(?:[^']|'')*'|--[^\n]*", lambda match: "''" if match.group()[0] == "'" else "", sql)
    return re.sub(r"`\w+`", "x", sql).lower()
