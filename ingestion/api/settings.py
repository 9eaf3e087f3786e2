"""Settings that all sources of web APIs share; their mapping comes with them, in `mapping.yml` beside the settings."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, model_validator

from ingestion.lengths import Length, LengthOfTime, Span
from ingestion.settings import EntityMapping, EntitySettings, SourceSettings, entity_mappings
from ingestion.yaml_lines import read_yaml

if TYPE_CHECKING:
    from ingestion.api.tables import Table

MAPPING = "mapping.yml"


class ApiSettings(SourceSettings):
    """Base of the settings of sources that are web APIs."""

    compares: ClassVar[bool] = True
    lookback: Length = Span(seconds=86_400)
    """How far before the last reading the next one begins."""
    slice_rows: int = Field(default=20_000, ge=1)
    """Records of the first reading that land as one load; what has landed is not read again after an interruption."""
    timeout: LengthOfTime = Span(seconds=60)
    """The longest that the server may keep silent."""
    max_deleted_share: float = Field(default=0.3, ge=0, le=1)
    """Share of a table's rows that may be found deleted at once; above it somebody has to say that it is right."""
    entities: dict[str, EntitySettings] = Field(min_length=1)
    """What comes with the source, with those of the configuration in their place; one given as nothing is left out."""

    @model_validator(mode="before")
    @classmethod
    def _mapped(cls, data: Any) -> Any:
        path = Path(inspect.getfile(cls)).with_name(MAPPING)
        if not isinstance(data, dict) or not path.exists():
            return data
        shipped = read_yaml(path.read_text("utf-8"), {}).data["entities"]
        own = data.get("entities") or {}
        if not isinstance(own, dict):
            return data
        return {**data, "entities": {n: one for n, one in {**shipped, **own}.items() if one is not None}}

    def tables(self) -> Sequence[Table]:
        """All raw tables that its feeds give."""
        raise NotImplementedError

    def input_names(self) -> list[str]:
        return [one.name for one in self.tables()]

    def text_inputs(self) -> list[str]:
        return self.input_names()

    def dropped(self, input_name: str) -> list[str]:
        return [name for name, kind in self._table(input_name).personal.items() if kind == "drop"]

    def key(self, input_name: str) -> list[str]:
        return list(self._table(input_name).key)

    def mappings(self) -> dict[str, EntityMapping]:
        return entity_mappings(self.entities)

    def _table(self, name: str) -> Table:
        return next(one for one in self.tables() if one.name == name)
