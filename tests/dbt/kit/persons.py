"""Who is who by the canonical tables, worked out in Python, against what the models say."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.dbt.kit.compare import Difference
from tests.truth.people import Identities, Identity, People


def strangers(database: Path, as_of: str, max_links: int) -> list[Difference]:
    """Orders, refunds without an order and accounts that are given to another person than they should be."""
    with duckdb.connect(str(database), read_only=True) as connection:
        people, of_order = _people(connection, as_of, max_links)
        expected = {key: people.key(record) or f"anonymous:{key}" for key, record in of_order.items()}
        orders = connection.execute("select order_key, shop_id, customer_key from main.fct_orders").fetchall()
        found = [
            _wrong("main.fct_orders", shop, key, built, expected[key])
            for key, shop, built in orders
            if built != expected[key]
        ]
        refunds = connection.execute(
            "select refund_key, fct.shop_id, fct.customer_key, customer_id from main.fct_refunds as fct"
            " join canonical.int_refunds using (refund_key)"
            " anti join main.fct_orders as orders on orders.order_key = fct.order_key"
        ).fetchall()
        for key, shop, built, account in refunds:
            person = people.key(_record(account and f"{shop}:{account}", None, None, ""))
            if built != person:
                found.append(_wrong("main.fct_refunds", shop, key, built, person))
        accounts = connection.execute(
            "select customer_account_key, shop_id from canonical.int_customers"
            " where coalesce(created_at <= ?::timestamp, true)",
            [as_of],
        ).fetchall()
        known = {
            people.key(_record(account, None, None, "")): (shop, account) for account, shop in accounts
        } | {one: ("", "an order") for one in expected.values() if not one.startswith("anonymous:")}
        rows = connection.execute("select customer_key, account_count from main.dim_customers").fetchall()
        there = {key for key, _ in rows}
        found += [
            _wrong("main.dim_customers", known.get(key, ("",))[0], key, str(key in there), "")
            for key in there ^ {key for key in known if key}
        ]
        if sum(count for _, count in rows) != len(accounts):
            found.append(_wrong("main.dim_customers", "", "account_count", str(rows), str(accounts)))
    return found


def _people(
    connection: duckdb.DuckDBPyConnection, as_of: str, max_links: int
) -> tuple[People, dict[str, Identities]]:
    """The persons, and what each order that has been placed has."""
    orders = connection.execute(
        "select order_key,"
        " case when orders.customer_id is not null then orders.shop_id || ':' || orders.customer_id end,"
        " orders.email_hash, orders.phone_hash, coalesce(identity_space, ''),"
        " coalesce(orders.is_test, false) or coalesce(accounts.is_test, false)"
        " from canonical.int_orders as orders left join canonical.int_shops using (shop_id)"
        " left join canonical.int_customers as accounts"
        " on accounts.shop_id = orders.shop_id and accounts.customer_id = orders.customer_id"
        " where orders.created_at <= ?::timestamp",
        [as_of],
    ).fetchall()
    accounts = connection.execute(
        "select customer_account_key, email_hash, phone_hash, coalesce(identity_space, '')"
        " from canonical.int_customers left join canonical.int_shops using (shop_id)"
        " where coalesce(created_at <= ?::timestamp, true)",
        [as_of],
    ).fetchall()
    records = [_record(*row) for row in accounts]
    records += [_record(*row[1:5]) for row in orders if not row[5]]
    return People(records, max_links), {row[0]: _record(*row[1:5]) for row in orders}


def _record(account: str | None, email: str | None, phone: str | None, space: str) -> Identities:
    given = (("account", account, ""), ("email", email, space), ("phone", phone, space))
    return [Identity(kind, before + text) for kind, text, before in given if text is not None]


def _wrong(table: str, shop: str, key: str, built: str | None, expected: str | None) -> Difference:
    return Difference(table, "person", shop, {"key": key, "built": built, "expected": expected})
