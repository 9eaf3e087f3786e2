"""Which database a URL names. A URL is a secret: nothing here gives it away whole, and errors name only its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ingestion.config_errors import suggest

if TYPE_CHECKING:
    from sqlalchemy import URL

Kind = Literal["postgresql", "mysql", "sqlite"]
_KINDS: dict[str, Kind] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
}
_PORTS: dict[Kind, int] = {"postgresql": 5432, "mysql": 3306, "sqlite": 0}
_FORM = "such as postgresql://user:password@host:5432/database, mysql://…, sqlite:///shop.db"


class AddressError(ValueError):
    """This is no URL of a database that can be read; the text does not hold the URL."""

    def __init__(self, message: str, hint: str | None = _FORM) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Address:
    """A database."""

    kind: Kind
    url: URL = field(repr=False)

    @property
    def database(self) -> str:
        """The database's name; of SQLite its path."""
        return str(self.url.database)

    @property
    def user(self) -> str:
        return self.url.username or "nobody"

    @property
    def place(self) -> str:
        """Where it is, for messages: without user, password and options."""
        if self.kind == "sqlite":
            return self.database
        return f"{self.url.host or 'localhost'}:{self.url.port or _PORTS[self.kind]}"


def understood(url: str) -> Address:
    """The database that a URL names. A driver in it (`mysql+pymysql://`) is passed over: ours are fixed.

    Raises AddressError.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        made = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise AddressError("is not a URL of a database") from None
    name = made.drivername.split("+", 1)[0].lower()
    kind = _KINDS.get(name)
    if kind is None:
        raise AddressError(f"{name} is not a database that can be read", suggest(name, _KINDS))
    if not made.database or made.database == ":memory:":
        raise AddressError("does not name a database")
    return Address(kind, made)
