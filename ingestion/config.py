"""The configuration file: read, checked as a whole, and offered as one object."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import ingestion
from ingestion.config_checks import check
from ingestion.config_errors import ConfigError, Issue, Problem, dotted, suggest
from ingestion.config_models import AsOf, Schedule, Settings, Shop, Thresholds, parse_as_of
from ingestion.model_errors import model_issues, without_unknown_keys
from ingestion.settings import SourceSettings
from ingestion.yaml_lines import Document, read_yaml

__all__ = [
    "Config",
    "ConfigError",
    "Problem",
    "Shop",
    "Thresholds",
    "load_config",
    "parse_as_of",
    "source_types",
]


@dataclass(frozen=True)
class Config:
    """A checked configuration. Every path is absolute."""

    path: Path
    warehouse: Path
    as_of: AsOf
    reporting_currency: str
    keep_releases: int
    shops: list[Shop]
    sources: list[SourceSettings]
    thresholds: Thresholds
    schedule: Schedule
    warnings: tuple[Problem, ...] = ()

    @property
    def root(self) -> Path:
        """The folder that relative paths in the file start from."""
        return self.path.parent

    @property
    def raw(self) -> Path:
        return self.warehouse / "raw"

    @property
    def state(self) -> Path:
        return self.warehouse / "state"

    @property
    def build_db(self) -> Path:
        return self.state / "build.duckdb"

    @property
    def releases(self) -> Path:
        return self.warehouse / "releases"

    @property
    def current(self) -> Path:
        """The symbolic link to the published release."""
        return self.warehouse / "current"

    @property
    def schedule_timezone(self) -> str:
        return self.schedule.timezone or self.shops[0].timezone

    def shop(self, shop_id: str) -> Shop:
        """The shop with this id. Raises ConfigError naming the nearest one."""
        for one in self.shops:
            if one.id == shop_id:
                return one
        raise ConfigError(self._unknown("shop", shop_id, [one.id for one in self.shops]))

    def source(self, name: str) -> SourceSettings:
        """The source with this name. Raises ConfigError naming the nearest one."""
        for one in self.sources:
            if one.name == name:
                return one
        raise ConfigError(self._unknown("source", name, [one.name for one in self.sources]))

    def timezone(self, source: SourceSettings) -> str:
        """The zone of a source's times that are written without an offset."""
        return source.timezone or self.shop(source.shop).timezone

    def _unknown(self, what: str, name: str, known: list[str]) -> Problem:
        return Problem(self.path.name, None, "", f"there is no {what} {name!r}", suggest(name, known))


def load_config(path: Path | None = None) -> Config:
    """Read `path`, else ./opsmart.yml, else the file that $OPSMART_CONFIG names.

    Raises ConfigError with every problem found, or if there is no file.
    """
    path = _find(path)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(Problem(str(path), None, "", f"cannot be read: {error}")) from None
    document = read_yaml(text, os.environ)
    if document.issues and document.data is None:
        raise ConfigError(_problems(path, document, document.issues))
    settings, sources, issues = _models(document)
    if isinstance(document.data, dict):
        issues += check(document.data, settings, sources)
    issues = document.issues + [one for one in issues if one.location not in document.unresolved]
    errors = [one for one in issues if not one.warning]
    if errors or settings is None:
        raise ConfigError(_problems(path, document, errors))
    warnings = _problems(path, document, [one for one in issues if one.warning])
    return Config(
        path=path,
        warehouse=(path.parent / Path(settings.warehouse).expanduser()).resolve(),
        as_of=settings.as_of,
        reporting_currency=settings.reporting_currency or settings.shops[0].currency,
        keep_releases=settings.keep_releases,
        shops=settings.shops,
        sources=[source for source in sources if source is not None],
        thresholds=settings.thresholds,
        schedule=settings.schedule,
        warnings=tuple(warnings),
    )


def source_types() -> dict[str, type[SourceSettings]]:
    """Every source type there is: the folders of this package that have a `settings.py` with a settings class."""
    found = {}
    for path in sorted(Path(ingestion.__path__[0]).glob("*/settings.py")):
        settings = importlib.import_module(f"ingestion.{path.parent.name}.settings")
        for one in vars(settings).values():
            if (
                isinstance(one, type)
                and issubclass(one, SourceSettings)
                and one.__module__ == settings.__name__
            ):
                found[path.parent.name] = one
    return found


def _find(path: Path | None) -> Path:
    if path is None:
        named = os.environ.get("OPSMART_CONFIG")
        path = Path("opsmart.yml")
        if not path.exists() and named:
            path = Path(named)
    if not path.is_file():
        hint = "`opsmart init` writes one; --config or OPSMART_CONFIG names another"
        raise ConfigError(Problem(str(path), None, "", "there is no such configuration file", hint))
    return path.resolve()


def _models(document: Document) -> tuple[Settings | None, list[SourceSettings | None], list[Issue]]:
    """The file's models as far as they can be made; None stands for a part that cannot."""
    if not isinstance(document.data, dict):
        return None, [], [Issue((), "is empty or not a mapping", "`opsmart init` writes an example")]
    issues: list[Issue] = []
    settings = None
    try:
        settings = Settings.model_validate(document.data)
    except ValidationError as error:
        issues += model_issues(error, Settings, ())
    given = document.data.get("sources")
    entries = given if isinstance(given, list) else []
    sources = [_source(one, position, document, issues) for position, one in enumerate(entries)]
    return settings, sources, issues


def _source(data: Any, position: int, document: Document, issues: list[Issue]) -> SourceSettings | None:
    at = ("sources", position)
    if not isinstance(data, dict):  # the file's model has said so
        return None
    types = source_types()
    kind = types.get(str(data.get("type")))
    if kind is None:
        given = data.get("type")
        message = "is required" if given is None else f"there is no source type {given!r}"
        issues.append(Issue((*at, "type"), message, suggest(given or "", types)))
        return None
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        issues += model_issues(error, kind, at)
        try:
            return kind.model_validate(without_unknown_keys(data, error))
        except ValidationError:
            return None


def _problems(path: Path, document: Document, issues: list[Issue]) -> list[Problem]:
    problems = [
        Problem(
            file=path.name,
            line=one.line or document.line(one.location),
            key=dotted(one.location),
            message=document.redacted(one.message),
            hint=document.redacted(one.hint) if one.hint else None,
        )
        for one in issues
    ]
    return sorted(dict.fromkeys(problems), key=lambda one: one.line or 0)
