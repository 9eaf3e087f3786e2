"""A real Medusa 2, read by configuration only: filled, read, changed, read again, reconciled, and compared each time
with its own tables."""

from __future__ import annotations

from pathlib import Path

import pytest

import ingestion.rest
from ingestion import lake
from ingestion.config import Config, load_config
from ingestion.personal.key import KEY_VARIABLE
from tests.ingestion.landed_rows import entity_rows, raw_rows
from tests.ingestion.landing import SECRET
from tests.ingestion.secrets import assert_nowhere
from tests.rigs.medusa.seed import EMAIL, PASSWORD, fill
from tests.rigs.medusa_shop import ITS_CAPTURES, ITS_LINES, ITS_ORDERS, ITS_REFUNDS, medusa
from tests.rigs.servers import Server, run_postgres

pytestmark = pytest.mark.rigs
EXAMPLE = Path(ingestion.rest.__path__[0]) / "examples" / "medusa.yml"


def its_own(server: Server) -> dict[str, set[tuple[object, ...]]]:
    return {
        "orders": {(i, gone, float(t)) for i, gone, t in run_postgres(server, "medusa", ITS_ORDERS)},
        "lines": {(i, order, int(n)) for i, order, n in run_postgres(server, "medusa", ITS_LINES)},
        "payments": {(i, float(n)) for i, n in run_postgres(server, "medusa", ITS_CAPTURES)},
        "refunds": {(i, float(n)) for i, n in run_postgres(server, "medusa", ITS_REFUNDS)},
    }


def ours(config: Config) -> dict[str, set[tuple[object, ...]]]:
    def rows(entity: str) -> list[dict[str, object]]:
        return list(entity_rows(config, "medusa", entity).values())

    return {
        "orders": {
            (r["order_id"], r["cancelled_at"] is not None, float(str(r["total"]))) for r in rows("orders")
        },
        "lines": {(r["order_line_id"], r["order_id"], int(str(r["quantity"]))) for r in rows("order_lines")},
        "payments": {(r["payment_id"], float(str(r["amount"]))) for r in rows("payments")},
        "refunds": {(r["id"], float(str(r["amount"]))) for r in raw_rows(config, "medusa", "refunds")},
    }


def test_what_lands_is_what_the_shop_has(postgres_server, tmp_path, monkeypatch):
    with medusa(postgres_server) as url:
        for name, value in {
            KEY_VARIABLE: SECRET, "MEDUSA_URL": url, "MEDUSA_EMAIL": EMAIL, "MEDUSA_PASSWORD": PASSWORD,
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        shop, orders = fill(url, 6)
        (tmp_path / "opsmart.yml").write_text(EXAMPLE.read_text())
        config = load_config(tmp_path / "opsmart.yml")
        lake.land(config, "medusa")
        assert ours(config) == its_own(postgres_server)

        # Moves no `updated_at`, or does; orders[0] was open, [2] captured, [5] shipped.
        shop.capture(orders[0])
        shop.refund(orders[2], 1.25)
        shop.refund(orders[5], 2)
        orders.append(shop.order("guest@mail.example"))
        lake.land(config, "medusa")
        assert ours(config) == its_own(postgres_server)

        shop.cancel(orders[-1])
        lake.land(config, "medusa", reconcile=True)
        assert ours(config) == its_own(postgres_server)
        assert lake.land(config, "medusa", reconcile=True).load_id is None
        assert_nowhere(
            config.warehouse, [PASSWORD, "buyer1@mail.example", "Analytical Street"], control="MUG-0-S"
        )
