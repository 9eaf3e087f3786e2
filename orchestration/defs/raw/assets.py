"""The raw tables: an asset for each input of each source, landed by one step a source."""

import dagster as dg

from orchestration.lib.settings import current_config
from orchestration.lib.steps.raw import raw_assets


@dg.definitions
def raw() -> dg.Definitions:
    """What the sources of the configuration land."""
    config = current_config()
    return dg.Definitions(assets=[raw_assets(source) for source in config.sources])
