"""What a build was made from. If it is the same as the last one's, there is nothing new."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from orchestration.lib.builds import accepted_rows
from orchestration.lib.clock import shop_date
from orchestration.lib.dbt.variables import mapping_hash
from orchestration.lib.hashing import digest
from orchestration.lib.project import code_hash

if TYPE_CHECKING:
    from ingestion.config import Config


def fingerprint(config: Config, as_of: datetime) -> dict[str, str]:
    """Digests of the accepted rows, the configuration and the code, and the shops' dates at `as_of`.

    Settings that change no figure (where the warehouse lies, how many releases are kept, when it runs) do not
    count. Of `as_of` its kind counts, and the instant where the configuration names one: `now` is another
    instant each time, but gives new figures only on another day.
    """
    kind = config.as_of if isinstance(config.as_of, str) else config.as_of.isoformat()
    return {
        "accepted": accepted_digest(config),
        "config": digest([mapping_hash(config), kind]),
        "code": code_hash(),
        "shop_date": shop_date(config, as_of),
    }


def accepted_digest(config: Config) -> str:
    """Digest of the loads and files that count now."""
    return digest(accepted_rows(config))
