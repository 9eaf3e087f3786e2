"""Settings of the `vendure` source: which shop, who asks, how far back orders are read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, model_validator

from ingestion.api.settings import ApiSettings
from ingestion.config_errors import refuse

if TYPE_CHECKING:
    from ingestion.api.tables import Table


def _url(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise refuse(f"{value!r} is no address of the Admin API", "such as https://shop.example/admin-api")
    if "@" in value.partition("://")[2].partition("/")[0]:
        raise refuse("the address holds a password", "api_key: ${VENDURE_API_KEY}")
    return value.rstrip("/")


class VendureSettings(ApiSettings):
    """A source of type `vendure`."""

    type: Literal["vendure"]
    url: Annotated[str, AfterValidator(_url)]
    """Of the Admin API."""
    api_key: SecretStr | None = None
    username: SecretStr | None = None
    """A user who logs in, where there is no key."""
    password: SecretStr | None = None
    channel: SecretStr | None = None
    """Token of the channel; the default channel where None."""
    order_types: tuple[Literal["Regular", "Aggregate", "Seller"], ...] = ("Regular", "Aggregate")
    """Of a marketplace: orders of customers. Their parts for each seller (`Seller`) would count the money twice."""
    open_days: int = Field(default=60, ge=0)
    """Orders placed within so many days are read again every time."""
    unfinished_days: int = Field(default=365, ge=0)
    """So are orders of so many days that are neither delivered nor cancelled."""
    page_size: int = Field(default=100, ge=1, le=1000)
    """Records asked for at once; the server may allow fewer."""
    category_facet: str = "category"
    """Code of the facet whose first value is a product's category, the second its subcategory."""
    brand_facet: str = "brand"

    @model_validator(mode="after")
    def _let_in(self) -> VendureSettings:
        if (self.username is None) != (self.password is None):
            raise refuse("username and password go together")
        if (self.api_key is None) == (self.username is None):
            raise refuse("needs either api_key, or username and password", "api_key: ${VENDURE_API_KEY}")
        return self

    def tables(self) -> Sequence[Table]:
        from ingestion.vendure.tables import TABLES

        return TABLES
