"""What a landing page's address and referrer say, and how often they say it wrongly or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingestion.demo.shop.live import CREATORS
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.seasons import local_days
from ingestion.demo.shop.traffic.campaigns import campaigns_of
from ingestion.demo.shop.traffic.channels import EMAIL, KOL, LIVE, PRIVATE, channels_of
from ingestion.demo.shop.traffic.devices import APP
from ingestion.demo.shop.traffic.visits import Visits

RIGHT, MISSING, MISWRITTEN = range(3)
_CARE = (0.91, 0.055, 0.035)
"""Shares of the tagged links that are right, lost their tags on the way, and were written by a tired hand."""
_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


@dataclass(frozen=True)
class Marks:
    """One entry per visit; NULL where the address (or the browser) said nothing."""

    source: pl.Series
    medium: pl.Series
    campaign: pl.Series
    content: pl.Series
    term: pl.Series
    referrer: pl.Series
    care: Ints
    """RIGHT, MISSING or MISWRITTEN; RIGHT where there was nothing to write."""

    def columns(self) -> dict[str, pl.Series]:
        """The five utm columns and the referrer, by the names of the events' columns."""
        values = (self.source, self.medium, self.campaign, self.content, self.term)
        return {**dict(zip(_UTM, values, strict=True)), "referrer": self.referrer}


def build_marks(plan: Plan, visits: Visits) -> Marks:
    """The marks of all visits: by campaign where there is one, else by channel."""
    dice, key = plan.dice, visits.key
    kinds, ads = channels_of(plan), campaigns_of(plan)
    sources: list[str | None] = [ad.source for ad in ads]
    referrers: list[str | None] = [ad.referrer for ad in ads]
    which = np.where(visits.campaign >= 0, visits.campaign, 0)
    for number, kind in enumerate(kinds):
        mine = (visits.channel == number) & (visits.campaign < 0)
        drawn = dice.pick([mark.weight for mark in kind.marks], "visit/mark", key[mine])
        which[mine] = len(sources) + drawn
        sources += [mark.source for mark in kind.marks]
        referrers += [mark.referrer for mark in kind.marks]
    source = _words(sources, which)
    medium = _words([kind.medium for kind in kinds], visits.channel)
    tagged = pl.Series(values=source.is_not_null().to_numpy() & medium.is_not_null().to_numpy())
    care = np.where(tagged.to_numpy(), dice.pick(_CARE, "visit/care", key), RIGHT)
    kept = tagged & pl.Series(values=care != MISSING)
    wrong = pl.Series(values=care == MISWRITTEN)
    how = dice.integers(0, 3, "visit/slip", key)
    in_app = visits.device == APP
    referrer = _words(referrers, which)
    return Marks(
        source=_if(_misspelt(source, wrong, how), kept),
        medium=_if(medium, kept & ~pl.Series(values=(care == MISWRITTEN) & (how == 3))),
        campaign=_if(_campaigns(plan, visits), kept),
        content=_if(_words(("a", "b", "c", None), dice.integers(0, 3, "visit/creative", key)), kept),
        term=_if(_terms(plan, visits), kept),
        referrer=_if(referrer, pl.Series(values=~in_app)),
        care=care,
    )


def _campaigns(plan: Plan, visits: Visits) -> pl.Series:
    """utm_campaign: the campaign's id for ads, the creator, the newsletter's week, the group in private traffic."""
    dice, key = plan.dice, visits.key
    names: list[str | None] = [ad.campaign_id or ad.name for ad in campaigns_of(plan)]
    week = np.clip(local_days(plan, visits.at), 0, None) // 7
    letters = [f"news-{number:03d}" for number in range(int(week.max(initial=0)) + 1)]
    creators = [f"K{number + 1}" for number in range(CREATORS)]
    groups = [f"group-{number}" for number in range(5)]
    base = len(names) + 1
    which = np.where(visits.campaign >= 0, visits.campaign, len(names))
    which = np.where(visits.channel == EMAIL, base + week, which)
    creator = dice.integers(0, CREATORS - 1, "visit/creator", key)
    kol = base + len(letters) + creator
    which = np.where((visits.channel == KOL) | (visits.channel == LIVE), kol, which)
    group = base + len(letters) + CREATORS + dice.integers(0, len(groups) - 1, "visit/group", key)
    which = np.where(visits.channel == PRIVATE, group, which)
    return _words([*names, None, *letters, *creators, *groups], which)


def _terms(plan: Plan, visits: Visits) -> pl.Series:
    """utm_term: what was searched for, in paid search."""
    ads = campaigns_of(plan)
    searches = np.array([ad.channel == "paid_search" for ad in ads])
    words = (
        ("家居", "马克杯", "抱枕", "厨房用品") if plan.is_chinese else ("home", "mug", "throw", "kitchen set")
    )
    drawn = plan.dice.integers(0, len(words) - 1, "visit/keyword", visits.key)
    paid = (visits.campaign >= 0) & searches[np.maximum(visits.campaign, 0)]
    return _words([*words, None], np.where(paid, drawn, len(words)))


def _misspelt(source: pl.Series, wrong: pl.Series, how: Ints) -> pl.Series:
    """Upper case, a space at the end, a letter too much, or (how 3) as it should be but without a medium."""
    frame = pl.DataFrame({"source": source, "wrong": wrong, "how": pl.Series(values=how)})
    word = pl.col("source")
    slip = (
        pl.when(pl.col("how") == 0)
        .then(word.str.to_uppercase())
        .when(pl.col("how") == 1)
        .then(word + " ")
        .when(pl.col("how") == 2)
        .then(word + word.str.slice(-1))
        .otherwise(word)
    )
    return frame.select(pl.when("wrong").then(slip).otherwise(word).alias("source")).to_series()


def _words(names: list[str | None] | tuple[str | None, ...], which: Ints) -> pl.Series:
    return pl.Series(values=list(names), dtype=pl.String).gather(which)


def _if(values: pl.Series, kept: pl.Series) -> pl.Series:
    return values.zip_with(kept, pl.Series([None], dtype=pl.String))


def hexadecimal(bits: Ints, prefix: str = "") -> pl.Series:
    """Sixteen hexadecimal digits for each 64 bits."""
    text = bits.astype(">i8").tobytes().hex()
    digits = np.frombuffer(text.encode(), dtype="S16").astype("U16")
    series = pl.Series(values=digits.tolist(), dtype=pl.String)
    return prefix + series if prefix else series
