"""Channels: how many strangers and buyers each brings, how soon they leave, and what it writes into an address."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Floats


class Mark(NamedTuple):
    """What a landing page's address and referrer say; NULL where they say nothing."""

    weight: float
    source: str | None
    referrer: str | None


class Channel(NamedTuple):
    """A channel in one market. The four shares are relative weights among the channels."""

    name: str
    strangers: float
    """Of the visits of people who never buy."""
    opens: float
    """Of the first visits on the way to a first order."""
    reopens: float
    """Of the first visits on the way to a later order."""
    closes: float
    """Of the last visits before an order, where there were others before."""
    bounce: float
    """Share of the strangers' visits that end on their first page."""
    medium: str | None
    """utm_medium; None where links are not tagged."""
    marks: tuple[Mark, ...]


_GOOGLE, _BING, _BAIDU = "https://www.google.com/", "https://www.bing.com/", "https://www.baidu.com/"
_NONE = (Mark(1, None, None),)

_WEST = (
    Channel("direct", 20, 14, 34, 36, 0.42, None, _NONE),
    Channel("organic", 30, 26, 16, 22, 0.45, None, (Mark(8, None, _GOOGLE), Mark(2, None, _BING))),
    Channel("email", 3, 2, 24, 14, 0.30, "email", (Mark(3, "newsletter", None), Mark(1, "klaviyo", None))),
    Channel("paid_search", 13, 20, 7, 10, 0.42, "cpc", _NONE),
    Channel("paid_social", 17, 13, 5, 5, 0.60, "paid_social", _NONE),
    Channel("affiliate", 4, 8, 5, 6, 0.40, "affiliate", (Mark(2, "awin", None), Mark(1, "rakuten", None))),
    Channel("kol", 4, 6, 3, 2, 0.52, "influencer", (
        Mark(2, "instagram", "https://l.instagram.com/"), Mark(1, "youtube", "https://www.youtube.com/"))),
    Channel("live", 1, 1, 1, 0, 0.55, "live", (Mark(1, "tiktok", None),)),
    Channel("short_video", 5, 4, 2, 2, 0.66, "short_video", _NONE),
    Channel("private", 1, 1, 4, 3, 0.30, "sms", (Mark(1, "sms", None),)),
    Channel("referral", 4, 5, 2, 2, 0.50, None, (
        Mark(1, None, "https://www.apartment-notes.example/"), Mark(1, None, "https://gifts.example/for-home"))),
)  # fmt: skip
_CHINA = (
    Channel("direct", 16, 12, 30, 34, 0.42, None, _NONE),
    Channel("organic", 12, 10, 6, 10, 0.46, None, (Mark(7, None, _BAIDU), Mark(3, None, "https://www.so.com/"))),
    Channel("email", 1, 1, 2, 1, 0.35, "email", (Mark(1, "newsletter", None),)),
    Channel("paid_search", 11, 13, 5, 8, 0.44, "cpc", _NONE),
    Channel("paid_social", 16, 13, 5, 5, 0.60, "paid_social", _NONE),
    Channel("affiliate", 3, 5, 3, 4, 0.42, "affiliate", (Mark(1, "taoke", None),)),
    Channel("kol", 8, 11, 6, 6, 0.50, "kol", (
        Mark(3, "xiaohongshu", "https://www.xiaohongshu.com/"), Mark(1, "bilibili", "https://www.bilibili.com/"))),
    Channel("live", 9, 6, 4, 1, 0.52, "live", (Mark(1, "douyin", "https://live.douyin.com/"),)),
    Channel("short_video", 16, 11, 6, 6, 0.66, "short_video", _NONE),
    Channel("private", 5, 7, 24, 13, 0.28, "private", (Mark(2, "wecom", None), Mark(1, "wechat_group", None))),
    Channel("referral", 3, 3, 1, 1, 0.50, None, (Mark(1, None, "https://www.zhihu.com/"),)),
)  # fmt: skip

CHANNELS = tuple(channel.name for channel in _WEST)
"""Their names; the same, in the same order, in each market."""
DIRECT, EMAIL, KOL, LIVE, PRIVATE = (
    CHANNELS.index(name) for name in ("direct", "email", "kol", "live", "private")
)
PAID = tuple(CHANNELS.index(name) for name in ("paid_search", "paid_social", "short_video"))
"""Channels whose visits are bought from an ad platform, so that each has a campaign."""


def channels_of(plan: Plan) -> tuple[Channel, ...]:
    """The channels of the shop's market, in the order of CHANNELS."""
    return _CHINA if plan.is_chinese else _WEST


def weights(plan: Plan, share: str) -> Floats:
    """One of the four shares (`strangers`, `opens`, `reopens`, `closes`) over the channels."""
    return np.array([getattr(channel, share) for channel in channels_of(plan)], dtype=np.float64)
