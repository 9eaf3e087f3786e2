"""A whole suggestion: every file looked at, written as configuration, and tried."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import available_timezones

from ingestion.config import ConfigError, Problem, load_config
from ingestion.config_errors import suggest
from ingestion.contracts import load_contracts
from ingestion.files.look import writing
from ingestion.files.look.proposal import Proposal, propose
from ingestion.files.look.trial import Trial, attempt
from ingestion.files.problems import UnreadableError
from ingestion.folders import write_atomically
from ingestion.mapping import entity_selects
from ingestion.personal.normalise import region_of_timezone
from ingestion.source import SourceError


@dataclass(frozen=True)
class Asked:
    """What a person has said."""

    files: Sequence[Path]
    entity: str | None = None
    source: str | None = None
    shop_name: str = "My shop"
    timezone: str | None = None
    currency: str | None = None
    out: Path | None = None
    force: bool = False
    """Overwrite `out` instead of adding to it."""


@dataclass
class Suggestion:
    """What is proposed for all files together."""

    proposals: list[Proposal]
    source: str
    block: str
    """The source as text."""
    text: str
    """The whole configuration as text."""
    is_new: bool
    trial: Trial | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Would a run read it?"""
        return (
            not self.problems
            and self.trial is not None
            and bool(self.trial.outcomes)
            and not self.trial.problems
        )


def suggest_mapping(asked: Asked) -> Suggestion:
    """Look at the files and try what is found. Raises ConfigError for a wrong option, SourceError for a file that
    nobody can read."""
    _check(asked)
    existing = asked.out if asked.out is not None and asked.out.exists() and not asked.force else None
    config = load_config(existing) if existing is not None else None
    timezone = asked.timezone or (config.shops[0].timezone if config else None)
    looked = [_proposed(path, asked, region_of_timezone(timezone)) for path in asked.files]
    groups = _with_own_names(_grouped(looked))
    known = {one.entity for one in entity_selects(config)} if config else set()
    _without_doubles([one for one, _ in groups], known)
    folder = asked.out.resolve().parent if asked.out is not None else Path.cwd()
    name = _free(
        asked.source or _source_name(looked, groups),
        {one.name for one in config.sources} if config else set(),
    )
    shop = config.shops[0].id if config else "main"
    paths = [(one, _pattern(files, folder)) for one, files in groups]
    block = writing.source(name, shop, paths, asked.timezone if config is not None else None)
    if existing is not None:
        text = writing.appended(existing.read_text("utf-8-sig"), block)
    else:
        text = _head(asked, timezone, looked) + "\nsources:\n" + block
    found = Suggestion([one for one, _ in groups], name, block, text, existing is None)
    _try(found, folder)
    return found


def _head(asked: Asked, timezone: str | None, looked: Sequence[Proposal]) -> str:
    """The shop, with a line for what nobody has said."""
    chinese = all(one.is_chinese for one in looked)
    said = next((one.currency for one in looked if one.currency), None)
    currency = asked.currency or said or ("CNY" if chinese else "USD")
    guess = "Asia/Shanghai" if chinese else "UTC"
    checks = ""
    if timezone is None:
        checks += f"# check: --timezone was not given: the shop's days are those of {guess}\n"
    if asked.currency is None and said is None:
        checks += f"# check: --currency was not given and no value says it: {currency} is a guess\n"
    return checks + writing.shops("main", asked.shop_name, timezone or guess, currency)


def write(found: Suggestion, out: Path) -> None:
    """Write the configuration. Raises ConfigError rather than spoil one that is there."""
    if found.problems and not found.is_new:
        raise ConfigError(Problem(str(out), None, "", f"is left as it is: {found.problems[0]}"))
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(out, found.text)


def _check(asked: Asked) -> None:
    if asked.entity is not None and asked.entity not in load_contracts():
        hint = suggest(asked.entity, load_contracts())
        raise ConfigError(Problem("--entity", None, "", f"there is no entity {asked.entity!r}", hint))
    if asked.timezone is not None and asked.timezone not in available_timezones():
        hint = suggest(asked.timezone, available_timezones())
        raise ConfigError(Problem("--timezone", None, "", f"there is no zone {asked.timezone!r}", hint))
    if asked.currency is not None and not re.fullmatch("[A-Z]{3}", asked.currency):
        raise ConfigError(
            Problem("--currency", None, "", f"{asked.currency!r} is no ISO 4217 code", "such as EUR")
        )


def _proposed(path: Path, asked: Asked, region: str | None) -> Proposal:
    if not path.is_file():
        raise SourceError(
            f"{path}: there is no such file" + (" (it is a folder: name its files)" if path.is_dir() else "")
        )
    try:
        return propose(path, asked.entity, region)
    except UnreadableError as error:
        raise SourceError(f"{path} {error}") from None


def _grouped(proposals: Sequence[Proposal]) -> list[tuple[Proposal, list[Path]]]:
    """Files of one header are one input; the first of them has been looked at for all."""
    groups: dict[tuple[str, ...], tuple[Proposal, list[Path]]] = {}
    for one in proposals:
        key = (str(one.path.parent), one.path.suffix, *one.columns)
        groups.setdefault(key, (one, []))[1].append(one.path)
    return list(groups.values())


def _with_own_names(groups: list[tuple[Proposal, list[Path]]]) -> list[tuple[Proposal, list[Path]]]:
    """Each input its own name, without the words that all of them have."""
    words = [one.input.split("_") for one, _ in groups]
    common = set.intersection(*map(set, words)) if len(words) > 1 else set()
    taken: set[str] = set()
    for one, _ in groups:
        own = "_".join(word for word in one.input.split("_") if word not in common)
        one.input = _free(own or one.input, taken)
        taken.add(one.input)
    return groups


def _source_name(looked: Sequence[Proposal], groups: Sequence[tuple[Proposal, list[Path]]]) -> str:
    if len(groups) == 1:
        return groups[0][0].input
    folder = "_".join(re.findall(r"[a-z]+", looked[0].path.resolve().parent.name.lower()))
    return folder if folder and all(one.path.parent == looked[0].path.parent for one in looked) else "exports"


def _without_doubles(proposals: Sequence[Proposal], known: Set[str]) -> None:
    """Lines of orders do not also describe what another file describes."""
    from ingestion.files import exports
    from ingestion.files.look.placing import FLAT

    contracts = load_contracts()
    given = {e.entity for one in proposals for e in one.entities}
    given |= {name for one in proposals if one.export for name in exports.load(one.export).entities}
    real = {e.entity for one in proposals for e in one.entities if not e.is_stand_in} | known
    for one in proposals:
        one.entities = [e for e in one.entities if not (e.is_stand_in and e.entity in real)]
        for made in one.entities:
            if made.entity not in ("order_lines", "orders"):
                continue
            allowed = set(contracts[made.entity].columns)
            for other in FLAT:
                if other not in given:
                    allowed |= contracts[other].columns.keys()
            dropped = [entry for entry in made.entries if entry.target not in allowed]
            made.entries = [entry for entry in made.entries if entry.target in allowed]
            for entry in dropped:
                one.unplaced.append(
                    (str(entry.settings.get("column", entry.target)), "another file gives it")
                )


def _pattern(files: Sequence[Path], folder: Path) -> str:
    first = writing.path_for(files[0], folder)
    if len(files) == 1:
        return first
    names = [one.name for one in files]
    begin = next((at for at in range(min(map(len, names))) if len({n[at] for n in names}) > 1), 0)
    head = names[0][:begin].rstrip("0123456789")
    return (Path(first).parent / f"{head}*{files[0].suffix}").as_posix()


def _free(name: str, taken: set[str]) -> str:
    number, found = 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def _try(found: Suggestion, folder: Path) -> None:
    """Read the configuration as written, from beside its place, and run the mapping over the first rows."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".yml", prefix=".map-", dir=folder)
    draft = Path(name)
    try:
        os.close(handle)
        draft.write_text(found.text, encoding="utf-8")
        found.trial = attempt(draft, found.source)
    except ConfigError as error:
        found.problems += [
            f"{one.key}: {one.message}" + (f" ({one.hint})" if one.hint else "") for one in error.problems
        ]
    finally:
        draft.unlink(missing_ok=True)
