"""What each source has in the warehouse."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from orchestration.lib.builds import accepted_rows

if TYPE_CHECKING:
    from ingestion.config import Config


def accepted_by_source(config: Config) -> list[dict[str, Any]]:
    """Per configured source: how many deliveries count, and their rows without those that were rejected singly."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for source, _input, _load, _file, _hash, rows, rejected in accepted_rows(config):
        found[source][0] += 1
        found[source][1] += rows - rejected
    return [
        {"source": one.name, "deliveries": found[one.name][0], "rows": found[one.name][1]}
        for one in config.sources
    ]
