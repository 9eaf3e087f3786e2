"""Files as other shops write them: each is recognised for what it is, without a mapping or a rule of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingestion.files.look.suggestion import Asked, suggest_mapping
from tests.ingestion.unseen_kit import Case, cases


def found(case: Case, folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, str], list[str]]:
    """(entity → column → settings, personal, what keeps it from loading)."""
    said = suggest_mapping(Asked([case.write(folder)], timezone="Europe/Berlin", currency="EUR"))
    (proposal,) = said.proposals
    entities = {one.entity: {e.target: e.settings for e in one.entries} for one in proposal.entities}
    trial = said.trial
    refused = [p for o in trial.outcomes if o.refused for p in o.problems] if trial else []
    return (
        entities,
        proposal.options.get("personal", {}),
        [*said.problems, *(trial.problems if trial else []), *refused],
    )


def wrong(case: Case, folder: Path) -> list[str]:
    """What is not as wanted."""
    entities, personal, problems = found(case, folder)
    faults = [f"problem: {one}" for one in problems]
    wanted: dict[str, list[str]] = {}
    for word in case.wanted.split():
        if word.endswith(":") and "=" not in word:
            wanted[word[:-1]] = []
        else:
            wanted[list(wanted)[-1]].append(word)
    if set(wanted) - set(entities) or next(iter(wanted)) not in entities:
        return [*faults, f"entities: {', '.join(entities) or 'none'}"]
    for entity, columns in wanted.items():
        for word in columns:
            if "!" in word:
                name, _, kind = word.rpartition("!")
                got = personal.get(name.replace("_", " "), personal.get(name))
                faults += [f"{name} is {got}, not {kind}"] if got != kind else []
                continue
            target, _, source = word.partition("=")
            given = {way: str(one).replace(" ", "_") for way, one in entities[entity].get(target, {}).items()}
            if source.startswith("~"):
                ok = source[1:] in given.get("sql", "")
            else:
                ok = source in (given.get("column"), given.get("value"))
            faults += [] if ok else [f"{entity}.{target} is {given or 'missing'}, not {source}"]
    return faults


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_unseen_file_is_recognised(case: Case, tmp_path: Path) -> None:
    assert wrong(case, tmp_path) == []
