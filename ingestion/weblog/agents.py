"""What a client's user agent says of it: is it a declared bot, and on which kind of device.

The list of bots is that of the package crawler-user-agents. Most of its patterns are plain words, which are looked
for all at once; the few others are one regular expression.
"""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

_TABLET = r"(?i)ipad|tablet|playbook|kindle|silk/"
_MOBILE = r"(?i)mobi|iphone|ipod|android|windows phone|blackberry|opera mini|micromessenger"


class Agents:
    """Classes of user agents; each is judged once."""

    def __init__(self) -> None:
        self._known: dict[str | None, tuple[str, str | None]] = {}

    def classes(self, agents: list[str | None]) -> list[tuple[str, str | None]]:
        """(user_agent_class, device) of each distinct agent. One that says nothing is a machine's."""
        new = [one for one in agents if one not in self._known]
        if new:
            self._known.update(zip(new, _judged(new), strict=True))
        return [self._known[one] for one in agents]


def _judged(agents: list[str | None]) -> list[tuple[str, str | None]]:
    words, others = _bots()
    agent = pl.col("agent")
    text = agent.fill_null("")
    found = pl.DataFrame({"agent": pl.Series(agents, dtype=pl.String)}).select(
        bot=(
            text.str.strip_chars().is_in(["", "-"]) | text.str.contains_any(words) | text.str.contains(others)
        ),
        device=pl.when(text.str.contains(_TABLET))
        .then(pl.lit("tablet"))
        .when(text.str.contains("Android") & ~text.str.contains("Mobile"))
        .then(pl.lit("tablet"))
        .when(text.str.contains(_MOBILE))
        .then(pl.lit("mobile"))
        .otherwise(pl.lit("desktop")),
    )
    return [("bot", None) if bot else ("browser", device) for bot, device in found.iter_rows()]


@lru_cache(maxsize=1)
def _bots() -> tuple[list[str], str]:
    """Words that only bots have in their agents, and a pattern for what is no plain word."""
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA

    words, others = [], []
    for one in CRAWLER_USER_AGENTS_DATA:
        plain = re.sub(r"\\([^A-Za-z0-9])", "\0", one["pattern"])
        if re.search(r"[\\^$.|?*+()\[\]{}]", plain):
            others.append(f"(?:{one['pattern']})")
        else:
            words.append(re.sub(r"\\([^A-Za-z0-9])", r"\1", one["pattern"]))
    return words, "|".join(others)
