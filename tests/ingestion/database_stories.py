"""What has to hold for every kind of database: each story changes a shop and lands, and looks at what counts then."""

from __future__ import annotations

from collections.abc import Callable

from tests.ingestion.databases import Shop

D1, D2, D5 = "2026-03-01 10:00:00", "2026-03-02 10:00:00", "2026-03-05 10:00:00"


def statuses(shop: Shop) -> dict[int, str]:
    return {row["id"]: row["status"] for row in shop.standing()}


def an_unchanged_table_lands_nothing(shop: Shop) -> None:
    shop.orders((1, "new", "1.50", D1), (2, "new", "2.50", D2))
    for inputs in (
        "orders: {table: orders}",
        "orders: {table: orders, cursor: changed_at}",
        "orders: {table: orders, window: {column: changed_at, days: 10000}}",
    ):
        shop.configure(inputs)
        shop.land()
        assert shop.land().load_id is None, inputs
    assert statuses(shop) == {1: "new", 2: "new"}
    assert len(shop.raw()) == 2


def equal_values_at_the_boundary_are_not_lost(shop: Shop) -> None:
    shop.orders((1, "new", "1", D1), (2, "new", "1", D2))
    shop.configure("orders: {table: orders, cursor: changed_at, lookback: 0}")
    shop.land()
    shop.put((3, "new", "1", D2))
    result = shop.land()
    assert result.rows == 1
    assert set(statuses(shop)) == {1, 2, 3}


def a_late_commit_inside_the_window_is_found(shop: Shop) -> None:
    shop.orders((1, "new", "1", D1), (2, "new", "1", D5))
    shop.configure()
    shop.land()
    shop.put((3, "late", "1", D2))
    assert shop.land().rows == 1
    assert statuses(shop)[3] == "late"


def a_change_before_the_window_waits_for_a_reconciliation(shop: Shop) -> None:
    shop.orders((1, "new", "1", D1), (2, "new", "1", D5))
    shop.configure("orders: {table: orders, cursor: changed_at, lookback: 1 day}")
    shop.land()
    shop.put((1, "missed", "1", D1), (3, "missed", "1", D1))
    assert shop.land().load_id is None
    assert shop.land(reconcile=True).rows == 2
    assert statuses(shop) == {1: "missed", 2: "new", 3: "missed"}
    assert shop.land(reconcile=True).load_id is None


def rows_without_a_cursor_are_read_every_time(shop: Shop) -> None:
    shop.orders((1, "new", "1", D1), (2, "draft", "1", None))
    shop.configure()
    shop.land()
    assert shop.land().load_id is None
    shop.put((2, "ready", "1", None), (3, "draft", "1", None))
    assert shop.land().rows == 2
    assert statuses(shop) == {1: "new", 2: "ready", 3: "draft"}


def a_cursor_that_goes_back_has_everything_read_again(shop: Shop) -> None:
    shop.orders((1, "new", "1", D1), (2, "new", "1", D5))
    shop.configure("orders: {table: orders, cursor: changed_at, lookback: 1 hour}")
    shop.land()
    shop.run("delete from orders where id = 2")
    shop.put((1, "older", "1", "2026-02-01 00:00:00"), (3, "new", "1", D2))
    result = shop.land()
    assert any("went back" in line for line in result.problems)
    assert statuses(shop) == {1: "older", 2: "new", 3: "new"}
    assert shop.land().load_id is None


def a_wrong_year_hides_nothing(shop: Shop) -> None:
    shop.orders((1, "new", "1", "2099-01-01 00:00:00"), (2, "new", "1", D1))
    shop.configure("orders: {table: orders, cursor: changed_at, lookback: 10000 days}")
    shop.land()
    assert shop.land().load_id is None
    shop.put((2, "paid", "1", D5), (1, "paid", "1", "2099-01-01 00:00:00"))
    shop.land()
    assert statuses(shop) == {1: "paid", 2: "paid"}


def a_row_that_goes_back_and_forth_lands_each_time(shop: Shop) -> None:
    shop.orders((1, "a", "1", D5), (2, "x", "1", D5))
    shop.configure("orders: {table: orders, cursor: changed_at, lookback: 7 days}")
    for status, moment in (("a", D5), ("b", D2), ("a", D5)):
        shop.put((1, status, "1", moment))
        shop.land()
        assert statuses(shop)[1] == status
    assert len(shop.raw()) == 4


def a_window_is_read_again(shop: Shop) -> None:
    shop.orders((1, "open", "1", "2020-01-01 00:00:00"), (2, "open", "1", D5))
    shop.configure("orders: {table: orders, window: {column: changed_at, days: 4000}}")
    shop.land()
    shop.put((1, "shipped", "1", "2010-01-01 00:00:00"), (2, "shipped", "1", D5))
    assert shop.land().rows == 1
    assert statuses(shop) == {1: "open", 2: "shipped"}


def what_a_snapshot_lacks_was_deleted(shop: Shop) -> None:
    shop.orders((1, "new", "1", D1), (2, "new", "2", D2), (3, "new", "3", D2))
    shop.configure("orders: {table: orders, snapshot: true}")
    shop.land()
    shop.run("delete from orders where id = 2")
    shop.put((3, "paid", "3", D5))
    result = shop.land()
    assert result.rows == 2
    assert statuses(shop) == {1: "new", 3: "paid"}
    tombstone = shop.raw()[-1]
    assert (tombstone["id"], tombstone["status"], tombstone["_deleted"]) == (2, "new", True)
    assert shop.land().load_id is None
    shop.put((2, "new", "2", D2))
    assert shop.land().rows == 1
    assert statuses(shop) == {1: "new", 2: "new", 3: "paid"}


def reconciling_finds_what_was_deleted(shop: Shop) -> None:
    shop.orders(*((number, "new", "1", D1) for number in range(1, 11)))
    shop.configure()
    shop.land()
    shop.run("delete from orders where id in (4, 5)")
    assert shop.land().load_id is None
    assert shop.land(reconcile=True).rows == 2
    assert set(statuses(shop)) == {1, 2, 3, 6, 7, 8, 9, 10}
    assert shop.land(reconcile=True).load_id is None


def too_many_deletions_need_a_word(shop: Shop) -> None:
    shop.orders(*((number, "new", "1", D1) for number in range(1, 101)))
    shop.configure()
    shop.land()
    shop.run("delete from orders where id > 60")
    shop.put((1, "paid", "1", D5))
    reason = shop.refusals(reconcile=True)["orders"]
    assert reason is not None
    assert "40 of 100 rows" in reason
    assert "--allow-deletions" in reason
    assert len(statuses(shop)) == 100
    shop.configure("orders: {table: orders}")
    result = shop.land()
    assert any("none of them counts as deleted" in line for line in result.problems)
    assert (len(statuses(shop)), statuses(shop)[1]) == (100, "paid")
    assert shop.land(reconcile=True, allow_deletions=True).rows == 40
    assert len(statuses(shop)) == 60


def a_table_that_is_empty_deletes_nothing_unasked(shop: Shop) -> None:
    shop.orders(*((number, "new", "1", D1) for number in range(1, 31)))
    shop.configure("orders: {table: orders}")
    shop.land()
    shop.run("delete from orders")
    assert shop.land().load_id is None
    assert len(statuses(shop)) == 30


def an_empty_table_is_no_trouble(shop: Shop) -> None:
    shop.orders()
    shop.configure()
    result = shop.land()
    assert [(one.input, one.rows, one.status) for one in result.files] == [("orders", 0, "landed")]
    assert shop.land().load_id is None
    assert shop.land(reconcile=True).load_id is None
    shop.put((1, "new", "1", D1))
    assert shop.land().rows == 1


def a_new_column_lands_and_old_rows_stay(shop: Shop) -> None:
    shop.orders((1, "new", "1", D1), (2, "new", "1", D2))
    shop.configure()
    shop.land()
    shop.run("alter table orders add column note varchar(20)", "update orders set note = 'gift' where id = 2")
    assert shop.land().rows == 1
    assert {row["id"]: row["note"] for row in shop.standing()} == {1: None, 2: "gift"}


def a_column_that_a_mapping_reads_and_is_gone_is_told(shop: Shop) -> None:
    shop.orders((1, "new", "1", D1))
    entities = "      products: {from: orders, columns: {variant_id: id, title: status}}"
    shop.configure(entities=entities)
    shop.land()
    shop.run("alter table orders rename column status to state")
    assert shop.refusals() == {
        "orders": "there is no column status, which the mapping of products reads (did you mean state?)"
    }
    assert shop.land().load_id is None
    shop.run("alter table orders rename column state to status")
    assert [one.status for one in shop.land().files] == ["landed"]
    assert shop.land().load_id is None


def a_table_that_is_renamed_is_told(shop: Shop) -> None:
    shop.orders((1, "new", "1", D1))
    shop.configure()
    shop.land()
    shop.run("alter table orders rename to orders_old")
    reason = shop.refusals()["orders"]
    assert reason is not None
    assert "there is no table orders" in reason
    assert "did you mean orders_old?" in reason


def composite_keys_and_difficult_names(shop: Shop) -> None:
    q = shop.quote
    shop.run(
        f"create table {q}Order{q} ({q}group{q} integer, {q}Select{q} varchar(10), {q}Täg %s{q} varchar(20),"
        f" primary key ({q}group{q}, {q}Select{q}))",
        f"insert into {q}Order{q} values (1, 'a', 'x'), (1, 'b', 'y'), (2, 'a', 'z')",
    )
    entities = '      products: {from: orders, columns: {variant_id: Select, title: "Täg %s"}}'
    shop.configure("orders: {table: Order}", entities=entities)
    shop.land()
    shop.run(f"delete from {q}Order{q} where {q}group{q} = 1 and {q}Select{q} = 'b'")
    shop.run(f"update {q}Order{q} set {q}Täg %s{q} = 'zz' where {q}group{q} = 2")
    result = shop.land()
    assert result.rows == 2, result
    rows = shop.standing(key=("group", "Select"))
    assert [(row["group"], row["Select"], row["Täg %s"]) for row in rows] == [(1, "a", "x"), (2, "a", "zz")]


def two_shops_in_one_database(shop: Shop) -> None:
    shop.orders((1, "uk", "1", D1), (2, "us", "1", D1), (3, "uk", "1", D2))
    entities = (
        "      products: {from: uk, columns: {variant_id: id}}\n"
        "      customers: {from: us, columns: {customer_id: id}}"
    )
    inputs = "\n".join(
        f"{name}: {{query: \"select * from orders where status = '{name}';\", key: id, cursor: changed_at}}"
        for name in ("uk", "us")
    )
    shop.configure(inputs, entities=entities)
    shop.land()
    assert [row["id"] for row in shop.standing("uk")] == [1, 3]
    assert [row["id"] for row in shop.standing("us")] == [2]
    assert shop.land().load_id is None


def very_wide_text(shop: Shop) -> None:
    kind = "mediumtext" if shop.kind == "mysql" else "text"
    shop.run(f"create table orders (id integer primary key, body {kind})")
    line = "很 wide, \\\"quoted\\\" ''and'' \n broken "
    repeat = {"sqlite": "replace(hex(zeroblob({n})), '00', '{t}')"}.get(shop.kind, "repeat('{t}', {n})")
    shop.run(f"insert into orders values (1, {repeat.format(t=line, n=150_000)}), (2, ''), (3, null)")
    shop.configure("orders: {table: orders}")
    shop.land()
    rows = shop.standing()
    assert len(rows[0]["body"]) > 4_000_000
    assert [row["body"] for row in rows[1:]] == ["", None]
    assert shop.land().load_id is None


STORIES: list[Callable[[Shop], None]] = [
    story
    for story in list(globals().values())
    if callable(story) and getattr(story, "__module__", "") == __name__ and story is not statuses
]
