"""What brought each visit: the simulator's own channels, and what is left to see where an address was spoilt."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.traffic.campaigns import campaigns_of
from ingestion.demo.shop.traffic.channels import channels_of

CALLED = {"organic": "organic_search"}
"""Channels of the simulator that the warehouse calls otherwise."""
OF_MEDIUM = {
    "cpc": "paid_other", "email": "email", "paid_social": "paid_social", "affiliate": "affiliate", "kol": "kol",
    "influencer": "kol", "live": "live", "short_video": "short_video", "sms": "sms", "private": "private",
}  # fmt: skip
"""Where the source is misspelt."""
OF_SOURCE = {
    "google": "organic_search", "bing": "organic_search", "baidu": "organic_search", "facebook": "organic_social",
    "instagram": "organic_social", "xiaohongshu": "organic_social", "wechat": "organic_social", "douyin": "short_video",
    "tiktok": "short_video", "youtube": "organic_video", "bilibili": "organic_video", "newsletter": "email",
    "sms": "sms", "wecom": "private", "wechat_group": "private",
}  # fmt: skip
"""Where the medium is missing; what is not here says nothing."""
OF_HOST = {
    "l.facebook.com": "organic_social", "l.instagram.com": "organic_social", "xiaohongshu.com": "organic_social",
    "youtube.com": "organic_video", "bilibili.com": "organic_video", "tiktok.com": "short_video",
    "douyin.com": "short_video", "live.douyin.com": "live", "google.com": "organic_search",
    "bing.com": "organic_search", "baidu.com": "organic_search",
}  # fmt: skip
"""Where all tags are lost."""

Mark = tuple[str | None, str | None, str | None]
"""Source and medium, lower-case, and the host of the page before."""


def host(referrer: str | None) -> str | None:
    """Of an address, without www."""
    return urlsplit(referrer).netloc.removeprefix("www.") if referrer else None


def clean(text: str | None) -> str | None:
    """Without spaces around it, lower-case."""
    return text.strip().lower() or None if text else None


@lru_cache
def _right(plan: Plan) -> dict[Mark, str]:
    """What the shop's links say where they are right; the page before counts only where nothing else is said."""
    found: dict[Mark, str] = {}
    for kind in channels_of(plan):
        for mark in kind.marks:
            if kind.medium and not mark.source:
                continue  # its links are those of its campaigns
            tagged = (mark.source, kind.medium) if mark.source and kind.medium else (None, None)
            found[*tagged, None if tagged[0] else host(mark.referrer)] = CALLED.get(kind.name, kind.name)
        for ad in campaigns_of(plan):
            if ad.channel == kind.name and kind.medium:
                found[ad.source, kind.medium, None] = kind.name
    # Text messages are the private traffic of the west.
    found["sms", "sms", None] = "sms"
    return found


def channel(plan: Plan, source: str | None, medium: str | None, referrer: str | None) -> str:
    """The channel of a visit by what its first event says, cleaned."""
    mark = (source, medium, None if source or medium else referrer)
    if mark in _right(plan):
        return _right(plan)[mark]
    if medium:
        return OF_MEDIUM[medium]
    if source:
        return OF_SOURCE.get(source, "other")
    return OF_HOST[referrer] if referrer else "direct"
