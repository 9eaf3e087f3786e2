"""The variables that every dbt run gets from the configuration."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from orchestration.lib.clock import as_of_text
from orchestration.lib.hashing import digest
from orchestration.lib.project import transform_hash

if TYPE_CHECKING:
    from ingestion.config import Config


def build_vars(config: Config, as_of: datetime) -> dict[str, Any]:
    """Everything the models know of this shop; `as_of` in UTC. Values are plain JSON.

    `code_hash` and `mapping_hash` are what dbt notes with each build: if one differs from the last build's,
    every table has to be built anew.
    """
    lasting = _lasting(config)
    return {
        **lasting,
        "as_of": as_of_text(as_of),
        "raw_dir": str(config.raw),
        "code_hash": transform_hash(),
        "mapping_hash": digest(lasting),
    }


def parse_vars(config: Config) -> dict[str, Any]:
    """Variables for reading the project rather than running it: what there is must not depend on `as_of`."""
    return build_vars(config, datetime(2000, 1, 1, tzinfo=UTC))


def mapping_hash(config: Config) -> str:
    """Digest of all that the configuration says about how raw data becomes tables."""
    return digest(_lasting(config))


def _lasting(config: Config) -> dict[str, Any]:
    from ingestion.mapping import entity_selects

    return {
        "shops": [
            {
                "shop_id": shop.id,
                "name": shop.name,
                "platform": shop.platform,
                "timezone": shop.timezone,
                "currency": shop.currency,
                "identity_scope": shop.identity_scope,
            }
            for shop in config.shops
        ],
        "thresholds": config.thresholds.model_dump(mode="json"),
        "entity_selects": [_without(asdict(select), "problems_sql") for select in entity_selects(config)],
        "reporting_currency": config.reporting_currency,
    }


def _without(value: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: one for name, one in value.items() if name != key}
