"""`opsmart rollback`: readers get an earlier release, at once and until new data comes."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.console import console, print_json
from orchestration.cli.exits import plainly
from orchestration.cli.options import ConfigPath, Debug, Json, read_config
from orchestration.cli.releases import release_dict


@plainly
def rollback(
    context: typer.Context,
    release: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="A release, or how its id begins.", show_default="the one before"),
    ] = None,
    *,
    unpin: Annotated[bool, typer.Option("--unpin", help="Let the next run publish again.")] = False,
    config: ConfigPath = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Go back to an earlier release and pin it: nothing is published over it until new data is accepted.

    Example (to the release before the current one): `opsmart rollback`

    Example (the next run publishes again): `opsmart rollback --unpin`
    """
    from orchestration.lib.errors import UsageProblem

    settings = read_config(context, config)
    if unpin:
        if release:
            raise UsageProblem("--unpin lifts the pin, whatever release it holds: give no ID with it")
        from ingestion.lock import writer_lock
        from orchestration.lib.releases import unpin as lift

        with writer_lock(settings):
            held = lift(settings)
        text = "Nothing was pinned." if held is None else f"{held} is no longer pinned. Next: opsmart run"
        print_json({"unpinned": held}) if as_json else console().print(text)
        return
    from orchestration.lib.releases import rollback as go_back

    target = go_back(settings, release)
    if as_json:
        print_json(release_dict(target))
    else:
        console().print(
            f"{target.id} is current again, and pinned: nothing is published over it until new data is accepted.\n"
            "To lift the pin: opsmart rollback --unpin"
        )
