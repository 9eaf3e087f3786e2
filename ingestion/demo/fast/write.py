"""Writes the large shop: parts of a few days each, one after the other or in several processes, and what is true of it.

Memory depends on the size of a part, not on that of the shop. Each part is made from the seed alone, so the files
are the same however many processes write them.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from ingestion.demo.fast.catalogue import build_catalogue
from ingestion.demo.fast.configuration import ENTITIES, configuration
from ingestion.demo.fast.master import cost_table, product_table, spend_table
from ingestion.demo.fast.parts import Frames, part_of
from ingestion.demo.fast.scale import DAYS, Scale
from ingestion.demo.fast.truth import Truth, nested
from ingestion.demo.shop.randomness import Ints

_EVENTS_A_PART = 300_000
_PARTS_A_CHUNK = 8
Chunk = tuple[Path, Scale, list[Ints]]
"""Parts that one process writes: a file of events for each, and one file for all of the smaller tables."""


@dataclass(frozen=True)
class Written:
    """What `write_fast` has written."""

    out: Path
    config: Path
    scale: Scale
    rows: dict[str, int]
    """Rows in the files, repeats included."""
    files: int
    seconds: float


def write_fast(
    out: Path, scale: Scale, *, processes: int = 1, progress: Callable[[str, int, int], None] | None = None
) -> Written:
    """Write the shop's files, `opsmart.yml` and `truth.json` below `out`.

    Raises FileExistsError if `out` holds anything.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f"{out} is not an empty folder: choose another one")
    began = time.monotonic()
    for entity in ENTITIES:
        (out / entity).mkdir(parents=True)
    chunks = chunks_of(scale)
    truth = _masters(out, scale)
    for done, found in enumerate(_results([(out, scale, parts) for parts in chunks], processes), start=1):
        truth.update(found)
        if progress is not None:
            progress("files", done, len(chunks))
    rows = {entity: truth.pop(f"files.{entity}", 0) for entity in ENTITIES}
    facts = {
        "scale": {
            "events": scale.events,
            "first": str(scale.first),
            "last": str(scale.last),
            "seed": scale.seed,
        },
        "rows_in_files": rows,
        "distinct": nested(truth),
    }
    (out / "truth.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    config = out / "opsmart.yml"
    config.write_text(configuration(scale), encoding="utf-8")
    files = sum(1 for _ in out.glob("*/*.parquet"))
    return Written(out, config, scale, rows, files, time.monotonic() - began)


def chunks_of(scale: Scale) -> list[list[Ints]]:
    """The year's days, by chunk and part."""
    parts = np.array_split(np.arange(DAYS), np.clip(round(scale.events / _EVENTS_A_PART), 1, DAYS))
    length = int(np.clip(len(parts) // _PARTS_A_CHUNK, 1, _PARTS_A_CHUNK))
    return [parts[at : at + length] for at in range(0, len(parts), length)]


def _results(chunks: list[Chunk], processes: int) -> Iterator[Truth]:
    if processes == 1:
        yield from map(write_chunk, chunks)
        return
    # Threads of a library do not survive a fork.
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(write_chunk, chunks)


def write_chunk(chunk: Chunk) -> Truth:
    """Write the files of some parts; returns what is true of them."""
    out, scale, parts = chunk
    catalogue, waiting = build_catalogue(scale), defaultdict[str, list[pl.DataFrame]](list)
    truth: Truth = Counter()
    for days in parts:
        frames, found = part_of(scale, catalogue, days)
        truth.update(found)
        truth.update(_write(out, "events", days, frames.pop("events")))
        for name, tables in frames.items():
            waiting[name] += tables
    return _written(out, np.concatenate(parts), waiting, truth)


def _written(out: Path, days: Ints, frames: Frames, truth: Truth) -> Truth:
    for name, tables in frames.items():
        truth.update(_write(out, name, days, tables))
    return truth


def _masters(out: Path, scale: Scale) -> Truth:
    catalogue = build_catalogue(scale)
    products, costs, spend = product_table(scale, catalogue), cost_table(scale, catalogue), spend_table(scale)
    truth: Truth = Counter(
        {
            "products.rows": products.height,
            "unit_costs.rows": costs.height,
            "ad_spend.rows": spend.height,
            "ad_spend.clicks": int(spend["clicks"].sum()),
            "ad_spend.spend_cents": int(spend["spend"].sum() * 100),
        }
    )
    frames = {"products": [products], "unit_costs": [costs], "ad_spend": [spend]}
    return _written(out, np.arange(DAYS), frames, truth)


def _write(out: Path, name: str, days: Ints, frames: list[pl.DataFrame]) -> Truth:
    """One file of several tables; none where there are no rows."""
    entity, _, ending = name.partition("-")
    rows = sum(frame.height for frame in frames)
    if rows:
        path = out / entity / f"{days[0]:03d}-{days[-1]:03d}{ending and '-' + ending}.parquet"
        pl.concat(frames).write_parquet(path, compression="zstd", compression_level=1)
    return Counter({f"files.{entity}": rows})
