"""Requests → rows that may land: visitors named, machines told apart, what is personal masked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.personal.key import Key
from ingestion.personal.kinds import KEY_VERSION_COLUMN
from ingestion.web.addresses import UTM
from ingestion.web.masking import emails_masked, masked_addresses
from ingestion.weblog.agents import Agents
from ingestion.weblog.parsing import distinct
from ingestion.weblog.visitors import Clients, visitors

_ESCAPED = re.compile(r"\\x([0-9A-Fa-f]{2})|\\([\"\\ntr])")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
RAW = ("time", "method", "path", "query", "status", "host", "referrer", *UTM, "click_id")
COLUMNS = ("event_id", "problem", *RAW, "visitor_id", "user_agent_class", "device")


class Rows:
    """Makes rows of the requests of one source."""

    def __init__(self, key: Key, clients: Clients, region: str | None, *, has_agents: bool) -> None:
        self._key, self._clients, self._region, self._has_agents = key, clients, region, has_agents
        self._agents = Agents()

    def of(self, found: pa.Table, log_id: str, file: str) -> pa.Table:
        """The rows of requests as `Parser` gives them, all of them of one part of a log."""
        columns = {name: found.column(name).combine_chunks() for name in ("problem", *RAW)}
        bad = pc.is_valid(columns["problem"])
        for name in ("path", "query", "referrer", "host"):
            columns[name] = _unescaped(columns[name])
        columns["path"] = masked_addresses(columns["path"], self._region)
        columns["query"] = self._masked_query(columns["query"])
        columns["referrer"] = masked_addresses(columns["referrer"], self._region)
        for name in UTM:
            columns[name] = emails_masked(columns[name])
        columns["visitor_id"] = pc.if_else(bad, None, visitors(found, self._clients, self._key))
        kinds, devices = self._classes(found)
        columns["user_agent_class"], columns["device"] = kinds, devices
        number = found.column("_row").combine_chunks()
        padded = pc.utf8_lpad(number.cast(pa.string()), 12, "0")
        columns["event_id"] = pc.binary_join_element_wise(pa.scalar(log_id), padded, "-")
        rows = {name: columns[name] for name in COLUMNS}
        # Nothing of a line that could not be read is kept but why.
        rows |= {name: pc.if_else(bad, None, rows[name]) for name in RAW}
        size = found.num_rows
        rows["_file"] = pa.array([file] * size, pa.string())
        rows["_row"] = number
        rows[KEY_VERSION_COLUMN] = pa.array([self._key.version] * size, pa.string())
        return pa.table(rows)

    def _masked_query(self, query: pa.Array) -> pa.Array:
        asked = pc.binary_join_element_wise(pa.scalar(""), query, "?")
        return pc.utf8_slice_codeunits(masked_addresses(asked, self._region), 1)

    def _classes(self, found: pa.Table) -> tuple[pa.Array, pa.Array]:
        if not self._has_agents:
            return pa.nulls(found.num_rows, pa.string()), pa.nulls(found.num_rows, pa.string())
        agents, at = distinct(found.column("agent"))
        classes = self._agents.classes(agents)
        kinds = pa.array([one for one, _ in classes], pa.string()).take(at)
        return kinds, pa.array([one for _, one in classes], pa.string()).take(at)


def _unescaped(column: pa.Array) -> pa.Array:
    r"""Text of which the server has written some bytes as `\xE4` or `\"`."""
    found = pc.fill_null(pc.match_substring(column, "\\"), False)
    if not pc.any(found).as_py():
        return column
    coded = column.filter(found).dictionary_encode()
    values = pa.array([unescaped(one) for one in coded.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(column, found, values.take(coded.indices))


def unescaped(text: str) -> str:
    r"""`caf\xC3\xA9` is café; bytes that are not UTF-8 become marks.

    >>> unescaped(r"caf\xC3\xA9")
    'café'
    """
    plain: Callable[[re.Match[str]], str] = lambda one: (  # noqa: E731 -- one of two forms of an escape
        chr(int(one[1], 16)) if one[1] else _PLAIN[one[2]]
    )
    parts = re.split(r"((?:\\x[0-9A-Fa-f]{2})+)", text)
    told = [
        bytes(int(code, 16) for code in one.split("\\x")[1:]).decode("utf-8", "replace")
        if one.startswith("\\x")
        else _ESCAPED.sub(plain, one)
        for one in parts
    ]
    return "".join(told).replace("\0", "\ufffd")
