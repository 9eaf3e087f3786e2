"""The publish gate: the verdict about what was built."""

import dagster as dg

from orchestration.lib.settings import current_config
from orchestration.lib.steps.publish_gate import publish_gate


@dg.definitions
def publish() -> dg.Definitions:
    """The verdict, with a check for each published table and one that blocks the release."""
    return dg.Definitions(assets=[publish_gate(current_config())])
