"""What the export's events are among ours, as the select that staging and the landing gate use."""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.mapping.casts import literal
from ingestion.web.addresses import host, medium_of_click, path, source_of_click

INPUT = "events"

EVENTS: dict[str, str] = {
    "page_view": "page_view",
    "screen_view": "page_view",
    "view_item": "product_view",
    "search": "search",
    "view_search_results": "search",
    "add_to_cart": "add_to_cart",
    "remove_from_cart": "remove_from_cart",
    "begin_checkout": "begin_checkout",
    "purchase": "purchase",
    "in_app_purchase": "purchase",
    "login": "login",
    "sign_up": "login",
    "view_item_list": "impression",
    "view_promotion": "impression",
    "select_item": "click",
    "select_promotion": "click",
    "click": "click",
}
"""Events that count, by the names that Google gives them. Others (session_start, scroll …) land and are not mapped."""

KINDS = ("page_view", "product_view", "search", "add_to_cart", "remove_from_cart", "begin_checkout", "purchase",
         "login", "impression", "click")  # fmt: skip
_OF_ITEMS = ("product_view", "add_to_cart", "remove_from_cart", "impression", "click")
"""Kinds of which each item of an event is one; the others are about a basket, or about none."""
STEPS = ("page_view", "view_search_results", "view_item_list", "select_item", "view_item", "add_to_cart", "view_cart",
         "begin_checkout", "add_shipping_info", "add_payment_info", "purchase")  # fmt: skip
"""The order of events of one instant in exports that do not tell it."""


def select(kinds: Mapping[str, str], *, variant: str, product: str, user: bool) -> str:
    """The select. A raw row is an event, or one of its items: an event with several items is one event of ours for
    each where that is what counts (two articles put in the cart); but a page on which several articles are seen is
    seen once: the first is the view, the others are impressions."""
    named = "case event_name " + " ".join(
        f"when {literal(name)} then {literal(kind)}" for name, kind in kinds.items()
    ) + " end"  # fmt: skip
    several = ", ".join(literal(name) for name, kind in kinds.items() if kind in _OF_ITEMS) or "''"
    views = ", ".join(literal(name) for name, kind in kinds.items() if kind == "product_view") or "''"
    item = {"item_id": "item_id", "item_variant": "item_variant", "none": "cast(null as varchar)"}
    of_item = f"case when event_name in ({several}) then {{}} end"
    own = "coalesce(collected_source, param_source, utm_source)"
    return f"""
select
    event_id || case when item_index > 0 then ':' || cast(item_index as varchar) else '' end as event_id,
    user_pseudo_id as visitor_id,
    {"user_id" if user else "cast(null as varchar)"} as customer_id,
    make_timestamp(try_cast(event_timestamp as bigint)) at time zone 'UTC' as event_at,
    case when item_index > 0 and event_name in ({views}) then 'impression' else {named} end as event_type,
    {of_item.format(item[variant])} as variant_id,
    {of_item.format(item[product])} as product_id,
    case when {named} = 'purchase' then nullif(transaction_id, '(not set)') end as order_id,
    coalesce({path("page_location")}, screen) as page_path,
    case when {named} = 'search' then search_term end as search_term,
    case when {host("page_referrer")} <> {host("page_location")} then page_referrer end as referrer,
    coalesce({own}, {source_of_click("click_id")}) as utm_source,
    case
        when {own} is not null then coalesce(collected_medium, param_medium, utm_medium)
        else coalesce(utm_medium, {medium_of_click("click_id")})
    end as utm_medium,
    coalesce(collected_campaign, param_campaign, utm_campaign, google_ads_campaign) as utm_campaign,
    coalesce(collected_content, param_content, utm_content) as utm_content,
    coalesce(collected_term, param_term, utm_term) as utm_term,
    case when platform in ('IOS', 'ANDROID') then 'app' else device_category end as device,
    case when platform in ('IOS', 'ANDROID') then 'app' else 'browser' end as user_agent_class,
    country
from {INPUT}
where event_name in ({", ".join(literal(name) for name in kinds)})
    and (item_index = 0 or event_name in ({several}))
"""
