"""mart_identity_report: what too many share."""

from __future__ import annotations

import polars as pl

from tests.truth.people import MAX_LINKS, people
from tests.truth.registry import ledger
from tests.truth.world import World


@ledger("mart_identity_report", "customer_key")
def mart_identity_report(world: World) -> pl.DataFrame:
    """In the simulated shops nobody shares an address with so many; the columns are compared all the same."""
    known = people(world)
    rows = [
        {
            "customer_key": one.lone_key,
            "identity_kind": one.kind,
            "customer_account_key": one.text if one.kind == "account" else None,
            "max_links": MAX_LINKS,
            "links": len(known.links[one]),
            **{
                f"{kind}s": sum(o.kind == kind for o in known.links[one])
                for kind in ("account", "email", "phone")
            },
        }
        for one in known.shared
    ]
    texts, numbers = (
        ("customer_key", "identity_kind", "customer_account_key"),
        ("max_links", "links", "accounts", "emails", "phones"),
    )
    return pl.DataFrame(rows, schema=dict.fromkeys(texts, pl.String) | dict.fromkeys(numbers, pl.Int64))
