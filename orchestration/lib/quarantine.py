"""Deliveries that the landing gate refused and that nothing accepted has replaced since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.lib.builds import has_table, read_build

if TYPE_CHECKING:
    from ingestion.config import Config

_REFUSED = """
select source_name, input, file, load_id, coalesce(reason, 'no reason noted') from staging.accepted_loads as refused
where status = 'refused' and not exists (
    select 1 from staging.accepted_loads as later
    where later.status = 'accepted' and later.load_seq > refused.load_seq
        and (later.file <> '' or refused.rows = 0 or list_contains(?, later.source_name))
        and (later.source_name, later.input, later.file) = (refused.source_name, refused.input, refused.file)
)
qualify (file = '' and not list_contains(?, source_name))
    or load_seq = max(load_seq) over (partition by source_name, input, file)
order by load_seq, source_name, input, file
"""


@dataclass(frozen=True)
class Refused:
    """One delivery that is left out, and why."""

    source: str
    input: str
    file: str
    load_id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}/{self.input} {self.file or f'load {self.load_id}'}: {self.reason}"


def quarantined(config: Config) -> list[Refused]:
    """What is left out now, oldest first; of the sources that the configuration names."""
    with read_build(config) as connection:
        if connection is None:
            return []
        if not has_table(connection, "accepted_loads"):
            return []
        # What a source that compares could not get in comes again with its next load.
        again = [source.name for source in config.sources if source.compares]
        rows = [Refused(*row) for row in connection.execute(_REFUSED, [again, again]).fetchall()]
    names = {source.name for source in config.sources}
    return [one for one in rows if one.source in names]
