"""The parts of the configuration file that belong to no source."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ingestion.config_errors import refuse
from ingestion.settings import Strict
from ingestion.zones import Currency, Zone

AsOf = Literal["now", "latest"] | datetime
"""The instant that a run calls now: the clock's, the newest in the data, or a fixed one (UTC)."""


def parse_as_of(text: str) -> AsOf:
    """`now`, `latest`, or an instant with its offset such as 2011-12-09T12:50:00Z. Raises ValueError otherwise."""
    if text in ("now", "latest"):
        return text  # type: ignore[return-value]  # mypy does not narrow by membership
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither now, nor latest, nor an instant") from None
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} does not say its offset from UTC")
    return instant.astimezone(UTC)


def _as_of(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return parse_as_of(value)
    except ValueError as error:
        raise refuse(str(error), "write now, latest or for example 2011-12-09T12:50:00Z") from None


def _clock(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise refuse(f"{value!r} is not a time of day", "write for example 06:30")
    return value


class Shop(Strict):
    """A shop: its dates are days in its zone, its money is in its currency."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    name: str = Field(min_length=1)
    timezone: Zone
    currency: Currency
    platform: str = Field(default="own_site", min_length=1)
    identity_scope: Literal["all", "platform", "shop"] = "all"
    """Where an e-mail address or phone number of this shop is the same person's. A marketplace that masks its buyers
    gives addresses that mean nobody elsewhere: `platform`, or `shop`."""


class ValidOrders(Strict):
    """Which orders count as orders although they are unusual."""

    zero_value: bool = False
    gift_card_only: bool = True


class Stock(Strict):
    """What is too much on a shelf, and how safely it is to be filled again."""

    overstock_days: int = Field(default=90, ge=1)
    """Units beyond so many days of cover are too many."""
    lead_days: int = Field(default=14, ge=0)
    """Days that a supplier takes of whom no delivery is known."""
    service_z: float = Field(default=1.65, ge=0)
    """Standard deviations of the demand that a reorder point keeps in reserve: 1.65 for 95 % of the cases."""


class Sessions(Strict):
    """What is one visit, and which visits no human makes."""

    gap_minutes: int = Field(default=30, ge=1)
    """A longer pause than this begins a new session."""
    bot_pages: int = Field(default=30, ge=2)
    """Sessions of at least so many pages are looked at for their pace."""
    bot_seconds_per_page: float = Field(default=1, ge=0)
    """Pages turned faster than this, on average, are turned by a machine; 0 believes what clients say of themselves."""


class Attribution(Strict):
    """Which visits an order may be owed to."""

    window_days: int = Field(default=30, ge=1)
    """Visits longer before the order than this have no share in it."""
    half_life_days: float = Field(default=7, gt=0)
    """Days in which a visit's weight halves, in the model `time_decay`."""


class Growth(Strict):
    """Who is active."""

    active: Literal["ordered", "visited"] = "ordered"
    """Whoever ordered in the period, or whoever came."""


class Thresholds(Strict):
    """Numbers that definitions of the marts refer to, and how much a load may contain that is not right."""

    rfm_window_days: int = Field(default=365, ge=1)
    return_window_days: int = Field(default=30, ge=1)
    fx_max_age_days: int = Field(default=5, ge=0)
    """Days that an exchange rate serves for when the days after it have none."""
    identity_max_links: int = Field(default=50, ge=1)
    """An account, e-mail address or phone number that is linked to more others than this joins nobody."""
    negative_rating: float = Field(default=2, ge=1, le=5)
    """Reviews with so many stars or fewer are negative."""
    rating_prior_reviews: int = Field(default=10, ge=0)
    """A product's rating is shrunk towards the shop's mean as if so many reviews more had given that."""
    max_reject_share: float = Field(default=0.01, ge=0, le=1)
    """Share of a file's rows that may be rejected; above it the whole file is refused."""
    valid_orders: ValidOrders = ValidOrders()
    stock: Stock = Stock()
    sessions: Sessions = Sessions()
    attribution: Attribution = Attribution()
    growth: Growth = Growth()


class Schedule(Strict):
    """When the daily run starts, once somebody has switched it on."""

    at: Annotated[str, BeforeValidator(_clock)] = "06:00"
    timezone: Zone | None = None
    """The first shop's zone where None."""

    @property
    def cron(self) -> str:
        hour, minute = self.at.split(":")
        return f"{int(minute)} {int(hour)} * * *"

    @property
    def weekly_cron(self) -> str:
        """Of the reconciliation: on Sundays, two hours before the daily run."""
        hour, minute = self.at.split(":")
        return f"{int(minute)} {(int(hour) - 2) % 24} * * 0"


class Settings(Strict):
    """The file as a whole; sources are read by the settings of their type."""

    warehouse: str = Field(default="./warehouse", min_length=1)
    as_of: Annotated[AsOf, BeforeValidator(_as_of)] = "now"
    reporting_currency: Currency | None = None
    keep_releases: int = Field(default=7, ge=1)
    shops: list[Shop] = Field(min_length=1)
    sources: list[dict[str, Any]] = Field(min_length=1)
    thresholds: Thresholds = Thresholds()
    schedule: Schedule = Schedule()
