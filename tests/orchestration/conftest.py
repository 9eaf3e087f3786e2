from pathlib import Path

import pytest

from tests.orchestration.built import Built, write_config


@pytest.fixture
def warehouse(tmp_path: Path) -> Built:
    """A warehouse in which nothing is built yet."""
    return Built(write_config(tmp_path / "shop"))
