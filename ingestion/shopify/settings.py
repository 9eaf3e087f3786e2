"""Settings of the `shopify` source: which shop, by which token, which version of the API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from ingestion.api.settings import ApiSettings
from ingestion.config_errors import refuse
from ingestion.lengths import LengthOfTime, Span

if TYPE_CHECKING:
    from ingestion.api.tables import Table

VERSION = "2026-10"
"""The newest version that all queries have been checked against."""


def _shop_url(value: str) -> str:
    found = re.fullmatch(r"(?:https://)?([a-z0-9][a-z0-9-]*\.myshopify\.com)/?", value.strip().lower())
    if found:
        return f"https://{found[1]}"
    if re.fullmatch(
        r"http://(127\.0\.0\.1|localhost)(:\d+)?", value
    ):  # a shop that is only played, on this machine
        return value
    raise refuse(f"{value!r} is not the address of a Shopify shop", "such as my-shop.myshopify.com")


def _version(value: str) -> str:
    if not re.fullmatch(r"20\d\d-(01|04|07|10)", value):
        raise refuse(f"{value!r} is not a version of the API", f"a quarter such as {VERSION}")
    return value


class ShopifySettings(ApiSettings):
    """A source of type `shopify`."""

    type: Literal["shopify"]
    url: Annotated[str, AfterValidator(_shop_url)]
    """The shop's own address, as Shopify gave it: `my-shop.myshopify.com`."""
    token: SecretStr
    """Admin API access token of an app of the shop."""
    version: Annotated[str, AfterValidator(_version)] = VERSION
    paged_records: int = Field(default=250, ge=1)
    """Where more than this many records have changed, a bulk operation fetches them instead of pages."""
    patience: LengthOfTime = Span(seconds=6 * 3600)
    """The longest that one bulk operation may take."""

    def tables(self) -> Sequence[Table]:
        from ingestion.shopify.tables import TABLES

        return TABLES
