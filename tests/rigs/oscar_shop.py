"""A django-oscar shop on PostgreSQL, and the same figures from its own tables and from what we made of them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingestion.config import Config
from ingestion.lake import completed_loads
from ingestion.mapping import entity_selects
from ingestion.personal import normalise
from ingestion.personal.key import key_from
from tests.ingestion.landing import SECRET
from tests.rigs.servers import PASSWORD, Server, run_postgres

PROJECT = Path(__file__).parent / "oscar"
Rows = dict[str, tuple[Any, ...]]
"""By the row's key."""

ITS_OWN = {
    "orders": """select number, user_id,
        coalesce(nullif(guest_email, ''), (select email from auth_user where id = user_id)),
        total_incl_tax, shipping_excl_tax, total_incl_tax - total_excl_tax, date_placed at time zone 'UTC',
        status = 'Cancelled',
        (select coalesce(sum(amount_debited), 0) from payment_source s where s.order_id = o.id) > 0,
        (select count(*) from order_shippingevent e where e.order_id = o.id) > 0 from order_order o""",
    "order_lines": """select l.id, o.number, l.partner_sku, l.quantity,
        line_price_before_discounts_excl_tax, l.line_price_excl_tax, l.line_price_incl_tax
        from order_line l, order_order o where o.id = l.order_id""",
    "payments": """select t.id, o.number, t.txn_type, t.amount, t.date_created at time zone 'UTC'
        from payment_transaction t, payment_source s, order_order o where s.id = t.source_id and o.id = s.order_id""",
    "refunds": """select t.id, o.number, t.amount from payment_transaction t, payment_source s, order_order o
        where s.id = t.source_id and o.id = s.order_id and t.txn_type = 'Refund'""",
    "customers": "select id, email, date_joined at time zone 'UTC' from auth_user",
    "products": """select partner_sku, coalesce(parent_id, product_id), price
        from partner_stockrecord s, catalogue_product p where p.id = s.product_id""",
    "inventory_levels": "select partner_sku, partner_id, num_in_stock, num_allocated from partner_stockrecord",
    "reviews": "select id, product_id, user_id, score from reviews_productreview where status <> 2",
    "shipments": "select e.id, o.number from order_shippingevent e, order_order o where o.id = e.order_id",
    "shipment_lines": """select q.id, q.event_id, q.line_id, q.quantity from order_shippingeventquantity q""",
}
OURS = {
    "orders": """select order_id, customer_id::int, email_hash, total, shipping_total, tax_total, created_at,
        cancelled_at is not null, financial_status in ('paid', 'partially_refunded', 'refunded'),
        fulfillment_status <> 'unfulfilled' from canonical""",
    "order_lines": """select order_line_id::int, order_id, variant_id, quantity, round(quantity * unit_price, 2),
        round(quantity * unit_price - discount, 2), round(quantity * unit_price - discount + tax, 2) from canonical""",
    "payments": """select payment_id::int, order_id, case kind when 'authorization' then 'Authorise' when 'capture'
        then 'Debit' when 'refund' then 'Refund' end, amount, processed_at from canonical""",
    "refunds": "select refund_id::int, order_id, amount from canonical",
    "customers": "select customer_id::int, email_hash, created_at from canonical",
    "products": "select variant_id, product_id::int, list_price from canonical",
    "inventory_levels": """select variant_id, location_id::int, on_hand, reserved from canonical
        qualify row_number() over (partition by variant_id, location_id order by snapshot_at desc) = 1""",
    "reviews": "select review_id::int, product_id::int, customer_id::int, rating from canonical",
    "shipments": "select shipment_id::int, order_id from canonical",
    "shipment_lines": "select _row_id::int, shipment_id::int, order_line_id::int, quantity from canonical",
}


@dataclass(frozen=True)
class Oscar:
    """A shop with its database, and the Python that runs it."""

    server: Server
    database: str
    python: Path

    @property
    def url(self) -> str:
        return self.server.url(self.database)

    def do(self, script: str, *arguments: str) -> str:
        """Run one of the shop's scripts; what it prints."""
        given = {
            "PORT": str(self.server.port),
            "DATABASE": self.database,
            "USER": "shop",
            "PASSWORD": PASSWORD,
        }
        done = subprocess.run(
            [self.python, script, *arguments],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": "", **{f"OSCAR_{name}": value for name, value in given.items()}},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def its_own(self, entity: str) -> Rows:
        """Rows of an entity from the shop's tables; e-mail addresses as we would hash them."""
        key = key_from(SECRET)

        def hashed(value: Any) -> Any:
            return (
                key.hash(normalise.email(value) or "") if isinstance(value, str) and "@" in value else value
            )

        rows = run_postgres(self.server, self.database, ITS_OWN[entity])
        return _by_key([tuple(hashed(value) for value in row) for row in rows])

    def figures(self) -> dict[str, Any]:
        """What shall hold of the marts: sums over the shop's own tables."""
        (row,) = run_postgres(
            self.server,
            self.database,
            """select (select count(*) from order_order), (select sum(total_incl_tax) from order_order),
            (select sum(amount) from payment_transaction where txn_type = 'Refund'),
            (select sum(quantity) from order_line),
            (select sum(line_price_before_discounts_excl_tax) from order_line)""",
        )
        return dict(zip(("orders", "total", "refunded", "units", "gross"), row, strict=True))


def ours(config: Config, entity: str) -> Rows:
    """Rows of an entity as staging makes them: the newest row of each key, unless that is a deletion."""
    (select,) = [one for one in entity_selects(config) if one.entity == entity and not one.derived]
    loads = {row.load_id: row.load_seq for row in completed_loads(config)}
    folder = config.raw / select.source / select.input
    with duckdb.connect() as duck:
        duck.execute("set TimeZone = 'UTC'")
        files = [str(path) for one in loads for path in (folder / f"load_id={one}").glob("*.parquet")]
        duck.execute(
            "create table loads as select unnest(?) as load_id, unnest(?) as _load_seq",
            [list(loads), list(loads.values())],
        )
        duck.execute(
            f"create table landed as select *, load_id as _load_id, '' as _file from read_parquet({files},"
            " union_by_name = true, hive_partitioning = true, hive_types = {'load_id': varchar})"
            " join loads using (load_id)"
        )
        names = {row[0] for row in duck.execute("describe landed").fetchall()}
        if "_deleted" not in names:
            duck.execute("alter table landed add column _deleted boolean")
        by = ", ".join([*config.source(select.source).key(select.input), *({"snapshot_at"} & names)])
        duck.execute(
            "create table newest as select * replace (coalesce(_deleted, false) as _deleted)"
            " from (select * from landed"
            f" qualify row_number() over (partition by {by} order by _load_seq desc, _row desc) = 1)"
            " where not coalesce(_deleted, false)"
        )
        sql = select.sql.replace("__raw__", "newest")
        if entity == "shipment_lines":  # by the id of the raw row: the entity has none
            sql = f"select given.*, newest.id as _row_id from ({sql}) as given join newest using (_load_id, _row)"
        duck.execute(f"create table canonical as {sql}")
        return _by_key(duck.execute(OURS[entity]).fetchall())


def oscar_python() -> Path:
    """The Python of an environment with django-oscar, made once for each list of requirements and kept in the cache."""
    requirements = PROJECT / "requirements.txt"
    digest = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "opsmart-rigs"
    home = cache / f"oscar-{digest}"
    python = home / "bin" / "python"
    if (home / "complete").exists():
        return python
    shutil.rmtree(home, ignore_errors=True)
    cache.mkdir(parents=True, exist_ok=True)
    if shutil.which("uv"):
        made = ["uv", "venv", "-q", "--python", sys.executable, str(home)]
        filled = ["uv", "pip", "install", "-q", "-p", str(python), "-r", str(requirements)]
    else:
        made = [sys.executable, "-m", "venv", str(home)]
        filled = [
            str(python),
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "-r",
            str(requirements),
        ]
    for command in (made, filled):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    (home / "complete").touch()
    return python


def changed(oscar: Oscar) -> dict[str, str]:
    """Let a day pass in the shop; what only a reconciliation can notice."""
    found: dict[str, str] = json.loads(oscar.do("change.py"))
    return found


def _by_key(rows: list[tuple[Any, ...]]) -> Rows:
    found = {str(row[0]): tuple(row) for row in rows}
    assert len(found) == len(rows)
    return found
