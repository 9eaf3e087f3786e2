"""The entry point: knows the commands and the one option that may also stand before them."""

from __future__ import annotations

from collections.abc import Callable

import typer

from orchestration.cli import check, dev, init, releases, rollback, run, simulate, sql, status
from orchestration.cli import map as mapping
from orchestration.cli.options import ConfigPath

app = typer.Typer(
    name="opsmart",
    help="A warehouse for the operations of an online shop: sources in, checked marts out, one command.\n\n"
    "Start with `opsmart init`, then `opsmart check`, then `opsmart run`.",
    epilog="Exit codes: 0 done, 1 the run failed, 2 usage or configuration, 3 a gate refused to publish.",
    rich_markup_mode="markdown",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def before(context: typer.Context, config: ConfigPath = None) -> None:
    """Keep `--config` where it stands before the command."""
    context.obj = config


COMMANDS: dict[str, Callable[..., None]] = {
    "init": init.init,
    "map": mapping.map_files,
    "check": check.check,
    "run": run.run,
    "status": status.status,
    "sql": sql.sql,
    "releases": releases.releases,
    "rollback": rollback.rollback,
    "simulate": simulate.simulate,
    "dev": dev.dev,
}
for name, command in COMMANDS.items():
    app.command(name)(command)


if __name__ == "__main__":
    app()
