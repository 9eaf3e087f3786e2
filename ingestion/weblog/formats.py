"""Formats of log lines: nginx' log_format and Apache's LogFormat become one regular expression (RE2), JSON a list of
paths. Either way a line gives the same few parts, and what else it says is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

PARTS = ("time", "address", "forwarded", "request", "method", "target", "query", "status", "referrer", "agent", "host",
         "content_type", "cookies", "cookie")  # fmt: skip
"""`request` is the whole request line; `target` the path, perhaps with the query; `cookie` the visitor's alone."""

_COMMON = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'
COMBINED = f'{_COMMON} "$http_referer" "$http_user_agent"'
NAMED = {
    "combined": COMBINED,
    "common": _COMMON,
    "vhost_combined": f"$host:$server_port {COMBINED}",
}

_NGINX = {
    "time_local": "time", "time_iso8601": "time", "msec": "time", "remote_addr": "address",
    "realip_remote_addr": "address", "http_x_forwarded_for": "forwarded", "request": "request",
    "request_method": "method", "request_uri": "target", "uri": "target", "document_uri": "target", "args": "query",
    "query_string": "query", "status": "status", "http_referer": "referrer", "http_user_agent": "agent",
    "host": "host", "http_host": "host", "server_name": "host", "sent_http_content_type": "content_type",
    "http_cookie": "cookies",
}  # fmt: skip
_APACHE = {
    "h": "address", "a": "address", "t": "time", "r": "request", "m": "method", "U": "target", "q": "query",
    "s": "status", "v": "host", "V": "host", "{referer}i": "referrer", "{user-agent}i": "agent", "{host}i": "host",
    "{x-forwarded-for}i": "forwarded", "{cookie}i": "cookies", "{content-type}o": "content_type",
}  # fmt: skip
_JSON = {
    "time": "time_iso8601 time_local msec time timestamp @timestamp ts",
    "address": "remote_addr client_ip remote_ip clientip ip",
    "forwarded": "http_x_forwarded_for x_forwarded_for",
    "request": "request",
    "method": "request_method method",
    "target": "request_uri uri url path",
    "query": "args query_string query",
    "status": "status status_code response",
    "referrer": "http_referer http_referrer referer referrer",
    "agent": "http_user_agent user_agent agent useragent",
    "host": "host http_host server_name vhost",
    "content_type": "sent_http_content_type content_type",
    "cookies": "http_cookie cookie cookies",
    "cookie": "visitor_id",
}
_TOKEN = re.compile(r"\$\{?(\w+)\}?")
_DIRECTIVE = re.compile(r"%[<>]?(?:!?[0-9,]*)(\{[^}]*\})?([a-zA-Z]|\^\w\w)")


class FormatError(ValueError):
    """A format that cannot be used; the text is for a person."""


@dataclass(frozen=True)
class Format:
    """How lines are taken apart: by `pattern`, whose groups are `parts`, or as JSON by `paths`."""

    parts: tuple[str, ...]
    pattern: str = ""
    paths: tuple[tuple[str, str], ...] = ()
    """(part, key) of JSON; of several keys for a part the first that is there counts."""


def understood(text: str, fields: Mapping[str, str], visitor_cookie: str | None) -> Format:
    """The format that a configuration names or spells. Raises FormatError."""
    if text == "json":
        return _json(fields)
    if fields:
        raise FormatError("fields says which keys of JSON lines are what; this format has none")
    spelled = NAMED.get(text, text)
    if "$" not in spelled and "%" not in spelled:
        raise FormatError(
            f"{text!r} is neither {', '.join(NAMED)}, json, nor a log_format of nginx or a LogFormat of Apache"
        )
    found = _from_tokens(spelled, *_tokens(spelled, visitor_cookie))
    missing = [name for name in ("time", "address", "status") if name not in found.parts]
    if not {"request", "target"} & set(found.parts):
        missing.append("request")
    if missing:
        raise FormatError(f"the format has no {' and no '.join(missing)}")
    return found


def _tokens(text: str, visitor_cookie: str | None) -> tuple[re.Pattern[str], dict[str, str], bool]:
    if "$" in text:
        named = dict(_NGINX)
        if visitor_cookie:
            named[f"cookie_{visitor_cookie}".lower()] = "cookie"
        return _TOKEN, named, False
    named = dict(_APACHE)
    if visitor_cookie:
        named[f"{{{visitor_cookie.lower()}}}C"] = "cookie"
    return _DIRECTIVE, named, True


def _from_tokens(text: str, token: re.Pattern[str], named: Mapping[str, str], apache: bool) -> Format:
    parts: list[str] = []
    pattern, at = "^", 0
    matches = list(token.finditer(text))
    if apache:
        text = text.replace(r"\"", '"') if r"\"" in text else text
        matches = list(token.finditer(text))
    for number, match in enumerate(matches):
        before = text[at : match.start()]
        pattern += re.escape(before).replace(r"\ ", " ").replace(r"\"", '"')
        at = match.end()
        after = text[at : matches[number + 1].start()] if number + 1 < len(matches) else text[at:]
        part = named.get(_name(match, apache))
        if apache and match[2] == "t" and match[1] is None:
            pattern += r"\[([^\]]*)\]"
        else:
            value = _value(before, after)
            pattern += f"({value})" if part and part not in parts else f"(?:{value})"
        if part and part not in parts:
            parts.append(part)
        elif apache and match[2] == "t" and match[1] is None:
            raise FormatError("the format has the time twice")
    pattern += re.escape(text[at:]).replace(r"\ ", " ").replace(r"\"", '"')
    return Format(tuple(parts), pattern + "(?:[ ].*)?$")


def _name(match: re.Match[str], apache: bool) -> str:
    if not apache:
        return match[1].lower()
    inside = match[1] or ""
    return inside.lower() + match[2] if match[2] in "ioC" else ("t" if match[2] == "t" else match[2])


def _value(before: str, after: str) -> str:
    """What stands in a field: anything up to what follows it, and in quotes also escaped quotes."""
    if before.endswith('"') and after.startswith('"'):
        return r'(?:[^"\\]|\\.)*'
    if not after:
        return ".*"
    return f"[^{re.escape(after[0])}]*"


def _json(fields: Mapping[str, str]) -> Format:
    for part in fields:
        if part not in PARTS:
            raise FormatError(f"fields.{part}: there is no such part of a request; known: {', '.join(PARTS)}")
    paths = [
        (part, key)
        for part, keys in _JSON.items()
        for key in ([fields[part]] if part in fields else keys.split())
    ]
    return Format(PARTS, paths=tuple(paths))
