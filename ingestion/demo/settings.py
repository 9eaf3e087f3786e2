"""Settings of the `demo` source: which simulated shop, over which days, how busy."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ingestion.config_errors import refuse
from ingestion.demo.shop.traffic.gives import GIVES as TRAFFIC_GIVES
from ingestion.settings import ColumnSettings, EntityMapping, SourceSettings

GIVES = {
    "customers": "customer_id email_hash phone_hash created_at country region city accepts_marketing is_test",
    "products": "variant_id product_id sku title category subcategory brand supplier_id status listed_at "
    "delisted_at list_price",
    "unit_costs": "variant_id valid_from unit_cost",
    "bundle_components": "bundle_variant_id component_variant_id quantity",
    "orders": "order_id customer_id email_hash phone_hash address_hash device_hash visitor_id utm_source utm_medium "
    "utm_campaign utm_content utm_term created_at paid_at cancelled_at financial_status fulfillment_status "
    "sales_channel currency discount_total shipping_total tax_total total is_test live_id creator_id "
    "deposit_paid_at ship_by country region",
    "order_lines": "order_line_id order_id variant_id quantity unit_price discount tax line_type is_gift_card "
    "is_giveaway bundle_parent_id",
    "payments": "payment_id order_id kind status amount fee processed_at gateway",
    "refunds": "refund_id order_id order_line_id quantity amount merchandise_amount shipping_amount tax_amount "
    "requested_at refunded_at status kind before_shipment reason restocked",
    "shipments": "shipment_id order_id shipped_at promised_at delivered_at carrier cost location_id",
    "shipment_lines": "shipment_id order_id order_line_id quantity",
    "promotions": "promotion_id name kind funded_by starts_at ends_at value threshold coupons_issued",
    "order_promotions": "order_id promotion_id order_line_id amount funded_by",
    "order_costs": "order_cost_id order_id kind amount incurred_at live_id creator_id",
    "purchase_orders": "po_line_id po_id supplier_id variant_id location_id ordered_at expected_at received_at "
    "quantity_ordered quantity_received unit_cost",
    "inventory_movements": "movement_id variant_id location_id moved_at quantity kind reference_id",
    "inventory_levels": "variant_id location_id snapshot_at on_hand reserved incoming",
    "reviews": "review_id product_id variant_id order_id customer_id rating body language created_at replied_at "
    "is_verified",
    "tickets": "ticket_id customer_id visitor_id order_id channel category opened_at first_replied_at resolved_at "
    "csat reopened",
    "shop_scores": "date score_name value peer_value",
    "targets": "period metric sales_channel value",
    "fx_rates": "date from_currency to_currency rate",
    **TRAFFIC_GIVES,
}
"""Its raw tables, named like the entities, with columns named like theirs (and `updated_at` in each). Written down
so that reading a configuration does not have to simulate; a test compares it with what the simulator gives."""


def _day(value: Any) -> Any:
    if isinstance(value, str) and value != "yesterday":
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise refuse(f"{value!r} is neither yesterday nor a date", "such as 2026-03-31") from None
    return value


class DemoSettings(SourceSettings):
    """A source of type `demo`."""

    type: Literal["demo"]
    seed: int = 7
    """Another seed is another shop."""
    start: date = date(2025, 1, 1)
    end: Annotated[date | Literal["yesterday"], BeforeValidator(_day)] = date(2026, 3, 31)
    """Last day that is simulated. `yesterday` moves on: every day brings one more."""
    orders_per_day: float = Field(default=40, gt=0, le=1_000_000)
    """Mean over the first year."""

    @model_validator(mode="after")
    def _forwards(self) -> DemoSettings:
        if isinstance(self.end, date) and self.end < self.start:
            raise refuse(f"end ({self.end}) lies before start ({self.start})")
        return self

    def input_names(self) -> list[str]:
        return list(GIVES)

    def mappings(self) -> dict[str, EntityMapping]:
        return {
            entity: EntityMapping(
                entity=entity,
                input=entity,
                columns={name: ColumnSettings(column=name) for name in columns.split()},
                version=ColumnSettings(column="updated_at"),
            )
            for entity, columns in GIVES.items()
        }
