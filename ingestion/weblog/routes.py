"""Routes: which requests are more than a page. `/product/{variant_id}`, `/search?q=`, `POST /cart/add`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingestion.mapping.casts import literal
from ingestion.web.addresses import parameter

KINDS = {
    "product": "product_view", "product_view": "product_view", "search": "search", "add_to_cart": "add_to_cart",
    "remove_from_cart": "remove_from_cart", "begin_checkout": "begin_checkout", "purchase": "purchase",
    "login": "login", "click": "click", "impression": "impression",
}  # fmt: skip
"""What routes may be called → what their requests are."""
STRONGEST = ("purchase", "begin_checkout", "add_to_cart", "remove_from_cart", "login", "search", "product_view",
             "click", "impression")  # fmt: skip
"""Where several routes fit, the first of these counts."""
TAKEN = ("variant_id", "product_id", "order_id")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class RouteError(ValueError):
    """A route that cannot be used; the text is for a person."""


@dataclass(frozen=True)
class Route:
    """A method, a pattern for the path, parameters that the query must have, and what is taken out of them."""

    kind: str
    method: str
    path: str
    """RE2, for the whole path."""
    taken: tuple[tuple[str, int], ...]
    """(column, group of the pattern)."""
    parameters: tuple[tuple[str, str | None], ...]
    """(name of the parameter, column that its value is)."""

    def condition(self) -> str:
        """SQL over the columns method, path and query."""
        parts = [f"method = {literal(self.method)}", f"regexp_matches(path, {literal(self.path)})"]
        parts += [
            f"regexp_matches(query, {literal(f'(?:^|[&;]){re.escape(name)}=')})"
            for name, _ in self.parameters
        ]
        return " and ".join(parts)

    def value(self, column: str) -> str | None:
        """SQL of what the route takes for a column, or None."""
        for name, group in self.taken:
            if name == column:
                coded = f"regexp_extract(path, {literal(self.path)}, {group})"
                return f"coalesce(try(url_decode({coded})), {coded})"
        for name, taken in self.parameters:
            if taken == column:
                return parameter("query", re.escape(name))
        return None


def parsed(name: str, text: str) -> Route:
    """A route as it is written. Raises RouteError."""
    kind = KINDS[name]
    method, _, rest = text.strip().rpartition(" ")
    method = method.strip().upper() or "GET"
    if method not in _METHODS:
        raise RouteError(f"{text!r} begins with {method}, which is no method; known: {', '.join(_METHODS)}")
    path, _, query = rest.partition("?")
    if not path.startswith("/"):
        raise RouteError(f"{text!r} should be a path that begins with /")
    taken: list[tuple[str, int]] = []
    pattern, groups = "", 0
    for part in re.split(r"(\{\w+\}|\*\*|\*)", path.rstrip("/") or ""):
        if part.startswith("{"):
            groups += 1
            taken.append((part[1:-1], groups))
            pattern += "([^/]+)"
        elif part in ("*", "**"):
            pattern += "[^/]*" if part == "*" else ".*"
        else:
            pattern += re.escape(part)
    parameters: list[tuple[str, str | None]] = []
    for pair in query.split("&") if query else []:
        key, _, value = pair.partition("=")
        column = value[1:-1] if value.startswith("{") and value.endswith("}") else None
        parameters.append((key, column or ("search_term" if kind == "search" and not parameters else None)))
    return Route(kind, method, f"^{pattern}/?$", tuple(taken), tuple(parameters))
