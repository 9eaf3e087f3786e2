"""What the requests are among our events, as the select that staging and the landing gate use."""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.mapping.casts import literal
from ingestion.web.addresses import medium_of_click, source_of_click
from ingestion.weblog.routes import STRONGEST, TAKEN, Route

INPUT = "requests"


def select(routes: Sequence[Route]) -> str:
    """The select. A request is one event: what its route says, else a page that was seen.

    A line that could not be understood has the reason in `problem`, which stands where its time should be: so the
    landing gate rejects it, and says why, and which line it was.
    """
    ordered = sorted(routes, key=lambda one: STRONGEST.index(one.kind))
    kinds = " ".join(f"when {one.condition()} then {literal(one.kind)}" for one in ordered)
    kind = f"case when problem is not null then 'page_view' {kinds} else 'page_view' end"
    columns = {name: _taken(ordered, name) for name in (*TAKEN, "search_term")}
    return f"""
select
    event_id,
    case when problem is null then visitor_id else '-' end as visitor_id,
    coalesce(problem, time) as event_at,
    {kind} as event_type,
    {columns["variant_id"]} as variant_id,
    {columns["product_id"]} as product_id,
    {columns["order_id"]} as order_id,
    path as page_path,
    {columns["search_term"]} as search_term,
    referrer,
    coalesce(utm_source, {source_of_click("click_id")}) as utm_source,
    case when utm_source is null then coalesce(utm_medium, {medium_of_click("click_id")}) else utm_medium end
        as utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    device,
    user_agent_class
from {INPUT}
"""


def _taken(routes: Sequence[Route], column: str) -> str:
    """What the first route that fits takes for a column."""
    cases = " ".join(f"when {one.condition()} then {one.value(column) or 'null'}" for one in routes)
    return f"case {cases} end" if any(one.value(column) for one in routes) else "cast(null as varchar)"
