"""What is expected of a mart, as its yml says: `config.meta.gate` of the model, `config.meta.bounds` of a column.

Read from dbt's manifest, where the ymls are already parsed. README.md says what can be written there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quality.bounds import Bounded
from quality.verdict import Severity


class SuiteError(ValueError):
    """A gate in a mart's yml is not written as README.md says; the text names the model and the key."""


@dataclass(frozen=True)
class MartCheck:
    """One bound on one measure of a mart's profile (a frame of one row, see `profile.table_profile`)."""

    measure: str
    """Column of the profile."""
    column: str | None
    """Column of the mart, if it is about one."""
    low: Any
    high: Any
    expected: str
    """The bound in words."""
    severity: Severity
    personal: bool = False

    def on(self, value: Any) -> Bounded:
        """A measured value with these bounds."""
        return Bounded(value, _instant(self.low), _instant(self.high))


@dataclass(frozen=True)
class MartSuite:
    """The checks of one mart, and what its profile must measure for them."""

    checks: tuple[MartCheck, ...]
    personal: frozenset[str]
    unique: tuple[tuple[str, ...], ...]


def mart_suite(node: Mapping[str, Any], upstream_rows: Sequence[bool]) -> MartSuite:
    """The suite of a model, from its node in dbt's manifest.

    `upstream_rows` says of each model that it reads whether that one has rows: a shop without refunds has an empty
    `fct_refunds`, and a warehouse without data may be empty throughout. Raises SuiteError.
    """
    name, gate = node["name"], _meta(node).get("gate") or {}
    severity = _severity(gate, {"rows", "totals", "unique", "key"}, f"{name}: meta.gate")
    columns = node.get("columns") or {}
    personal = frozenset(one for one, column in columns.items() if _meta(column).get("pii"))
    unique = tuple(tuple(_listed(one)) for one in gate.get("unique", ()))
    checks = [
        *_rows(gate.get("rows") or {}, upstream_rows, f"{name}: meta.gate.rows", severity),
        *(
            MartCheck(f"{k}:nulls", k, None, 0, "no NULL", severity, k in personal)
            for k in _key_columns(node, gate)
        ),
        *(_is_unique(key, severity) for key in unique),
        *(
            _total(column, bounds, f"{name}: meta.gate.totals.{column}", severity)
            for column, bounds in (gate.get("totals") or {}).items()
        ),
    ]
    for column, described in columns.items():
        bounds = _meta(described).get("bounds") or {}
        checks += _bounds(column, bounds, f"{name}.{column}: meta.bounds", severity, column in personal)
    return MartSuite(tuple(checks), personal, unique)


def _rows(
    bounds: Mapping[str, Any], upstream_rows: Sequence[bool], where: str, severity: Severity
) -> Iterator[MartCheck]:
    """A lower bound holds unless all that the mart reads is empty; without one, a mart has rows if all it reads has."""
    severity = _severity(bounds, {"min", "max"}, where, severity)
    low, high = bounds.get("min"), bounds.get("max")
    if low is None and upstream_rows and all(upstream_rows):
        low = 1
    elif upstream_rows and not any(upstream_rows):
        low = None
    if low is not None or high is not None:
        yield MartCheck("rows", None, low, high, _range(low, high), severity)


def _is_unique(key: tuple[str, ...], severity: Severity) -> MartCheck:
    return MartCheck(f"{','.join(key)}:duplicates", None, None, 0, f"one row per {', '.join(key)}", severity)


def _total(column: str, bounds: Mapping[str, Any], where: str, severity: Severity) -> MartCheck:
    severity = _severity(bounds, {"min", "max"}, where, severity)
    low, high = bounds.get("min"), bounds.get("max")
    return MartCheck(f"{column}:sum", column, low, high, _range(low, high), severity)


def _bounds(
    column: str, bounds: Mapping[str, Any], where: str, severity: Severity, personal: bool
) -> Iterator[MartCheck]:
    severity = _severity(bounds, {"min", "max", "nulls"}, where, severity)
    low, high, nulls = bounds.get("min"), bounds.get("max"), bounds.get("nulls")
    if personal and (low is not None or high is not None):
        raise SuiteError(f"{where}: a personal column has no profile of values, so only nulls can be bounded")
    if low is not None:
        yield MartCheck(f"{column}:min", column, low, None, _range(low, None), severity)
    if high is not None:
        yield MartCheck(f"{column}:max", column, None, high, _range(None, high), severity)
    if nulls is not None:
        expected = f"at most {nulls * 100:g} % NULL"
        yield MartCheck(f"{column}:null_share", column, None, nulls, expected, severity, personal)


def _key_columns(node: Mapping[str, Any], gate: Mapping[str, Any]) -> list[str]:
    """The gate's own `key`, else the model's unique_key, else its primary-key constraint."""
    key = gate.get("key") or (node.get("config") or {}).get("unique_key")
    if key:
        return _listed(key)
    columns = (node.get("columns") or {}).items()
    return [
        n for n, c in columns if any(one.get("type") == "primary_key" for one in c.get("constraints") or ())
    ]


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    meta = (node.get("config") or {}).get("meta")
    return meta if isinstance(meta, Mapping) else {}


def _listed(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _severity(found: Any, known: set[str], where: str, default: Severity = "error") -> Severity:
    """The severity written in a block of the yml, once its keys are known to be right."""
    if not isinstance(found, Mapping) or found.keys() - known - {"severity"}:
        raise SuiteError(f"{where}: expected {', '.join(sorted(known))} or severity, found {found!r}")
    severity: Severity = found.get("severity", default)
    if severity not in ("error", "warn"):
        raise SuiteError(f"{where}.severity: expected error or warn, found {severity!r}")
    return severity


def _instant(bound: Any) -> Any:
    """A bound on days or instants is text in the manifest, `2011-01-01` or `2011-01-01T12:50:00`."""
    return datetime.fromisoformat(bound) if isinstance(bound, str) else bound


def _range(low: Any, high: Any) -> str:
    if low is not None and high is not None:
        return f"between {low} and {high}"
    return f"at least {low}" if low is not None else f"at most {high}" if high is not None else "anything"
