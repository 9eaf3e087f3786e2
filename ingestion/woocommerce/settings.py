"""Settings of the `woocommerce` source: which shop, how it lets us in, how far back orders are read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from ingestion.api.settings import ApiSettings
from ingestion.config_errors import refuse

if TYPE_CHECKING:
    from ingestion.api.tables import Table

LOOPBACK = ("localhost", "127.0.0.1", "::1")
API = "/wp-json"


def _url(value: str) -> str:
    """The address of the shop itself, without a slash at its end."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise refuse("is not the address of a shop", "such as https://shop.example")
    if parts.username or parts.password:
        raise refuse(
            "has a user in it", "consumer_key and consumer_secret, each from a variable of the environment"
        )
    if parts.query or parts.fragment:
        raise refuse(
            "is more than the shop's address", "https://shop.example; rest_route: true if permalinks are off"
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise refuse("sends customers' data in the clear; http is for this machine alone", "https://…")
    return value.rstrip("/").partition(API)[0]


def _key(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise refuse("is empty", "a variable of the environment, such as ${WOO_KEY}")
    return SecretStr(value.get_secret_value().strip())


class WoocommerceSettings(ApiSettings):
    """A source of type `woocommerce`: one shop. Several shops are several sources."""

    type: Literal["woocommerce"]
    url: Annotated[str, AfterValidator(_url)]
    """The shop's address, as WordPress has it under Settings → General."""
    consumer_key: Annotated[SecretStr, AfterValidator(_key)]
    consumer_secret: Annotated[SecretStr, AfterValidator(_key)]
    auth: Literal["basic", "oauth1"] | None = None
    """How requests show the key. Where None: Basic over https, signatures (OAuth 1.0a) over http."""
    rest_route: bool = False
    """The shop has plain permalinks: its API answers at `?rest_route=/wc/v3/` only."""
    open_days: int = Field(default=30, ge=0)
    """Orders placed within so many days are read again each time: deleting a refund changes no order's date."""
    per_page: int = Field(default=100, ge=2, le=100)
    """Records of one request; fewer where the shop's server runs out of memory or time."""

    @model_validator(mode="after")
    def _lets_us_in(self) -> WoocommerceSettings:
        if self.url.startswith("http:") and self.auth == "basic":
            raise refuse(
                "WooCommerce takes no Basic authentication over http", "auth: oauth1, or leave it out"
            )
        return self

    @property
    def signs(self) -> bool:
        """Are requests signed, instead of carrying key and secret?"""
        return (self.auth or ("basic" if self.url.startswith("https:") else "oauth1")) == "oauth1"

    def tables(self) -> Sequence[Table]:
        from ingestion.woocommerce.tables import TABLES

        return TABLES
