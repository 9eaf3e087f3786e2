"""Who asked: by the shop's own cookie, else by a keyed hash of address and user agent that is another one each day.

The hash joins the requests of a day and nothing else: without the key it cannot be made again, and tomorrow's is a
different one. Neither address nor agent is written anywhere.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

import pyarrow as pa

from ingestion.personal.key import Key
from ingestion.weblog.parsing import distinct

_SEPARATOR = "\x1f"
_SIGNS = 32
"""Hexadecimal digits of a visitor's hash: 128 bits."""


class Clients:
    """Finds the client behind proxies that are trusted."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted = [ipaddress.ip_network(one, strict=False) for one in trusted]
        self._is_trusted = lru_cache(maxsize=100_000)(self._look)

    def of(self, address: str, forwarded: str | None) -> str:
        """The last address of the chain that no trusted proxy has; the farthest one where all are trusted."""
        if not self._trusted or not forwarded or not self._is_trusted(address):
            return address
        chain = [one.strip().strip('"') for one in forwarded.split(",") if one.strip()]
        for one in reversed(chain):
            client = _bare(one)
            if not self._is_trusted(client):
                return client
        return _bare(chain[0]) if chain else address

    def _look(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return any(found in one for one in self._trusted if one.version == found.version)


def _bare(address: str) -> str:
    """Without a port: `[2001:db8::1]:443`, `192.0.2.1:80`."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def visitors(table: pa.Table, clients: Clients, key: Key) -> pa.Array:
    """The visitor of each request, from the columns day, address, forwarded, agent, cookie."""
    parts = [
        table.column(name).combine_chunks().fill_null("") for name in ("day", "address", "forwarded", "agent")
    ]
    cookie = table.column("cookie").combine_chunks()
    import pyarrow.compute as pc

    joined = pc.binary_join_element_wise(*parts, _SEPARATOR)
    values, at = distinct(pc.if_else(pc.is_valid(cookie), pa.scalar(None, pa.string()), joined))
    hashed = pa.array([None if one is None else _hashed(one, clients, key) for one in values], pa.string())
    seen, which = distinct(cookie)
    known = pa.array([_own(one, key) for one in seen], pa.string())
    return pc.coalesce(known.take(which), hashed.take(at))


def _hashed(joined: str, clients: Clients, key: Key) -> str:
    day, address, forwarded, agent = joined.split(_SEPARATOR, 3)
    return key.hash(f"{day}\n{clients.of(address, forwarded)}\n{agent}")[:_SIGNS]


def _own(cookie: str | None, key: Key) -> str | None:
    """The cookie's value as it stands, since orders may name it; one that holds somebody's address is hashed."""
    if cookie is None:
        return None
    return key.hash(cookie) if "@" in cookie or "%40" in cookie else cookie
