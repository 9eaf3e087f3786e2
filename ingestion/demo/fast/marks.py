"""What the landing pages' addresses say, and the ad campaigns behind some of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ingestion.demo.shop.randomness import Floats


class Mark(NamedTuple):
    """Where a session came from. `campaign` stands in ad_spend too where `platform` says whose it is."""

    weight: float
    referrer: str | None = None
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    platform: str | None = None
    cost: int = 0
    """Cents a click."""


_GOOGLE, _META, _TIKTOK = "https://www.google.com/", "https://l.facebook.com/", "https://www.tiktok.com/"
MARKS = (
    Mark(22),
    Mark(24, _GOOGLE),
    Mark(4, "https://www.bing.com/"),
    Mark(6, None, "newsletter", "email", "weekly"),
    Mark(6, _GOOGLE, "google", "cpc", "g-101", "google_ads", 45),
    Mark(7, _GOOGLE, "google", "cpc", "g-102", "google_ads", 80),
    Mark(3, "https://www.bing.com/", "bing", "cpc", "b-201", "bing_ads", 60),
    Mark(8, _META, "facebook", "paid_social", "m-301", "meta_ads", 70),
    Mark(5, "https://l.instagram.com/", "instagram", "paid_social", "m-302", "meta_ads", 65),
    Mark(6, _TIKTOK, "tiktok", "short_video", "t-401", "tiktok_ads", 40),
    Mark(4, None, "awin", "affiliate", "partner-7"),
    Mark(3, "https://www.youtube.com/", "youtube", "influencer", "K3"),
    Mark(2, "https://blog.example/home"),
)
CAMPAIGNS = tuple(mark for mark in MARKS if mark.platform)


def shares() -> Floats:
    """Running shares of the marks."""
    weight = np.array([mark.weight for mark in MARKS])
    return np.asarray(np.cumsum(weight) / weight.sum())
