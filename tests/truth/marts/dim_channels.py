"""dim_channels: what visits may come by."""

from __future__ import annotations

import polars as pl

from tests.truth.registry import ledger
from tests.truth.world import World

CHANNELS = (
    ("direct", "Direct", "直接访问", False),
    ("organic_search", "Organic search", "自然搜索", False),
    ("paid_search", "Paid search", "付费搜索", True),
    ("organic_shopping", "Organic shopping", "购物平台自然流量", False),
    ("paid_shopping", "Paid shopping", "付费购物广告", True),
    ("organic_social", "Organic social", "社交自然流量", False),
    ("paid_social", "Paid social", "付费社交", True),
    ("organic_video", "Organic video", "视频自然流量", False),
    ("paid_video", "Paid video", "付费视频", True),
    ("short_video", "Short video", "短视频", True),
    ("live", "Live stream", "直播", False),
    ("kol", "KOL", "达人种草", True),
    ("private", "Private traffic", "私域", False),
    ("email", "E-mail", "邮件", False),
    ("sms", "Text message", "短信", False),
    ("push", "Push notification", "推送", False),
    ("affiliate", "Affiliate", "联盟推广", True),
    ("referral", "Referral", "外链引荐", False),
    ("display", "Display", "展示广告", True),
    ("audio", "Audio", "音频", True),
    ("cross_network", "Cross-network", "跨网络投放", True),
    ("paid_other", "Other paid", "其他付费", True),
    ("other", "Other", "其他", False),
)


@ledger("dim_channels", "channel")
def dim_channels(world: World) -> pl.DataFrame:
    """In the order of lists."""
    rows = [(*row, place) for place, row in enumerate(CHANNELS, 1)]
    return pl.DataFrame(rows, schema=["channel", "name", "name_zh", "is_paid", "position"], orient="row")
