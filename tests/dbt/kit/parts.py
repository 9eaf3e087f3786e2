"""The parts that a story is made of, stories without some of them, and stories as code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pprint import pformat
from typing import Any

from tests.dbt.kit.telling import Step, Story

Part = tuple[Any, ...]
"""(step, kind, place …): a whole step, a delivery, a row of it, a column of the row, a decision."""


def smaller(story: Story) -> list[Part]:
    """Everything that could be left out of a story, the biggest first."""
    steps: list[Part] = [(number,) for number in story]
    deliveries: list[Part] = []
    rows: list[Part] = []
    columns: list[Part] = []
    for number, step in story.items():
        deliveries += [
            (number, kind, at) for kind in ("refuse", "accept") for at in range(len(getattr(step, kind)))
        ]
        for kind in ("files", "other", "ledger"):
            for place, given in getattr(step, kind).items():
                deliveries.append((number, kind, place))
                for at, row in enumerate(given):
                    rows.append((number, kind, place, at))
                    columns += [(number, kind, place, at, name) for name in _optional(kind, place, row)]
    return [*steps, *deliveries, *rows, *columns]


def _optional(kind: str, place: Any, row: Mapping[str, Any]) -> list[str]:
    from ingestion.contracts import load_contracts

    contract = load_contracts()[place if kind == "other" else place[0]]
    return [name for name in row if name not in contract.required]


def without(story: Story, parts: Iterable[Part]) -> Story:
    """The story without these. A decision about a file that no longer comes goes with it."""
    gone = set(parts)
    told: dict[int, Step] = {}
    for number, step in story.items():
        if (number,) not in gone:
            told[number] = Step(
                *({p: _rows((number, kind, p), given, gone) for p, given in getattr(step, kind).items()
                   if (number, kind, p) not in gone} for kind in ("files", "other", "ledger")),
                **{kind: [place for at, place in enumerate(getattr(step, kind)) if (number, kind, at) not in gone]
                   for kind in ("refuse", "accept")},
            )  # fmt: skip
    landed = {
        (number, source, *(file if isinstance(file, tuple) else (file, "")))
        for number, step in told.items()
        for source, files in (("export", step.files), ("other", step.other), ("ledger", step.ledger))
        for file in files
    }
    return {
        number: replace(
            step,
            refuse=[place for place in step.refuse if place in landed],
            accept=[place for place in step.accept if place in landed],
        )
        for number, step in told.items()
    }


def _rows(place: Part, given: Sequence[Mapping[str, Any]], gone: set[Part]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if (*place, at, name) not in gone}
        for at, row in enumerate(given)
        if (*place, at) not in gone
    ]


def code(story: Story) -> str:
    """The story as Python, what is empty left out."""
    steps = {
        number: _Plain(
            f"Step({', '.join(f'{kind}={value!r}' for kind, value in vars(step).items() if value)})"
        )
        for number, step in story.items()
        if step != Step()
    }
    return pformat(steps, width=110, sort_dicts=False)


class _Plain(str):
    """Text that is printed without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)
