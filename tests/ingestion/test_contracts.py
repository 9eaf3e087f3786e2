"""Contracts of the entities, read from the models' ymls."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contracts import load_contracts
from ingestion.mapping.casts import cast
from ingestion.mapping.mapped import DERIVED_FROM, NOT_INHERITED

YML = """\
models:
  - name: int_things
    config: {{meta: {{entity: things, business_key: [{key}]}}}}
    columns:
      - {{name: thing_key, data_type: varchar}}
      - name: thing_id
        data_type: VARCHAR
        config: {{meta: {{given: true, required: true}}}}
      - name: seen_at
        data_type: timestamp
        description: When.
        config: {{meta: {{given: true, clock: true}}}}
      - name: price
        data_type: decimal(18, 4)
        config: {{meta: {{given: true}}}}
      - name: state
        data_type: varchar
        config: {{meta: {{given: true, accepted: [On, off]}}}}
  - name: int_things_counted
    columns: [{{name: thing_id, data_type: varchar}}]
"""


def test_contract_is_what_a_source_may_give(tmp_path: Path) -> None:
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "int_things.yml").write_text(YML.format(key="thing_id"))
    contracts = load_contracts(tmp_path)
    assert list(contracts) == ["things"]
    things = contracts["things"]
    assert (things.key, things.required) == (("thing_id",), ["thing_id"])
    assert list(things.columns) == ["thing_id", "seen_at", "price", "state"]
    assert (things.columns["seen_at"].clock, things.columns["seen_at"].description) == (True, "When.")
    assert things.columns["thing_id"].data_type == "varchar"
    assert things.columns["price"].data_type == "decimal(18,4)"
    assert things.columns["state"].accepted == ("on", "off")


def test_broken_contract_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no contract"):
        load_contracts(tmp_path)
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "int_things.yml").write_text(YML.format(key="thing_key"))
    with pytest.raises(ValueError, match=r"int_things\.yml: business_key"):
        load_contracts(tmp_path)


def test_contracts_of_the_project_can_all_be_cast_and_derived() -> None:
    contracts = load_contracts()
    wanted = (
        "shops customers products orders order_lines payments refunds shipments shipment_lines unit_costs"
        " bundle_components inventory_levels inventory_movements purchase_orders events ad_spend reviews tickets"
        " promotions order_promotions traffic_daily live_sessions order_costs shop_scores targets"
        " experiment_exposures fx_rates"
    )
    assert {*wanted.split()} - {"shops"} == contracts.keys()  # shops come from the configuration
    for contract in contracts.values():
        assert {one.falls_back_to for one in contract.columns.values()} <= {None, *contract.columns}
        for column in contract.columns.values():
            cast("a", "b", column.data_type, "UTC")
    for entity, parents in DERIVED_FROM.items():
        assert len(contracts[entity].key) == 1
        assert contracts.keys() >= {*parents}
    for entity, columns in NOT_INHERITED.items():
        assert columns <= contracts[entity].columns.keys()
