"""The columns that land of each event, and where they stand in an export: the same from Parquet, where records are
nested types, as from JSON, where they are text (and whole numbers are text in text).

Everything lands as text but `item_index` and `items`, the place of an item in its event and how many there are.
"""

from __future__ import annotations

REQUIRED = ("event_timestamp", "event_name", "event_params", "user_pseudo_id")
"""Without these nothing can be said of an event. All other columns may be absent, as they are in older exports."""
ALWAYS = ("event_timestamp", "event_name")
"""Those of them that every event has. (JSON leaves out what is empty.)"""

SCALARS = {
    "event_date": "event_date",
    "event_timestamp": "event_timestamp",
    "event_name": "event_name",
    "user_pseudo_id": "user_pseudo_id",
    "user_id": "user_id",
    "stream_id": "stream_id",
    "platform": "platform",
    "event_bundle_sequence_id": "event_bundle_sequence_id",
    "batch_page_id": "batch_page_id",
    "batch_ordering_id": "batch_ordering_id",
    "batch_event_index": "batch_event_index",
    "device_category": "device.category",
    "operating_system": "device.operating_system",
    "browser": "device.web_info.browser",
    "hostname": "device.web_info.hostname",
    "country": "geo.country",
    "transaction_id": "ecommerce.transaction_id",
    "purchase_revenue": "ecommerce.purchase_revenue",
    "collected_source": "collected_traffic_source.manual_source",
    "collected_medium": "collected_traffic_source.manual_medium",
    "collected_campaign": "collected_traffic_source.manual_campaign_name",
    "collected_content": "collected_traffic_source.manual_content",
    "collected_term": "collected_traffic_source.manual_term",
    "gclid": "collected_traffic_source.gclid",
    "google_ads_campaign": "session_traffic_source_last_click.google_ads_campaign.campaign_name",
    "first_source": "traffic_source.source",
    "first_medium": "traffic_source.medium",
    "first_campaign": "traffic_source.name",
    "analytics_storage": "privacy_info.analytics_storage",
}
"""Raw column → where it stands in the event's record."""

PARAMS = {
    "page_location": "page_location",
    "page_referrer": "page_referrer",
    "page_title": "page_title",
    "screen": "firebase_screen",
    "ga_session_id": "ga_session_id",
    "engagement_time_msec": "engagement_time_msec",
    "search_term": "search_term",
    "param_source": "source",
    "param_medium": "medium",
    "param_campaign": "campaign",
    "param_content": "content",
    "param_term": "term",
    "param_transaction_id": "transaction_id",
    "currency": "currency",
    "value": "value",
    "coupon": "coupon",
}
"""Raw column → name of the parameter of the event."""

ITEM = {
    "item_id": "item_id",
    "item_name": "item_name",
    "item_variant": "item_variant",
    "item_brand": "item_brand",
    "item_category": "item_category",
    "item_price": "price",
    "item_quantity": "quantity",
    "item_coupon": "coupon",
    "item_list_name": "item_list_name",
    "item_list_index": "item_list_index",
    "promotion_name": "promotion_name",
}
"""Raw column → field of an item."""

LISTS = ("event_params", "items", "user_properties")
RECORDS = ("device", "geo", "ecommerce", "privacy_info", "traffic_source", "collected_traffic_source",
           "session_traffic_source_last_click")  # fmt: skip
READ = frozenset(path.partition(".")[0] for path in SCALARS.values()) | {"event_params", "items"}
"""Columns of the export that are read here."""
KNOWN = READ | frozenset(
    "event_previous_timestamp event_value_in_usd event_server_timestamp_offset user_first_touch_timestamp user_ltv"
    " user_properties app_info event_dimensions is_active_user publisher event_original_occurrences".split()
)
"""Those that are known. Others land too, as text, and are told of."""

MINOR_PARAMS = frozenset(
    "ga_session_number engaged_session_event session_engaged entrances batch_ordering_id batch_page_id ignore_referrer"
    " debug_mode firebase_event_origin firebase_conversion ga_event_origin percent_scrolled link_classes link_domain"
    " link_id link_url outbound medium source campaign term content gclid dclid srsltid campaign_id"
    " unique_search_term synthetic_bundle tax shipping items payment_type shipping_tier".split()
)
"""Parameters of Google's own that nobody asks for. All that is in neither list lands as JSON, in `other_params`."""

OURS = frozenset(
    {
        *SCALARS,
        *PARAMS,
        *ITEM,
        "items",
        "item_index",
        "event_id",
        "click_id",
        "other_params",
        "_n",
        "_file",
        "_row",
        "_load_id",
        "_load_seq",
        "_deleted",
        "_pii_key_version",
        "load_id",
        *(f"utm_{name}" for name in ("source", "medium", "campaign", "content", "term")),
    }
)
"""Names that columns of an export may not take."""
