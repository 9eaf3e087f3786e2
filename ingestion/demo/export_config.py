"""The `opsmart.yml` beside a simulated export: how its columns become entities, written out in full."""

from __future__ import annotations

from ingestion.demo.protection import HASH_NAMES, PERSONAL
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.tables import ENTITIES, columns_of

MARKER = "# A simulated shop"


def configuration(plan: Plan, form: str, *, daily: bool, with_personal: bool) -> str:
    """The text of the configuration. Every column is named, so that it reads as an example."""
    lines = [
        f"{MARKER} (seed {plan.seed}, from {plan.start}, {plan.orders_per_day:g} orders a day in its first year).",
        "# `opsmart run` in this folder builds a warehouse from these files.",
        *(_personal_note() if with_personal else ()),
        "warehouse: ./warehouse",
        "shops:",
        f"  - {{id: {plan.shop_id}, name: Simulated shop, timezone: {plan.timezone}, currency: {plan.currency}}}",
        "sources:",
        "  - name: export",
        "    type: files",
        f"    shop: {plan.shop_id}",
        "    inputs:",
    ]
    for entity in ENTITIES:
        path = f"{entity}/*.{form}" if daily else f"{entity}.{form}"
        lines.append(f"      {entity}:")
        lines.append(f'        path: "{path}"')
        if with_personal and entity in PERSONAL:
            declared = ", ".join(f"{column}: {kind}" for column, kind in PERSONAL[entity].items())
            lines.append(f"        personal: {{{declared}}}")
    lines.append("    entities:")
    for entity in ENTITIES:
        lines += [f"      {entity}:", f"        from: {entity}", "        columns:"]
        lines += [f"          {ours}: {theirs}" for ours, theirs in _columns(entity, with_personal)]
        lines.append("        version: updated_at")
    return "\n".join(lines) + "\n"


def _personal_note() -> tuple[str, ...]:
    return (
        "# Its e-mails, phones, names and addresses are invented, but treated as if they were real: `personal` says",
        "# what becomes of each column, and the hashes need a key in OPSMART_PII_KEY.",
    )


def _columns(entity: str, with_personal: bool) -> list[tuple[str, str]]:
    personal = PERSONAL.get(entity, {})
    pairs = []
    for name in columns_of(entity):
        if name in HASH_NAMES and name in personal:
            pairs.append((HASH_NAMES[name], name if with_personal else HASH_NAMES[name]))
        elif name not in personal and name != "updated_at":
            pairs.append((name, name))
    return pairs
