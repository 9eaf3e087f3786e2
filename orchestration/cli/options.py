"""Options that many commands share, and the configuration that they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingestion.config import Config

ConfigPath = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="PATH",
        help="The configuration file. Without it ./opsmart.yml, then the file that OPSMART_CONFIG names.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a script to read.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.")]


def read_config(context: typer.Context, path: Path | None) -> Config:
    """The configuration that `--config` names, after the command or before it, or the usual one.

    Raises ConfigError.
    """
    from ingestion.config import load_config
    from orchestration.lib.settings import be_quiet

    be_quiet()
    before = context.obj if isinstance(context.obj, Path) else None
    return load_config(path or before)
