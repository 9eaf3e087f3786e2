"""The `opsmart.yml` beside simulated exports: how their columns become entities, written out in full."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.demo.protection import HASH_NAMES, PERSONAL
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.tables import DELETED, ENTITIES, columns_of

MARKER = "# A simulated shop"


def configuration(plans: Sequence[Plan], form: str, *, daily: bool, with_personal: bool) -> str:
    """The text of the configuration. Every column is named, so that it reads as an example."""
    first = plans[0]
    lines = [
        f"{MARKER} (seed {first.seed}, from {first.start}, {first.orders_per_day:g} orders a day in its first year).",
        "# `opsmart run` in this folder builds a warehouse from these files.",
        *(_personal_note() if with_personal else ()),
        "warehouse: ./warehouse",
        "shops:",
    ]
    for plan in plans:
        name = "Simulated shop" if len(plans) == 1 else plan.shop_id.replace("_", " ").title()
        lines.append(
            f"  - {{id: {plan.shop_id}, name: {name}, timezone: {plan.timezone}, currency: {plan.currency}}}"
        )
    lines.append("sources:")
    for plan in plans:
        lines += _source(plan, form, daily, with_personal, alone=len(plans) == 1)
    return "\n".join(lines) + "\n"


def _source(plan: Plan, form: str, daily: bool, with_personal: bool, *, alone: bool) -> list[str]:
    name, folder = ("export", "") if alone else (plan.shop_id, f"{plan.shop_id}/")
    lines = [f"  - name: {name}", "    type: files", f"    shop: {plan.shop_id}", "    inputs:"]
    for entity in ENTITIES:
        path = f"{folder}{entity}/*.{form}" if daily else f"{folder}{entity}.{form}"
        lines.append(f"      {entity}:")
        lines.append(f'        path: "{path}"')
        personal = PERSONAL.get(entity, {}).items()
        declared = [f"{column}: {kind}" for column, kind in personal if with_personal or kind == "keep"]
        if declared:
            lines.append(f"        personal: {{{', '.join(declared)}}}")
    lines.append("    entities:")
    for entity in ENTITIES:
        lines += [f"      {entity}:", f"        from: {entity}", "        columns:"]
        lines += [f"          {ours}: {theirs}" for ours, theirs in _columns(entity, with_personal)]
        lines.append("        version: updated_at")
    return lines


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
        elif personal.get(name, "keep") in ("keep", "text") and name not in ("updated_at", DELETED):
            pairs.append((name, name))
    return pairs
