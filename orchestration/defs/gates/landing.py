"""The landing gate: which loads count. A refused delivery is left out; it never stops the others."""

import dagster as dg

from orchestration.lib.settings import current_config
from orchestration.lib.steps.landing_gate import landing_gate


@dg.definitions
def landing() -> dg.Definitions:
    """The table of accepted loads, with a check for each raw table."""
    return dg.Definitions(assets=[landing_gate(current_config())])
