"""The `opsmart.yml` beside the files of the large shop."""

from __future__ import annotations

from ingestion.demo.fast.scale import Scale
from ingestion.demo.settings import GIVES

ENTITIES = (
    "customers", "products", "unit_costs", "orders", "order_lines", "payments", "refunds", "inventory_levels",
    "ad_spend", "events",
)  # fmt: skip
MARKER = "# A large simulated shop"


def configuration(scale: Scale) -> str:
    """The text of the configuration. The files have our names, so each column maps to itself."""
    lines = [
        f"{MARKER} ({scale.events:,} events, {scale.first} to {scale.last}, seed {scale.seed}).",
        "# `opsmart run` in this folder builds a warehouse from these files; truth.json says what it should count.",
        "warehouse: ./warehouse",
        "as_of: latest",
        "shops:",
        f"  - {{id: {scale.shop_id}, name: Large shop, timezone: {scale.timezone}, currency: {scale.currency}}}",
        "sources:",
        "  - name: export",
        "    type: files",
        f"    shop: {scale.shop_id}",
        "    inputs:",
        *(f'      {entity}: {{path: "{entity}/*.parquet"}}' for entity in ENTITIES),
        "    entities:",
    ]
    for entity in ENTITIES:
        lines += [f"      {entity}:", f"        from: {entity}", "        columns:"]
        lines += [f"          {name}: {name}" for name in GIVES[entity].split()]
        lines.append("        version: updated_at")
    return "\n".join(lines) + "\n"
