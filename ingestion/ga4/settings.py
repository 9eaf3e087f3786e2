"""Settings of the `ga4` source: where the exported tables lie, how far back they may change, what counts as what."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ingestion.config_errors import refuse, suggest
from ingestion.ga4.mapping import EVENTS, INPUT, KINDS, select
from ingestion.settings import EntityMapping, EntitySettings, SourceSettings, entity_mappings

ItemId = Literal["item_id", "item_variant", "none"]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Ga4Settings(SourceSettings):
    """A source of type `ga4`: one property."""

    type: Literal["ga4"]
    path: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed), Field(min_length=1)
    ]
    """Path or pattern (several: a list) of the files; their names say of which day they are: `events_20260101…`."""
    storage: dict[str, Any] = Field(default_factory=dict, repr=False)
    """Options of a remote store, as fsspec takes them: endpoint, user, secrets as ${NAME}."""
    reread_days: int = Field(default=4, ge=1)
    """Days, counted back from the newest, whose tables may still change. Older ones are only looked at again with
    --reconcile."""
    user_id: Literal["keep", "hash", "email", "drop"] = "keep"
    """How the id that the shop gave its user is treated: `keep` where it is the account's number in the shop."""
    variant: ItemId = "item_id"
    """Which field of an item is the shop's variant."""
    product: ItemId = "none"
    """Which field of an item is the shop's product."""
    events: dict[str, str | None] = Field(default_factory=dict)
    """More names of events and what they are among ours, or null for names that are not to count."""
    entities: dict[str, EntitySettings] = Field(default_factory=dict)
    """Instead of the mapping that this source brings, or beside it."""

    @model_validator(mode="after")
    def _known(self) -> Ga4Settings:
        for name, kind in self.events.items():
            if kind is not None and kind not in KINDS:
                raise refuse(f"events.{name} is {kind!r}, which is no kind of event", suggest(kind, KINDS))
        for one in self.path:
            if "://" in one and "@" in one.split("://")[1].split("/")[0].split(":", 1)[-1]:
                raise refuse("path should hold no password", 'write it as storage: {password: "${NAME}"}')
        if self.variant == "none" and self.product == "none":
            raise refuse("variant and product are both none: then no event is about an article")
        return self

    def input_names(self) -> list[str]:
        return [INPUT]

    def dropped(self, input_name: str) -> list[str]:
        return ["user_id"] if self.user_id == "drop" else []

    def mappings(self) -> dict[str, EntityMapping]:
        kinds = {name: kind for name, kind in {**EVENTS, **self.events}.items() if kind is not None}
        own = EntityMapping(
            entity="events",
            input=INPUT,
            select=select(kinds, variant=self.variant, product=self.product, user=self.user_id != "drop"),
        )
        return {"events": own, **entity_mappings(self.entities)}
