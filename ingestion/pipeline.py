"""The dlt pipeline of a source: staged Parquet files → one load package → raw/, all of it or nothing.

dlt is imported inside the functions only: it takes seconds, and a run with nothing new must not pay for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion import faults
from ingestion.folders import clear, make_private
from ingestion.manifest import TABLE, highest_seq, read

if TYPE_CHECKING:
    import dlt

    from ingestion.stage import Staged

LAYOUT = "{table_name}/load_id={load_id}/{file_id}.{ext}"
_SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",
    "RESTORE_FROM_DESTINATION": "false",  # what has landed is in the manifests, not in dlt's state
    "ENABLE_RUNTIME_TRACE": "false",  # the trace keeps exceptions, and with them values
    "LOAD__DELETE_COMPLETED_JOBS": "true",  # else every load stays on the disk twice
    "LOAD__WORKERS": "4",
    "NORMALIZE__WORKERS": "1",
}


class LandError(Exception):
    """dlt could not finish a load. What it has begun is taken up by the next run."""


def folder_of(state: Path) -> Path:
    """dlt's own folder; a source's pipeline has a folder of the source's name in it."""
    return state / "dlt"


def is_pending(state: Path, source: str) -> bool:
    """Is there a complete package that has not been loaded? (Without dlt: it names its folders so.)"""
    return any(_packages(folder_of(state) / source))


def pending_seq(state: Path) -> int:
    """The highest load sequence number in the pending packages of all sources, 0 without any."""
    packages = (one for pipeline in folder_of(state).glob("*") for one in _packages(pipeline))
    manifests = (path for one in packages for path in one.glob(f"*/{TABLE}.*.parquet"))
    return highest_seq(row for path in manifests for row in read(path, "", ""))


def _packages(pipeline: Path) -> Iterator[Path]:
    for folder in (pipeline / "normalize" / "extracted", pipeline / "load" / "normalized"):
        yield from folder.glob("*")


def load(state: Path, raw: Path, source: str, staged: Mapping[str, Sequence[Staged]]) -> str:
    """Put staged files into a package and load it. Returns its load id. Raises LandError.

    `staged` has the manifest too. Passes the fault points `extracted` and `landed`.
    """
    # Nothing is pending, so whatever is left here comes from a kill before the package was complete.
    clear(folder_of(state) / source)
    with _pipeline(state, raw, source) as (dlt, pipeline):
        resources = [_resource(dlt, name, files) for name, files in staged.items()]
        schema = dlt.Schema(source, normalizers={"names": "ingestion.naming"})
        pipeline.extract(dlt.source(lambda: resources, schema=schema)(), loader_file_format="parquet")
        faults.reach("extracted")
        return _finish(pipeline)[-1]


def finish_pending(state: Path, raw: Path, source: str) -> list[str]:
    """Load the package that an earlier run left complete. Returns load ids. Raises LandError."""
    _drop_normalized_twice(folder_of(state) / source)
    with _pipeline(state, raw, source) as (_, pipeline):
        return _finish(pipeline)


def _drop_normalized_twice(pipeline: Path) -> None:
    """Killed after a package was normalized and before its extracted form was deleted, dlt would normalize it again
    and stumble over the first result, for ever. That result is complete: it got its place by one rename.
    """
    for done in (pipeline / "load" / "normalized").glob("*"):
        clear(pipeline / "normalize" / "extracted" / done.name)


def forget(state: Path, source: str) -> None:
    """Let go of what is pending; nothing of it has landed."""
    clear(folder_of(state) / source)


def _finish(pipeline: dlt.Pipeline) -> list[str]:
    pipeline.normalize()
    info = pipeline.load()
    faults.reach("landed")
    return list(info.loads_ids)


def _resource(dlt: Any, name: str, files: Sequence[Staged]) -> Any:
    def give() -> Iterator[Any]:
        for one in files:
            yield dlt.mark.with_file_import(str(one.path), "parquet", one.rows)

    return dlt.resource(give, name=name, columns=_columns(files), write_disposition="append")


def _columns(files: Sequence[Staged]) -> list[dict[str, Any]]:
    """Column hints that make dlt move a file as it is: it compares names, and zones of timestamps, not types."""
    import pyarrow as pa

    fields = {field.name: field.type for one in files for field in one.schema}
    return [
        {"name": name, "nullable": True, "data_type": "timestamp", "timezone": kind.tz is not None}
        if pa.types.is_timestamp(kind)
        else {"name": name, "nullable": True, "data_type": "text"}
        for name, kind in fields.items()
    ]


@contextmanager
def _pipeline(state: Path, raw: Path, source: str) -> Iterator[tuple[Any, dlt.Pipeline]]:
    """dlt and the source's pipeline, set up so that it writes nowhere else and calls nobody."""
    home = make_private(folder_of(state))
    raw.mkdir(parents=True, exist_ok=True)
    own = str(home / ".home")  # no source has a name with a dot
    with _environment({**_SETTINGS, "DLT_DATA_DIR": own, "DLT_PROJECT_DIR": own}):
        import dlt
        from dlt.pipeline.exceptions import PipelineStepFailed

        destination = dlt.destinations.filesystem(bucket_url=str(raw), layout=LAYOUT)
        pipeline = dlt.pipeline(source, pipelines_dir=str(home), destination=destination, dataset_name=source)
        try:
            yield dlt, pipeline
        except PipelineStepFailed as error:
            cause = str(error.exception).split("\n", 1)[0][:300]
            again = f"the next run tries again; deleting {home / source} reads the source again instead"
            raise LandError(f"source {source}: could not {error.step} the load: {cause} ({again})") from error
        finally:
            pipeline.deactivate()


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the time being: the one way to configure dlt that no file of the user's can override."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
