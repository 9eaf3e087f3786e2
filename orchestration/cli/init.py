"""`opsmart init`: a configuration to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.console import console, short
from orchestration.cli.exits import plainly
from orchestration.cli.options import Debug


@plainly
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to write it.", show_default=".")
    ] = Path(),
    *,
    debug: Debug = False,
) -> None:
    """Write an opsmart.yml that works at once (a simulated shop) and shows how your own files go in.

    Example: `opsmart init myshop && cd myshop && opsmart run`
    """
    from orchestration.lib.errors import UsageProblem
    from orchestration.lib.project import ROOT

    target = folder / "opsmart.yml"
    if target.exists():
        raise UsageProblem(f"{short(target)} is there already; it is left as it is")
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text((ROOT / "opsmart.yml").read_text(encoding="utf-8"), encoding="utf-8")
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("/warehouse/\n", encoding="utf-8")
    place = "" if folder.resolve() == Path.cwd() else f"cd {short(folder)} && "
    console().print(
        f"Wrote {short(target)}.\nNext: {place}opsmart check   (what would be read)\n      {place}opsmart run"
    )
