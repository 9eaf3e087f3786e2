"""`opsmart dev`: Dagster's web UI and daemon, for this machine only."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from orchestration.cli.console import console
from orchestration.cli.exits import Exit, plainly
from orchestration.cli.options import ConfigPath, Debug, read_config

HOST = "127.0.0.1"
"""Dagster's open-source web UI has no log-in: it must not be reachable from elsewhere."""


@plainly
def dev(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(help="Port of the web UI.", min=1, max=65535)] = 3000,
    config: ConfigPath = None,
    debug: Debug = False,
) -> None:
    """Start Dagster's web UI and its daemon on 127.0.0.1: the graph, the history, the daily schedule.

    Example: `opsmart dev --port 3001`
    """
    from orchestration.lib.home import prepare_home
    from orchestration.lib.project import ROOT

    settings = read_config(context, config)
    prepare_home(settings)
    console().print(f"Dagster on http://{HOST}:{port} for {settings.path}; stop with Ctrl+C")
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-m",
        "orchestration.definitions",
        "-h",
        HOST,
        "-p",
        str(port),
    ]
    os.chdir(ROOT)
    try:
        os.execv(sys.executable, command)  # noqa: S606 - a list, no shell; Ctrl+C goes to Dagster itself
    except OSError as error:
        console(stderr=True).print(f"opsmart: dagster cannot be started: {error}")
        raise typer.Exit(Exit.FAILED) from error
