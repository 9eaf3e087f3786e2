"""Ad campaigns: which platform runs what, in which currency, at which price, and under which name when."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.traffic.channels import CHANNELS, PAID


class Campaign(NamedTuple):
    """A campaign of an ad platform."""

    platform: str
    campaign_id: str | None
    name: str
    channel: str
    weight: float
    """Share of the channel's visits; 0 for what brings none that can be told apart."""
    source: str
    referrer: str | None
    cost: int
    """Mean cost of a click in the shop's cents at price level 1; with weight 0, of a day."""
    click_rate: float
    viewed: float
    """Share of all the shop's orders that the platform claims because the buyer has seen an ad."""
    renamed: str | None = None
    currency: str | None = None
    """Of the ad account, where it is not the shop's."""
    pause: int = 0
    """Every so many days it is switched off for two; 0 for never."""


RENAMED_AFTER = 75
"""Days after the opening on which the campaigns that get another name get it."""
_GOOGLE, _FACEBOOK, _TIKTOK = "https://www.google.com/", "https://l.facebook.com/", "https://www.tiktok.com/"
_RED, _DOUYIN = "https://www.xiaohongshu.com/", "https://www.douyin.com/"

_WEST = (
    Campaign("google_ads", "g-101", "Brand search", "paid_search", 3, "google", _GOOGLE, 45, 0.11, 0.0),
    Campaign("google_ads", "g-102", "Shopping all", "paid_search", 4, "google", _GOOGLE, 75, 0.011, 0.015),
    Campaign("google_ads", "g-103", "Generic kitchen", "paid_search", 2, "google", _GOOGLE, 160, 0.035, 0.0),
    Campaign("bing_ads", "b-201", "Search US", "paid_search", 1, "bing", "https://www.bing.com/", 60, 0.03, 0.0),
    Campaign("meta_ads", "m-301", "Prospecting broad", "paid_social", 5, "facebook", _FACEBOOK, 85, 0.012, 0.05,
             renamed="Prospecting | Advantage+"),
    Campaign("meta_ads", "m-302", "Retargeting 30d", "paid_social", 3, "instagram", "https://l.instagram.com/", 70,
             0.015, 0.09),
    Campaign("xiaohongshu_ads", "x-501", "海外种草", "paid_social", 1, "xiaohongshu", _RED, 55,
             0.02, 0.01, currency="CNY", pause=16),
    Campaign("tiktok_ads", "t-401", "Spark ads", "short_video", 1, "tiktok", _TIKTOK, 45, 0.009, 0.03, pause=21),
    Campaign("podcast", None, "Podcast sponsorship", "direct", 0, "podcast", None, 2500, 0.0, 0.0, pause=3),
)  # fmt: skip
_CHINA = (
    Campaign("baidu_ads", "bd-101", "品牌专区", "paid_search", 3, "baidu", "https://www.baidu.com/", 60, 0.09, 0.0),
    Campaign("baidu_ads", "bd-102", "通用词-家居", "paid_search", 3, "baidu", "https://www.baidu.com/", 110, 0.03, 0.0),
    Campaign("google_ads", "g-501", "Overseas brand", "paid_search", 1, "google", _GOOGLE, 90, 0.08, 0.0,
             currency="USD"),
    Campaign("xiaohongshu_ads", "xhs-401", "种草笔记", "paid_social", 4, "xiaohongshu", _RED,
             75, 0.02, 0.04),
    Campaign("tencent_ads", "tx-301", "朋友圈-人群包", "paid_social", 3, "wechat", None, 80, 0.011, 0.06,
             renamed="朋友圈-智能投放"),
    Campaign("ocean_engine", "oe-201", "短视频引流", "short_video", 3, "douyin", _DOUYIN, 45, 0.013,
             0.07),
    Campaign("ocean_engine", "oe-202", "大促冲量", "short_video", 1, "douyin", _DOUYIN, 70, 0.01, 0.03,
             pause=9),
    Campaign("metro_posters", None, "地铁海报", "direct", 0, "poster", None, 3000, 0.0, 0.0, pause=3),
)  # fmt: skip


def campaigns_of(plan: Plan) -> tuple[Campaign, ...]:
    """The campaigns of the shop's market."""
    return _CHINA if plan.is_chinese else _WEST


def pick_campaigns(plan: Plan, channel: Ints, day: Ints, *keys: Ints) -> Ints:
    """The campaign that brought each visit, −1 where none did. A campaign that is switched off brings none."""
    known = campaigns_of(plan)
    found = np.full(len(channel), -1, dtype=np.int64)
    draw = plan.dice.uniform("visit/campaign", *keys)
    for number in PAID:
        mine = np.flatnonzero(channel == number)
        members = np.array(
            [at for at, one in enumerate(known) if one.channel == CHANNELS[number] and one.weight]
        )
        if len(members) == 0:
            continue
        share = np.array([known[at].weight for at in members])[None, :] * running(plan, members, day[mine])
        edges = np.cumsum(share, axis=1)
        chosen = (draw[mine, None] * edges[:, -1:] > edges).sum(axis=1)
        found[mine] = members[np.minimum(chosen, len(members) - 1)]
    return found


def running(plan: Plan, campaign: Ints, day: Ints) -> Bools:
    """Is each campaign (columns) switched on on each day (rows), counted from the opening?"""
    pause = np.array([one.pause for one in campaigns_of(plan)])[campaign][None, :]
    return np.asarray((pause == 0) | (day[:, None] % np.maximum(pause, 1) >= 2))


def names_on(plan: Plan, campaign: Ints, day: Ints) -> list[str]:
    """What each campaign was called on each day."""
    known = campaigns_of(plan)
    return [
        known[at].renamed or known[at].name if when >= RENAMED_AFTER else known[at].name
        for at, when in zip(campaign.tolist(), day.tolist(), strict=True)
    ]
