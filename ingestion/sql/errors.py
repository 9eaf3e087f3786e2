"""What databases answer when something is wrong, in one line that tells the way out. Never a value, never a URL."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingestion.config_errors import nearest
from ingestion.sql.address import Address

_AUTH = {"28P01", "28000", "1045", "1698"}
_NO_DATABASE = {"3D000", "1049"}
_NO_RIGHT = {"42501", "1142", "1143", "1044"}
_TIMEOUT = {"57014", "3024", "1969"}
_TOO_MANY = {"53300", "1040", "1203", "1226"}
_STARTING = {"57P03"}
_LOST = {"57P01", "57P02", "08006", "08003", "2006", "2013"}
_STANDBY = {"40001"}
_PASSING = _TOO_MANY | _STARTING | _LOST | _STANDBY | {"2002", "2003", "08001"}


class InputError(Exception):
    """One input cannot be read; the others can. The text is one line for a person."""


class BadColumnError(Exception):
    """A value of this column does not fit the type that the database declares: read it in another way."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def code_of(error: BaseException) -> str:
    """SQLSTATE of PostgreSQL or the number of MySQL's error, '' without either."""
    origin = getattr(error, "orig", None) or error
    first = next(iter(getattr(origin, "args", ())), "")
    if isinstance(first, int):  # before MySQL's SQLSTATE, which says less
        return str(first)
    return str(getattr(origin, "sqlstate", None) or "")


def is_passing(error: BaseException) -> bool:
    """May the same thing work in a moment?"""
    code = code_of(error)
    if code:
        return code in _PASSING
    text = str(getattr(error, "orig", None) or error).lower()
    return any(
        part in text
        for part in (
            "connection refused",
            "timeout",
            "timed out",
            "starting up",
            "is locked",
            "server closed",
        )
    )


def connecting(error: BaseException, address: Address) -> str:
    """Why there is no connection."""
    code, text = code_of(error), str(getattr(error, "orig", None) or error).lower()
    if address.kind == "sqlite":
        return f"cannot open {address.place}: {_plain(error, address)}"
    if code in _AUTH or "authentication failed" in text or "no pg_hba.conf entry" in text:
        return f"{address.place} does not let user {address.user} in: are user and password in url right?"
    if code in _NO_DATABASE or ("database" in text and "does not exist" in text):
        return f"{address.place} has no database {address.database}, or none that user {address.user} may see"
    if code in _NO_RIGHT:
        return f"user {address.user} may not connect to database {address.database} on {address.place}"
    if code in _TOO_MANY:
        return f"{address.place} takes no more connections; run again later"
    return f"{address.place} cannot be reached: {_plain(error, address)} (is it running, and open to this machine?)"


def reading(error: BaseException, address: Address, what: str) -> str:
    """Why `what` (a table or query) cannot be read."""
    code = code_of(error)
    if code in _NO_RIGHT:
        return f"user {address.user} may not read {what}: grant select on it"
    if code in _TIMEOUT and "conflict" not in str(error).lower():
        return f"{what} took longer than statement_timeout: raise it, or read less (cursor, window, columns)"
    if is_passing(error):
        return f"the connection to {address.place} was lost while reading {what}; nothing was kept, run again"
    return f"{what} cannot be read: {_plain(error, address)}"


def no_table(name: str, known: Iterable[str], address: Address) -> str:
    """There is no such table; with the nearest there is."""
    known = list(known)
    near = nearest(name, known) or nearest(name.rpartition(".")[2], known)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(sorted(known)[:12]) or 'none'}"
    return f"there is no table {name} that user {address.user} may see ({hint})"


def no_column(name: str, known: Iterable[str], why: str) -> str:
    """A column that something needs is not there; with the nearest there is."""
    known = list(known)
    near = nearest(name, known)
    hint = f"did you mean {near}?" if near else f"its columns: {', '.join(known[:20])}"
    return f"there is no column {name}, {why} ({hint})"


def _plain(error: BaseException, address: Address) -> str:
    """The first line of the driver's message, without what it may quote of a row or of the URL."""
    origin = getattr(error, "orig", None) or error
    diagnosed = getattr(getattr(origin, "diag", None), "message_primary", None)
    said = [one for one in getattr(origin, "args", ()) if isinstance(one, str)]
    text = diagnosed or (said[0] if said else str(origin))
    line = " ".join((text.strip().splitlines() or [type(origin).__name__])[0].split())
    line = re.sub(r'(invalid input syntax[^:]*:|invalid (?:byte|value)[^:]*:)\s*".*', r"\1 ‹value›", line)
    for secret in (address.url.password, address.url.render_as_string(hide_password=False)):
        if secret:
            line = line.replace(str(secret), "‹secret›")
    return line[:300]
