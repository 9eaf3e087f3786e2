"""`python -m tests.dbt.mutations [WORD …]`: break every model in turn and say which test sees it.

Marts come first, macros last. Words narrow it down to the mutants whose line in the table has one of them. Exit code
1 if a mutant survives.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.dbt.mutations.fault import Fault
from tests.dbt.mutations.generic import slips
from tests.dbt.mutations.harmless import HARMLESS
from tests.dbt.mutations.judge import Judge, texts
from tests.dbt.mutations.written import FAULTS

SURVIVES = "NOTHING SEES IT"


def mutants() -> list[Fault]:
    """All that is tried, model by model; what is known to do no harm is left out."""
    models = texts()
    made = [fault for model, text in models.items() for fault in slips(model, text)]
    order = {name: number for number, name in enumerate(sorted(models, key=_layer))}
    found = [fault for fault in [*FAULTS, *made] if str(fault) not in HARMLESS]
    return sorted(found, key=lambda fault: order.get(fault.where, len(order)))


def _layer(model: str) -> tuple[int, str]:
    layers = ("mart_", "fct_", "dim_", "int_", "stg_")
    return next(number for number, layer in enumerate(layers) if model.startswith(layer)), model


def main(words: list[str]) -> int:
    """Try them and print the table."""
    chosen = [fault for fault in mutants() if not words or any(word in str(fault) for word in words)]
    survivors, started = [], time.monotonic()
    with TemporaryDirectory() as folder:
        judge = Judge(Path(folder))
        for fault in chosen:
            begun = time.monotonic()
            seen = judge.caught_by(fault)
            print(
                f"{str(fault)[:110]:110}  {(seen or SURVIVES)[:90]:90} {time.monotonic() - begun:5.1f} s",
                flush=True,
            )
            if seen is None:
                survivors.append(fault)
    print(
        f"{len(chosen)} mutants of {len({fault.where for fault in chosen})} models and macros in"
        f" {time.monotonic() - started:.0f} s, {len(survivors)} survive"
    )
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
