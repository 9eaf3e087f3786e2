"""The traps of advertising and of what it brings, each with its unit tests."""

from __future__ import annotations

ROI: dict[str, list[str]] = {
    "advertising in several currencies": [
        "test_fct_ad_spend__accounts_in_several_currencies_become_the_shop_s"
    ],
    "a renamed campaign, and a platform that counts nothing": [
        "test_fct_ad_spend__a_renamed_campaign_stays_one_and_what_nobody_counts_is_unknown"
    ],
}  # fmt: skip
