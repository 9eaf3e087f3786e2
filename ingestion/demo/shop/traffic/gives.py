"""The columns of the traffic side's tables, written down so that reading a configuration need not simulate."""

from __future__ import annotations

GIVES = {
    "events": "event_id visitor_id customer_id event_at received_at event_type variant_id product_id order_id "
    "page_path search_term search_results referrer utm_source utm_medium utm_campaign utm_content utm_term device "
    "user_agent_class country engaged_ms",
    "ad_spend": "date platform campaign_id campaign impressions clicks spend currency platform_conversions "
    "platform_value",
    "live_sessions": "live_id account creator_id started_at ended_at impressions viewers watch_seconds "
    "product_clicks paid_amount",
    "traffic_daily": "date scope scope_id device uv pv cart_uv paying_buyers paid_amount",
    "experiment_exposures": "experiment_id variant visitor_id customer_id exposed_at",
}
