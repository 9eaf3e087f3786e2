"""One WooCommerce shop, as requests see it: its addresses, who we are, and whether it is the shop we were told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from requests.auth import HTTPBasicAuth

from ingestion.api.client import Client
from ingestion.api.errors import FeedError
from ingestion.source import SourceError
from ingestion.woocommerce.signing import Signing

if TYPE_CHECKING:
    from ingestion.woocommerce.settings import WoocommerceSettings

NAMESPACE = "wc/v3"
# WooCommerce 8 to 10 look for this text in the address before they look for a key, also where permalinks are off.
_MARK = "via=wp-json/wc/"


@dataclass(frozen=True)
class Answer:
    """Records of a collection, and how many it has in all (None: the shop does not say)."""

    records: list[dict[str, Any]]
    total: int | None


class Shop:
    """Asks one shop. Before the first question it is made sure that it is WooCommerce, and counts in our currency."""

    def __init__(self, settings: WoocommerceSettings, currency: str) -> None:
        key = settings.consumer_key.get_secret_value()
        secret = settings.consumer_secret.get_secret_value()
        self.settings, self._currency = settings, currency
        self._signing = Signing(key, secret, settings.url) if settings.signs else None
        self.client = Client(
            settings.url,
            name=settings.name,
            secrets=[secret, key],
            auth=None if settings.signs else HTTPBasicAuth(key, secret),
            timeout=settings.timeout.seconds,
            adapter=self._signing,
        )
        self._general: Mapping[str, Any] | None = None

    def collection(self, path: str, params: Mapping[str, Any]) -> Answer:
        """Records of `orders`, `products/7/variations` … Raises FeedError, SourceError."""
        self._look()
        return self._listed(path, params)

    def days_ago(self, days: int) -> datetime:
        """So many days before now, by the shop's clock."""
        return (self.client.server_time or datetime.now(UTC)) - timedelta(days=days)

    @property
    def prices_include_tax(self) -> bool:
        """Do the prices in the catalogue hold tax?"""
        general = self._look()
        return general.get("woocommerce_calc_taxes") == "yes" and (
            general.get("woocommerce_prices_include_tax") == "yes"
        )

    def _look(self) -> Mapping[str, Any]:
        """The shop's general settings, read once. Raises SourceError where this cannot be the shop."""
        if self._general is None:
            self._general = self._settings()
            said = self._general.get("woocommerce_currency")
            if said and str(said).upper() != self._currency.upper():
                raise SourceError(
                    f"source {self.settings.name}: the shop at {self.settings.url} counts in {said}, and shop"
                    f" {self.settings.shop} of the configuration in {self._currency}: which is right?"
                )
        return self._general

    def _settings(self) -> dict[str, Any]:
        taken = dict[str, Any]()
        try:
            for group in ("general", "tax"):
                taken |= {
                    one.get("id", ""): one.get("value")
                    for one in self._listed(f"settings/{group}", {}).records
                }
        except FeedError as error:
            if error.status == 404:
                self._diagnosed(error)
            # 403: a key of somebody who may not manage the shop reads orders all the same
        except SourceError as error:
            if "(401)" not in str(error) or self._signing is None or not self._knows_another_home():
                raise
            return self._settings()
        return taken

    def _knows_another_home(self) -> bool:
        """Signatures are made for the address that WordPress believes to have: take it, if it is not the one called."""
        home = str(self._index().get("home") or "").rstrip("/")
        if self._signing is None or not home.startswith("http") or home == self._signing.home:
            return False
        self._signing.home = home
        return True

    def _diagnosed(self, error: FeedError) -> None:
        """Why there is no WooCommerce. Raises SourceError."""
        where = f"source {self.settings.name}: {self.settings.url}"
        known = self._index().get("namespaces")
        if isinstance(known, list) and NAMESPACE not in known:
            raise SourceError(
                f"{where} is WordPress, and WooCommerce's API {NAMESPACE} is not switched on"
            ) from None
        hint = "" if self.settings.rest_route else "; if its permalinks are plain, say rest_route: true"
        raise SourceError(f"{where} has no WooCommerce API ({error}){hint}") from None

    def _index(self) -> Mapping[str, Any]:
        """What WordPress says of itself to everybody. Without our key, which it would take for a user of its own."""
        client = Client(
            self.settings.url, name=self.settings.name, timeout=self.settings.timeout.seconds, attempts=1
        )
        path, params = ("/index.php", {"rest_route": "/"}) if self.settings.rest_route else ("/wp-json/", {})
        try:
            told = client.json(client.get(path, params))
        except (FeedError, SourceError):  # hidden by a plugin
            return {}
        return told if isinstance(told, dict) else {}

    def _listed(self, path: str, params: Mapping[str, Any]) -> Answer:
        route = f"/{NAMESPACE}/{path}"
        if self.settings.rest_route:
            response = self.client.get(f"/index.php?{_MARK}", {"rest_route": route, **params})
        else:
            response = self.client.get(f"/wp-json{route}", params)
        told = self.client.json(response)
        if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
            raise FeedError(f"{self.settings.url}{route} answered something that is no list of records")
        total = response.headers.get("X-WP-Total", "")
        return Answer(told, int(total) if total.isdigit() else None)
