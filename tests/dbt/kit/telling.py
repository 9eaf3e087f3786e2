"""Tells stories: lets what happens to many small shops in a step arrive in one lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.config_models import Thresholds
from ingestion.contracts import load_contracts
from tests.dbt.kit.lake import Lake, shop
from tests.dbt.kit.rows import Row

SOURCES = {
    "export": ("files", tuple(load_contracts())),
    "ledger": ("files", ("unit_costs",)),
    "other": ("demo", ("customers", "events", "order_lines", "orders", "payments", "refunds", "unit_costs")),
}
"""`other` has no files; `ledger` gives unit costs, not row by row: of one article and instant the highest counts."""
GROUPED = {
    ("ledger", "unit_costs"): """
        select shop_id, variant_id, valid_from, max(unit_cost) as unit_cost, 'ledger' as source_name,
            max(version) as _version, (select max_by(_load_id, _load_seq) from __raw__) as _load_id,
            (select max(_load_seq) from __raw__) as _load_seq,
            '' as _file, cast(null as bigint) as _row, 0 as _position, false as _is_deleted
        from __raw__ group by shop_id, variant_id, valid_from
    """
}
_ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Europe/London")
_CURRENCIES = ("EUR", "USD", "EUR", "CNY", "EUR")
"""Of the shops in turn; the warehouse reports in EUR."""

_SCOPES = ("all", "all", "all", "platform", "platform", "shop")
"""Of the shops in turn, so that of two neighbours some share their people and some do not."""
MAX_LINKS = 3
"""Few enough for small stories to have identities that too many share."""

SECOND = "_two"
"""What the name of a story's second shop ends in."""

Place = tuple[int, str, str, str]
"""(step, source, entity, file)"""


@dataclass(frozen=True)
class Step:
    """What arrives in one step, and which files of earlier steps are refused or accepted after all."""

    files: Mapping[tuple[str, str], Sequence[Row]] = field(default_factory=dict)
    """Rows by (entity, file)."""
    other: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """Rows by entity, from the source that has no files."""
    ledger: Mapping[tuple[str, str], Sequence[Row]] = field(default_factory=dict)
    """Rows by (entity, file), from the source whose mapping groups."""
    refuse: Sequence[Place] = ()
    accept: Sequence[Place] = ()


Story = Mapping[int, Step]
"""By step; nothing happens in the others."""


class Telling:
    """Shops named like their stories, all in one lake."""

    def __init__(self, folder: Path, stories: Mapping[str, Story]) -> None:
        self.stories = stories
        shops = [_shop(name, _place(name, n)) for n, name in enumerate(stories)]
        shops += [
            _shop(name + SECOND, _place(name, n) + 1)
            for n, (name, story) in enumerate(stories.items())
            if "_shop" in str(story)
        ]
        self.lake = Lake(folder, shops, SOURCES, GROUPED, thresholds=_thresholds())
        self._loads: dict[tuple[int, str], str] = {}
        self.landed: dict[str, Mapping[tuple[str, str], Sequence[Row]]] = {}
        """Rows by (entity, file), by load."""

    def go_on(self, number: int) -> None:
        """Let the step arrive."""
        steps = {name: story.get(number, Step()) for name, story in self.stories.items()}
        self._land(number, "export", {name: step.files for name, step in steps.items()})
        self._land(number, "ledger", {name: step.ledger for name, step in steps.items()})
        feeds = {
            name: {(entity, ""): rows for entity, rows in step.other.items()} for name, step in steps.items()
        }
        self._land(number, "other", feeds)
        for name, step in steps.items():
            for accepted, places in ((False, step.refuse), (True, step.accept)):
                for of, source, entity, file in places:
                    self.lake.decide(accepted, self._loads[of, source], entity, file and f"{name}/{file}")

    def again(self) -> None:
        """Deliver everything that counts once more, load by load in the same order, unchanged."""
        for load_id, rows in list(self.landed.items()):
            loads = [one for one in self.lake.loads if one.load_id == load_id]
            current = {(one.input, one.file) for one in loads if self.lake.is_current(one)}
            kept = {place: some for place, some in rows.items() if place in current}
            if kept:
                self.lake.load(kept, loads[0].source)

    def _land(
        self, number: int, source: str, given: Mapping[str, Mapping[tuple[str, str], Sequence[Row]]]
    ) -> None:
        """One load of a source with the files of every shop; what has no file is one feed of all."""
        rows: dict[tuple[str, str], list[Row]] = {}
        for name, files in given.items():
            for (entity, file), some in files.items():
                place = (entity, file and f"{name}/{file}")
                rows.setdefault(place, []).extend(_of_shop(name, row) for row in some)
        if rows:
            load_id = self._loads[number, source] = self.lake.load(rows, source)
            self.landed[load_id] = rows


def _place(name: str, number: int) -> int:
    """What a shop's time zone and currency follow from: the number that its name ends in, else where it stands."""
    end = name.rpartition("-")[2]
    return int(end) if end.isdigit() else number


def _shop(name: str, place: int) -> dict[str, str]:
    return shop(
        name,
        _ZONES[place % len(_ZONES)],
        currency=_CURRENCIES[place % len(_CURRENCIES)],
        scope=_SCOPES[place % len(_SCOPES)],
    )


def _thresholds() -> dict[str, Any]:
    """The configuration's own, but for what small stories would never reach."""
    return {**Thresholds().model_dump(mode="json"), "identity_max_links": MAX_LINKS}


def _of_shop(name: str, row: Row) -> Row:
    """The row with its shop; `_shop: 2` says the story's second. The people of a story are in no other one."""
    kept = {key: value for key, value in row.items() if key != "_shop"}
    own = {key: f"{name}/{row[key]}" for key in ("email_hash", "phone_hash") if row.get(key) is not None}
    return {**kept, **own, "shop_id": name + SECOND if row.get("_shop") == 2 else name}
