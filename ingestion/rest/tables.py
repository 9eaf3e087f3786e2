"""Raw tables of an input and of its parts, out of their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.api.tables import Table

if TYPE_CHECKING:
    from ingestion.personal.kinds import Kind
    from ingestion.rest.input_settings import Input


def table(name: str, one: Input, root: Input | None = None, read: tuple[str, ...] = ()) -> Table:
    """The table of an input. `root` has the records that it is a part of; `read` are columns that mappings read."""
    columns = dict(one.columns or one.add)
    if root is not None:
        columns.setdefault(one.parent, "^" * len(one.each) + "." + id_path(root))
    for key in one.key:
        columns.setdefault(key, path_of(key))
    personal: dict[str, Kind] = {column_of(column): kind for column, kind in one.personal.items()}
    dropped = [path_of(column) for column, kind in personal.items() if kind == "drop"]
    flat = not one.columns
    return Table(
        name,
        key=one.key,
        columns=columns,
        each=one.each,
        parent=one.parent if root is not None else "",
        personal=personal,
        others=flat,
        flattened=flat,
        expected=tuple(
            column for column in read if flat and column not in columns and column != one.snapshot_at
        ),
        ignored=(*(path.replace("__", ".") for path in one.exclude), *dropped, "#"),
        sparse=True,
        refuses_people=True,
        snapshot_at=one.snapshot_at or "",
    )


def column_of(path: str) -> str:
    """The raw column of what stands at a path: `shipping_address__phone`."""
    return path.replace(".", "__")


def path_of(column: str) -> str:
    """Where a raw column stands."""
    return column.replace("__", ".")


def id_path(root: Input) -> str:
    """Where the id of a record stands."""
    (key,) = root.key
    return {**root.columns, **root.add}.get(key, path_of(key)).removeprefix("json:")
