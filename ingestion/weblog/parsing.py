"""Lines → requests, in SQL over a few megabytes of lines at a time, and in memory only: addresses and user agents
are in them, and what becomes a row has neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.mapping.casts import literal
from ingestion.web.addresses import campaign, host
from ingestion.weblog.formats import Format
from ingestion.weblog.lines import LONGEST
from ingestion.weblog.routes import Route
from ingestion.weblog.settings import ASSETS

UNFIT = "the line does not fit the format"
NO_JSON = "the line is no JSON object"
TOO_LONG = "the line is longer than 1 MB"
NO_TIME = "its time cannot be read"
NO_STATUS = "its status is no number"


@dataclass(frozen=True)
class Rules:
    """Which requests become rows."""

    format: Format
    hosts: tuple[str, ...]
    pages: tuple[str, ...]
    ignore: tuple[str, ...]
    routes: tuple[Route, ...]
    visitor_cookie: str | None
    zone: str


@dataclass
class Parser:
    """Takes lines apart by one set of rules."""

    rules: Rules
    _duck: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect, init=False)

    def __post_init__(self) -> None:
        # What does not fit in memory must not go to the disk.
        self._duck.execute("set temp_directory = ''; set TimeZone = 'UTC'")
        self._sql = _sql(self.rules)

    def requests(self, lines: pa.Array, first: int) -> pa.Table:
        """Requests that are pages, and lines that cannot be read (with `problem`), with the number of each line."""
        size = 1 << 13  # several of them, so that DuckDB has something for each thread
        table = pa.table({"line": lines, "_row": pa.array(range(first, first + len(lines)), pa.int64())})
        self._duck.register("given", pa.Table.from_batches(table.to_batches(max_chunksize=size)))
        try:
            return self._duck.sql(self._sql).to_arrow_table()
        finally:
            self._duck.unregister("given")


def _sql(rules: Rules) -> str:
    found = rules.format
    have = set(found.parts)
    return f"""
        with taken as materialized ({_taken(found)}),
        split as (
            select _row, fault, time, address, {_have("forwarded", have)}, {_have("referrer", have)},
                {_have("agent", have)}, {_cookie(rules, have)} as cookie, {_have("host", have)},
                {_have("content_type", have)}, try_cast(status as integer) as status,
                {_method(have)} as method, {_target(have)} as target
            from taken
        ),
        asked as (
            select *, split_part(target, '?', 1) as raw_path,
                nullif(split_part(split_part(target, '?', 2), '#', 1), '') as query
            from split
            where fault is not null or (method is not null and {_wanted(rules, have)})
        ),
        timed as (select *, {_time()} as happened from asked)
        select
            _row,
            coalesce(fault, case when happened is null then {literal(NO_TIME)} end) as problem,
            strftime(happened at time zone 'UTC', '%Y-%m-%d %H:%M:%S.%f') || '+00' as time,
            cast(cast(happened at time zone {literal(rules.zone)} as date) as varchar) as day,
            method,
            coalesce(nullif(raw_path, ''), '/') as path,
            query,
            cast(status as varchar) as status,
            host,
            {_referrer(rules)} as referrer,
            {", ".join(f"{sql} as {name}" for name, sql in campaign("query").items())},
            address, forwarded, agent, cookie
        from timed
        where {_kept(rules)}
    """


def _taken(found: Format) -> str:
    if found.pattern:
        names = ", ".join(literal(name) for name in found.parts)
        columns = ", ".join(f"nullif(nullif(f.{name}, ''), '-') as {name}" for name in found.parts)
        fault = (
            f"case when length(line) > {LONGEST} then {literal(TOO_LONG)} when f.time = '' then {literal(UNFIT)}"
            f" when try_cast(f.status as integer) is null then {literal(NO_STATUS)} end"
        )
        return (
            f"select _row, {fault} as fault, {columns} from (select _row, line,"
            f" regexp_extract(line, {literal(found.pattern)}, [{names}]) as f from given where line <> '') as matched"
        )
    paths = ", ".join(literal(f'$."{key}"') for _, key in found.paths)
    parts: dict[str, list[str]] = {}
    for at, (part, _) in enumerate(found.paths, 1):
        parts.setdefault(part, []).append(f"nullif(nullif(v[{at}], ''), '-')")
    columns = ", ".join(f"coalesce({', '.join(values)}, null) as {part}" for part, values in parts.items())
    fault = (
        f"case when length(line) > {LONGEST} then {literal(TOO_LONG)} when v is null then {literal(NO_JSON)}"
        f" when time is null then 'it has no time' when try_cast(status as integer) is null"
        f" then {literal(NO_STATUS)} end"
    )
    return (
        f"select *, {fault} as fault from (select _row, line, v, {columns} from (select _row, line,"
        f" case when json_valid(line) and json_type(line) = 'OBJECT' then json_extract_string(line, [{paths}]) end as v"
        " from given where line <> '') as extracted) as named"
    )


def _have(part: str, have: set[str]) -> str:
    return part if part in have else f"cast(null as varchar) as {part}"


def _cookie(rules: Rules, have: set[str]) -> str:
    own = "cookie" if "cookie" in have else "null"
    if "cookies" in have and rules.visitor_cookie:
        name = re.escape(rules.visitor_cookie)
        inside = f"nullif(regexp_extract(cookies, {literal(f'(?:^|;)[ ]*{name}=([^;]*)')}, 1), '')"
        return f"coalesce({own}, {inside})"
    return f"cast({own} as varchar)"


def _method(have: set[str]) -> str:
    asked = "split_part(request, ' ', 1)"
    if "method" in have:
        return f"coalesce(upper(method), {asked})" if "request" in have else "upper(method)"
    return asked if "request" in have else "'GET'"


def _target(have: set[str]) -> str:
    said = []
    if "target" in have:
        query = "coalesce('?' || nullif(ltrim(query, '?'), ''), '')" if "query" in have else "''"
        said.append(f"case when contains(target, '?') then target else target || {query} end")
    if "request" in have:
        said.append("nullif(split_part(request, ' ', 2), '')")
    target = f"coalesce({', '.join(said)}, null)"
    absolute = f"regexp_replace({target}, '^https?://[^/]+', '')"
    return f"case when starts_with({target}, 'http') then {absolute} else {target} end"


def _wanted(rules: Rules, have: set[str]) -> str:
    """Methods, answers and types that a page has: cheap, so it is asked first."""
    html = (
        "(content_type is null or regexp_matches(content_type, '(?i)html'))"
        if "content_type" in have
        else "true"
    )
    others = (
        ", ".join(literal(one) for one in sorted({route.method for route in rules.routes} - {"GET"})) or "''"
    )
    pages = f"(method = 'GET' and status in (200, 304) and {html})"
    return f"({pages} or (method in ({others}) and status between 200 and 399))"


def _kept(rules: Rules) -> str:
    """Paths that are pages, or that a route names."""
    path = "coalesce(nullif(raw_path, ''), '/')"
    routed = [
        f"({one.condition().replace('regexp_matches(path,', f'regexp_matches({path},')})"
        for one in rules.routes
    ]
    page = [f"method = 'GET' and not regexp_matches(raw_path, {literal(ASSETS)})"]
    page += [f"not regexp_matches(raw_path, {literal(one)})" for one in rules.ignore]
    if rules.pages:
        page.append(
            "(" + " or ".join(f"regexp_matches(raw_path, {literal(one)})" for one in rules.pages) + ")"
        )
    return " or ".join(["fault is not null", f"({' and '.join(page)})", *routed])


def _referrer(rules: Rules) -> str:
    """The page before, without its query; NULL where it is the shop's own."""
    own = ", ".join(literal(one) for one in rules.hosts)
    said = host("referrer")
    return (
        f"case when {said} <> '' and {said} not in ({own}) and {said} <> coalesce(regexp_replace(lower(host),"
        " '^www[.]|:[0-9]+$', '', 'g'), '')"
        " then regexp_extract(referrer, '^([^?#]*)', 1) end"
    )


def _time() -> str:
    return (
        "case when regexp_matches(time, '^[0-9]{1,2}/') then try_strptime(time, '%d/%b/%Y:%H:%M:%S %z')"
        " when regexp_full_match(time, '[0-9]{9,11}([.][0-9]+)?')"
        " then make_timestamptz(cast(try_cast(time as decimal(20, 6)) * 1000000 as bigint))"
        " when regexp_full_match(time, '[0-9]{13}') then make_timestamptz(try_cast(time as bigint) * 1000)"
        " when regexp_matches(time, '(?:[zZ]|[+-][0-9]{2}:?[0-9]{2})$') then try_cast(time as timestamptz) end"
    )


def distinct(column: pa.ChunkedArray | pa.Array) -> tuple[list[str | None], pa.Array]:
    """The distinct values of a column of text, and which of them each row has. NULL is one of them."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = array.dictionary_encode(null_encoding="encode")
    return coded.dictionary.to_pylist(), pc.cast(coded.indices, pa.int32())
