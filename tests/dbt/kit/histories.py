"""Histories that hypothesis writes: what can happen to a shop's data, in any order, on few enough keys to collide.

Rows are made from the contracts, so that a new entity takes part as soon as it has one. A history is plain data: it
prints as the code that makes it.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ingestion.contracts import ContractColumn, load_contracts
from tests.dbt.kit.harness import Build
from tests.dbt.kit.telling import SOURCES, Place, Step, Story

Row = dict[str, Any]

AS_OF = (
    "2024-01-20 20:00:00",
    "2024-01-31 23:30:00",
    "2024-02-01 00:30:00",
    "2024-02-04 20:00:00",
    "2024-02-05 20:00:00",
    "2024-03-06 20:00:00",
    "2024-12-31 20:00:00",
    "2025-02-20 20:00:00",
)
"""Instants that a history may be told at."""

OFTEN = {
    "orders": 7,
    "order_lines": 7,
    "events": 6,
    "refunds": 5,
    "customers": 3,
    "payments": 3,
    "products": 2,
    "unit_costs": 2,
    "order_costs": 2,
    "shipments": 2,
    "order_promotions": 2,
}
"""Entities that others meet in; each of the rest comes once as often."""

FIRST = ("orders", "order_lines", "customers")
"""Entities that the first step brings in any case, so that what follows has something to meet."""
IDENTITIES = ("customer_id", "email_hash", "phone_hash")
"""Columns that people are known by: half of them are in a row that has room for them, so that people meet."""
FILES = "xyz"
INSTANTS = tuple(
    f"{day} {time}"
    for day in (
        "2023-11-01",
        "2023-12-28",
        "2024-01-01",
        "2024-01-15",
        "2024-01-31",
        "2024-02-05",
        "2024-03-05",
    )
    for time in ("00:00", "05:30", "23:30")
)
VISITS = (
    *(
        f"{day} {time}"
        for day in ("2024-01-15", "2024-01-31", "2024-02-05")
        for time in ("05:00", "05:20", "05:30", "05:50", "06:20", "06:20:00.000001", "23:50")
    ),
    *("2024-02-01 00:20", "2024-02-01 00:50"),
)
"""Instants of events: half an hour apart, less, and a microsecond more."""
WORDS: dict[str, tuple[Any, ...]] = {
    "order_id": ("1", "2", "3", "4"), "order_line_id": ("1", "2"), "customer_id": ("a", "b", "c"),
    "variant_id": ("v1", "v2", "v3"), "product_id": ("P", "Q"), "refund_id": ("1", "2", "3"),
    "payment_id": ("1", "2", "3"), "promotion_id": ("1", "2"), "shipment_id": ("1", "2"),
    "bundle_parent_id": ("1", "2"), "email_hash": ("m@x", "n@x", "o@x", "q@x"), "phone_hash": ("p", "r", "s"),
    "currency": ("EUR",), "from_currency": ("USD", "CNY"), "to_currency": ("EUR", "USD"),
    "country": ("DE", "FR"), "sales_channel": ("web", "app"), "kind": ("one", "two"), "period": ("2024-01", "2024-W05"),
    "event_id": tuple("123456789"), "event_at": VISITS,
}  # fmt: skip
"""Values of columns by name; of the others by type."""
_OF_TYPE: dict[str, tuple[Any, ...]] = {
    "varchar": ("i", "j"),
    "bigint": (1, 2, 3),
    "boolean": (True, False),
    "date": ("2024-01-01", "2024-01-31", "2024-02-01"),
    "timestamp": INSTANTS,
    "double": (0.5, 1.5),
}
_MONEY = (5, 1, 9, 0, 20)


def values(column: ContractColumn) -> st.SearchStrategy[Any]:
    """What a column may hold, the plainest first."""
    if column.accepted:
        return st.sampled_from(column.accepted)
    if column.name in WORDS:
        return st.sampled_from(WORDS[column.name])
    return st.sampled_from(_OF_TYPE.get(column.data_type, _MONEY))


@st.composite
def rows(draw: st.DrawFn, entity: str) -> Row:
    """A row: what is required, some of the rest, perhaps a version, perhaps of the second shop."""
    columns = load_contracts()[entity].columns
    chosen = [name for name, one in columns.items() if one.required]
    optional = [name for name in columns if name not in chosen]
    if optional:
        chosen += draw(st.lists(st.sampled_from(optional), max_size=7, unique=True))
    if "email_hash" in columns:
        chosen += [name for name in IDENTITIES if draw(st.booleans())]
    row = {name: draw(values(columns[name])) for name in columns if name in chosen}
    version = draw(st.sampled_from((None, None, 1, 2, 3)))
    if version is not None:
        row["version"] = version
    if draw(st.integers(0, 5)) == 5:
        row["_shop"] = 2
    return row


@st.composite
def histories(draw: st.DrawFn, steps: int) -> Story:
    """In each step up to three things: a delivery of a file or a feed, the same once more, rows that were deleted,
    files refused or accepted after all."""
    told: dict[int, Step] = {}
    landed: dict[Place, list[Row]] = {}
    for number in range(steps):
        files: dict[tuple[str, str], list[Row]] = {}
        other: dict[str, list[Row]] = {}
        refuse, accept = [], []
        if number == 0:
            files = {(entity, "x"): draw(st.lists(rows(entity), max_size=4)) for entity in FIRST}
        for _ in range(draw(st.integers(1, 4))):
            what = draw(st.sampled_from(WHAT)) if landed else "file"
            place = draw(st.sampled_from(sorted(landed))) if landed else None
            if what == "refuse" and place is not None:
                refuse.append(place)
            elif what == "accept" and place is not None:
                accept.append(place)
            else:
                source, entity, given = _delivery(draw, what, place, landed)
                if source == "other":
                    other[entity] = given
                else:
                    files[entity, draw(st.sampled_from(FILES))] = given
        told[number] = Step(files, other, refuse=refuse, accept=accept)
        landed |= {(number, "export", *file): given for file, given in files.items()}
        landed |= {(number, "other", entity, ""): given for entity, given in other.items()}
    return {number: step for number, step in told.items() if step != Step()}


WHAT = ("file", "file", "file", "feed", "again", "delete", "refuse", "accept")


def _delivery(
    draw: st.DrawFn, what: str, place: Place | None, landed: dict[Place, list[Row]]
) -> tuple[str, str, list[Row]]:
    """A source, an entity and rows of it: new ones, or some that came before, perhaps as deleted."""
    if what in ("again", "delete") and place is not None and landed[place]:
        given = draw(st.permutations(landed[place]))
        if what == "again":
            return place[1], place[2], given
        version = draw(st.sampled_from((None, 1, 2, 3)))
        gone = [{**row, "_deleted": True} for row in given[: draw(st.integers(1, 2))]]
        return place[1], place[2], gone if version is None else [{**row, "version": version} for row in gone]
    source = "other" if what == "feed" else "export"
    known = SOURCES[source][1]
    entity = draw(st.sampled_from([name for name in known for _ in range(OFTEN.get(name, 1))]))
    return source, entity, draw(st.lists(rows(entity), max_size=4))


MODELS = (
    "int_orders", "int_order_lines", "int_customers", "int_refunds", "int_order_lines_priced", "int_orders_summed",
    "int_refunds_matched", "int_selling_costs", "fct_orders", "fct_order_lines", "fct_order_costs",
    "fct_refunds", "dim_customers", "int_sales_periods", "mart_sales_daily",
)  # fmt: skip
"""Of these a run may have built only some before it ended."""


@st.composite
def lives(draw: st.DrawFn, steps: int) -> list[Build]:
    """How a warehouse is built step by step: at instants that never go back, some builds cut short or killed."""
    as_ofs = sorted(draw(st.lists(st.sampled_from(AS_OF), min_size=steps, max_size=steps)))
    builds = [Build(as_ofs[0])]
    for as_of in as_ofs[1:]:
        only = draw(
            st.one_of(st.just([]), st.just([]), st.lists(st.sampled_from(MODELS), max_size=5, unique=True))
        )
        killed_after = draw(st.sampled_from((0, 0, 0, 1))) * draw(st.integers(60, 600))
        builds.append(Build(as_of, tuple(only), killed_after))
    return builds


def some(count: int, steps: int, number: int) -> dict[str, Story]:
    """So many histories by name, the same ones for the same `number`."""
    return {f"shop{at}": _drawn(histories(steps), number * 10_000 + at) for at in range(count)}


def life(steps: int, number: int) -> list[Build]:
    """One way to build, the same for the same `number`."""
    return _drawn(lives(steps), number)


def _drawn(strategy: st.SearchStrategy[Any], number: int) -> Any:
    """The longest of a few: hypothesis begins with the plainest, and later examples repeat parts of earlier ones."""
    found: list[Any] = []

    @seed(number)
    @settings(
        max_examples=4,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(strategy)
    def collect(one: Any) -> None:
        found.append(one)

    collect()
    return max(found, key=lambda one: len(str(one)))
