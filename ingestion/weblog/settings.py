"""Settings of the `weblog` source: which logs, how their lines are written, what is a page, who is a visitor."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ingestion.config_errors import refuse, suggest
from ingestion.files.settings import Pattern
from ingestion.settings import EntityMapping, EntitySettings, SourceSettings, entity_mappings
from ingestion.weblog.formats import Format, FormatError, understood
from ingestion.weblog.mapping import INPUT, select
from ingestion.weblog.routes import KINDS, Route, RouteError, parsed

ASSETS = (
    r"(?i)\.(?:css|m?js|map|png|jpe?g|gif|svg|webp|avif|ico|bmp|woff2?|ttf|otf|eot|mp4|webm|mp3|m4a|pdf|zip|gz|xml|txt"
    r"|json|webmanifest|wasm|rss|atom)$"
)
MACHINERY = (
    r"(?i)^/(?:api|graphql|ajax|wp-json|wp-admin|wp-cron\.php|xmlrpc\.php|health|healthz|metrics|nginx_status"
    r"|server-status|\.well-known|\.env|\.git)(?:/|$)"
)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _network(value: str) -> str:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise refuse(
            f"{value!r} is neither an address nor a network", "such as 10.0.0.0/8 or 192.0.2.7"
        ) from None
    return value


def _host(value: str) -> str:
    if "/" in value or " " in value:
        raise refuse(f"{value!r} is not a host", "such as shop.example")
    return value.lower().removeprefix("www.")


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_listed)]


class WeblogSettings(SourceSettings):
    """A source of type `weblog`."""

    type: Literal["weblog"]
    path: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed), Field(min_length=1)
    ]
    """Path or pattern (several: a list) of the logs, rotated and gzipped ones too: `/var/log/nginx/access.log*`."""
    storage: dict[str, Any] = Field(default_factory=dict, repr=False)
    """Options of a remote store, as fsspec takes them: endpoint, user, secrets as ${NAME}."""
    format: str = "combined"
    """combined, common, vhost_combined, json, or the log_format (nginx) or LogFormat (Apache) itself."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Of JSON lines: which key is the time, the address, the agent … where it is not one that is known."""
    hosts: Annotated[
        tuple[Annotated[str, AfterValidator(_host)], ...], BeforeValidator(_listed), Field(min_length=1)
    ]
    """The shop's own hosts: a page of theirs is no place where a visit comes from."""
    visitor_cookie: str | None = Field(default=None, min_length=1)
    """Name of the first-party cookie that tells visitors apart, where the log has it."""
    trusted_proxies: Annotated[
        tuple[Annotated[str, AfterValidator(_network)], ...], BeforeValidator(_listed)
    ] = ()
    """Proxies (addresses, networks) whose X-Forwarded-For is believed; nobody else's is."""
    routes: dict[str, Texts] = Field(default_factory=dict)
    """Requests that are more than a page: `product: "/product/{variant_id}"`, `add_to_cart: "POST /cart/add"`."""
    pages: Patterns = ()
    """Regular expressions: only paths that match one are pages. All that are not ignored, where empty."""
    ignore: Patterns = (MACHINERY,)
    """Regular expressions: paths that are no pages, besides files that belong to pages (scripts, images …)."""
    entities: dict[str, EntitySettings] = Field(default_factory=dict)
    """Instead of the mapping that this source brings, or beside it."""

    @model_validator(mode="after")
    def _usable(self) -> WeblogSettings:
        try:
            found = self.line_format()
        except FormatError as error:
            raise refuse(f"format: {error}") from None
        if self.visitor_cookie and not {"cookie", "cookies"} & set(found.parts):
            raise refuse(
                "visitor_cookie is given, but the format has no cookie",
                f"add $cookie_{self.visitor_cookie} (nginx) or %{{{self.visitor_cookie}}}C (Apache) to it",
            )
        for name, texts in self.routes.items():
            if name not in KINDS:
                raise refuse(f"routes.{name} is no kind of event", suggest(name, KINDS))
            try:
                for text in texts:
                    parsed(name, text)
            except RouteError as error:
                raise refuse(f"routes.{name}: {error}") from None
        return self

    def line_format(self) -> Format:
        """How lines are taken apart. Raises FormatError."""
        return understood(self.format, self.fields, self.visitor_cookie)

    def all_routes(self) -> list[Route]:
        """The routes, ready to use."""
        return [parsed(name, text) for name, texts in self.routes.items() for text in texts]

    def input_names(self) -> list[str]:
        return [INPUT]

    def text_inputs(self) -> list[str]:
        return [INPUT]

    def mappings(self) -> dict[str, EntityMapping]:
        own = EntityMapping(entity="events", input=INPUT, select=select(self.all_routes()))
        return {"events": own, **entity_mappings(self.entities)}
