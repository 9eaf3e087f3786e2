"""A real Vendure server: synchronised, changed, synchronised again, and compared with its own tables each time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from graphql import build_client_schema, get_introspection_query, parse, validate

from ingestion import lake
from ingestion.config import Config, load_config
from ingestion.personal.key import KEY_VARIABLE
from ingestion.vendure import queries
from tests.ingestion.landing import SECRET
from tests.ingestion.secrets import assert_nowhere
from tests.rigs.servers import PASSWORD, Server
from tests.rigs.vendure_figures import ITS_OWN, Rows, differing, its_own, ours
from tests.rigs.vendure_shop import USER, USER_PASSWORD, Vendure, vendure
from tests.rigs.vendure_story import Day, fill, one_day

pytestmark = [pytest.mark.rigs, pytest.mark.timeout(600)]

CONFIGURATION = """
warehouse: ./warehouse
shops: [{{id: main, name: Vendure, timezone: Europe/London, currency: USD}}]
sources:
  - {{name: vendure, type: vendure, shop: main, url: "{url}", {who}, page_size: 7, slice_rows: 30}}
  - name: rates
    type: files
    shop: main
    inputs: {{rates: {{path: "rates.csv", format: csv}}}}
    entities: {{fx_rates: {{from: rates, columns: {{date: day, from_currency: one, to_currency: other, rate: rate}}}}}}
"""
BY_KEY = "api_key: '${VENDURE_API_KEY}'"
BY_NAME = "username: '${VENDURE_USER}', password: '${VENDURE_PASSWORD}'"
RATES = {"EUR": "1.25", "JPY": "0.01"}


@dataclass
class Story:
    """What each synchronisation gave, beside what the shop's tables held then."""

    shop: Vendure
    config: Config
    key: str
    loads: int
    first: dict[str, tuple[Rows, Rows]]
    day: Day
    second: dict[str, tuple[Rows, Rows]]
    reconciled: dict[str, tuple[Rows, Rows]]


@pytest.fixture(scope="module")
def story(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with vendure(postgres_server, "vendure") as shop, pytest.MonkeyPatch.context() as patch:
        trade = fill(shop)
        key = shop.api_key()
        patch.setenv(KEY_VARIABLE, SECRET)
        patch.setenv("VENDURE_API_KEY", key)
        config = _configured(tmp_path_factory.mktemp("vendure"), shop, BY_KEY)
        lake.land(config, "vendure")
        loads = len({row.load_id for row in lake.completed_loads(config)})
        assert lake.land(config, "vendure").load_id is None
        first = _both(shop, config)
        day = one_day(trade)
        lake.land(config, "vendure")
        second = _both(shop, config)
        lake.land(config, "vendure", reconcile=True)
        reconciled = _both(shop, config)
        assert lake.land(config, "vendure", reconcile=True).load_id is None
        yield Story(shop, config, key, loads, first, day, second, reconciled)


def _configured(folder: Path, shop: Vendure, who: str) -> Config:
    (folder / "rates.csv").write_text("day,one,other,rate\n")
    path = folder / "opsmart.yml"
    path.write_text(CONFIGURATION.format(url=shop.url, who=who))
    return load_config(path)


def _both(shop: Vendure, config: Config) -> dict[str, tuple[Rows, Rows]]:
    return {entity: (ours(config, entity), its_own(shop, entity)) for entity in ITS_OWN}


@pytest.mark.parametrize("entity", ITS_OWN)
def test_the_first_synchronisation_is_the_shop(story: Story, entity: str) -> None:
    landed, real = story.first[entity]
    assert landed == real
    assert len(real) > (1 if entity == "promotions" else 5)


def test_the_first_synchronisation_comes_in_slices(story: Story) -> None:
    assert story.loads >= 3  # 24 orders, 9 customers, 18 products, 24 variants, in loads of about 30 records


@pytest.mark.parametrize("entity", ITS_OWN)
def test_a_day_later_only_what_the_api_cannot_tell_is_missing(story: Story, entity: str) -> None:
    landed, real = story.second[entity]
    missing = {
        "orders": {story.day.late_order, *story.day.renamed},
        "refunds": {story.day.late_refund},
        "customers": {story.day.customer},
        "inventory_levels": story.day.stock,
    }
    assert differing(landed, real) == missing.get(entity, set())
    assert story.first[entity][1] != real  # the day changed something of everything


@pytest.mark.parametrize("entity", ITS_OWN)
def test_a_reconciliation_leaves_no_difference(story: Story, entity: str) -> None:
    landed, real = story.reconciled[entity]
    # The API does not tell the stock of an article that is deleted: its last state stands.
    assert differing(landed, real) == (story.day.stock if entity == "inventory_levels" else set())


def test_lines_add_up_to_what_vendure_says_of_orders_without_cancellations(story: Story) -> None:
    said = {
        str(code): total
        for code, total in story.shop.sql(
            'select code, ("subTotalWithTax" + "shippingWithTax") / 100.0 from "order" o'
            ' where "orderPlacedAt" is not null'
            ' and not exists (select 1 from order_line l where l."orderId" = o.id and quantity < "orderPlacedQuantity")'
        )
    }
    landed, _ = story.reconciled["orders"]
    assert len(said) > 15
    assert {code: landed[code][6] for code in said} == said


def test_every_query_is_of_the_servers_own_schema(story: Story) -> None:
    found = story.shop.session.post(
        story.shop.url, json={"query": get_introspection_query()}, timeout=60
    ).json()
    schema = build_client_schema(found["data"])
    asked = {name: text for name, text in vars(queries).items() if name.isupper()}
    assert len(asked) == 8
    assert {name: validate(schema, parse(text)) for name, text in asked.items()} == {
        name: [] for name in asked
    }


def test_a_user_may_log_in_too_and_again_when_the_session_has_ended(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENDURE_USER", USER)
    monkeypatch.setenv("VENDURE_PASSWORD", USER_PASSWORD)
    from ingestion.vendure.shop import Shop

    config = _configured(tmp_path, story.shop, BY_NAME)
    asking = Shop(config.source("vendure"))  # type: ignore[arg-type]
    count = "{ orders { totalItems } }"
    before = asking.ask(count)
    story.shop.sql("delete from session where \"token\" is not null and type = 'authenticated'")
    story.shop.sql("select 1")
    assert asking.ask(count) == before


def test_neither_personal_data_nor_secrets_reached_the_disk(story: Story) -> None:
    values = ["user0@example.com", "married@example.com", "+442079460958", "1 Street", story.key, PASSWORD]
    assert_nowhere(story.config.warehouse, values, control="Thing 1")


def test_the_marts_add_up_to_the_shop(story: Story, repository: Path) -> None:
    """Also after a deleted customer has come back, which only `--reconcile` notices."""
    shop = story.shop.sql
    shop(f'update customer set "deletedAt" = null where id = {story.day.customer}')
    days = shop("select d::date::text from generate_series(now() - interval '130 days', now(), '1 day') d")
    rates = "".join(f"{day},{code},USD,{rate}\n" for (day,) in days for code, rate in RATES.items())
    with (story.config.path.parent / "rates.csv").open("a") as file:
        file.write(rates)
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", "--config", str(story.config.path), "run", "--reconcile"],
        cwd=repository, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert ours(story.config, "customers") == its_own(story.shop, "customers")
    assert story.day.customer in ours(story.config, "customers")
    with duckdb.connect(str(story.config.current / "warehouse.duckdb"), read_only=True) as marts:
        orders, paid, refunded = marts.execute(
            "select count(*), sum(paid_amount), sum(refunded_amount) from fct_orders"
        ).fetchall()[0]
        lines = marts.execute(
            "select sum(quantity), sum(quantity * unit_price) from fct_order_lines where line_type = 'merchandise'"
        ).fetchall()
    rate = " ".join(f"when '{code}' then {one}" for code, one in RATES.items())
    rate = f'case o."currencyCode" {rate} else 1 end / 100'
    placed = 'join "order" o on o.id = t."orderId" where o."orderPlacedAt" is not null'
    ordered = 'greatest(t.quantity, t."orderPlacedQuantity")'
    assert orders == len(story.reconciled["orders"][1])
    assert lines == shop(
        f'select sum({ordered}), sum({ordered} * t."listPrice" * {rate}) from order_line t {placed}'
    )
    assert [(paid,)] == shop(f"select sum(t.amount * {rate}) from payment t {placed} and t.state = 'Settled'")
    ((given_back,),) = shop(
        f'select sum(r.total * {rate}) from refund r join payment t on t.id = r."paymentId" {placed}'
        " and r.state = 'Settled'"
    )
    assert refunded == given_back
