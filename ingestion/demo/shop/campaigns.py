"""Promotions: what takes something off, who pays for it, when, and how much trade it truly moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ingestion.demo.shop.calendar import (
    AFTER_FLASH,
    FLASH_DAYS,
    FLASH_UPLIFT,
    black_friday,
    flash_sales,
    lunar_new_year,
)
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.seasons import DAY_MS, NEVER

SELLER, PLATFORM, CREATOR = "seller", "platform", "creator"


@dataclass(frozen=True)
class Campaign:
    """One promotion. `percent` or `amount` (cents) is what it takes off; `threshold` (cents) what it asks for."""

    promotion_id: str
    name: str
    kind: str
    funded_by: str
    starts: int
    ends: int = int(NEVER)
    percent: int | None = None
    amount: int | None = None
    threshold: int | None = None
    coupons: int | None = None
    """How many coupons it has issued when it ends (or so far, if it never does)."""
    share: float = 0.0
    """Share of the lines or orders it could apply to that it does apply to."""
    uplift: float | None = None
    """True multiple of trade on its days, season and weekday taken out. None where it moves no trade, or is a
    festival: `calendar.special_days` has those day by day."""
    after: float | None = None
    """True multiple of trade on the days after it: what had only been pulled forward."""

    @property
    def announced(self) -> int:
        """When the row appears: two weeks ahead."""
        return self.starts - 14 * DAY_MS


def build_campaigns(plan: Plan) -> list[Campaign]:
    """All promotions that begin before the end of the margin, the more special ones first."""
    years = range(plan.start.year - 1, plan.start.year + plan.days // 365 + 2)
    dated = [
        one for year in years for one in (_chinese(plan, year) if plan.is_chinese else _western(plan, year))
    ]
    horizon = plan.midnight(plan.start + timedelta(days=plan.days))
    begin = plan.midnight(plan.start)
    return [*(one for one in dated if one.ends > begin and one.starts < horizon), *_standing(plan)]


def _span(plan: Plan, first: date, days: int) -> tuple[int, int]:
    return plan.midnight(first), plan.midnight(first + timedelta(days=days))


def _cents(plan: Plan, units: float) -> int:
    return round(units * 100 * plan.market.price_level)


def _flash(plan: Plan, year: int, name: str) -> list[Campaign]:
    return [
        Campaign(f"FLASH-{first:%Y-%m}", name, "percent", SELLER, *_span(plan, first, FLASH_DAYS), percent=15,
                 share=0.55, uplift=FLASH_UPLIFT, after=AFTER_FLASH)
        for first in flash_sales(plan, year)
    ]  # fmt: skip


def _western(plan: Plan, year: int) -> list[Campaign]:
    friday = black_friday(year)
    long_weekend = _span(plan, friday, 4)
    return [
        Campaign(f"BLACK-FRIDAY-{year}", "Black Friday to Cyber Monday", "percent", SELLER, *long_weekend,
                 percent=25, share=0.70),
        Campaign(f"SPEND-{year}", "Spend 120, save 15", "threshold", SELLER, *long_weekend,
                 amount=_cents(plan, 15), threshold=_cents(plan, 120), share=0.5),
        Campaign(f"JANUARY-{year + 1}", "January sale", "percent", SELLER, *_span(plan, date(year, 12, 26), 18),
                 percent=20, share=0.40),
        *_flash(plan, year, "Flash sale"),
    ]  # fmt: skip


def _chinese(plan: Plan, year: int) -> list[Campaign]:
    june, november = _span(plan, date(year, 6, 1), 20), _span(plan, date(year, 11, 1), 11)
    spring = lunar_new_year(year)
    return [
        Campaign(f"618-{year}", f"{year} 618 大促", "percent", SELLER, *june, percent=15, share=0.60),
        Campaign(f"618-{year}-MJ", f"{year} 618 跨店满减", "threshold", PLATFORM, *june,
                 amount=_cents(plan, 10), threshold=_cents(plan, 60), share=0.75),
        Campaign(f"1111-{year}", f"{year} 双11 全球狂欢节", "percent", SELLER, *november, percent=20, share=0.68),
        Campaign(f"1111-{year}-MJ", f"{year} 双11 跨店满减", "threshold", PLATFORM, *november,
                 amount=_cents(plan, 10), threshold=_cents(plan, 60), share=0.80),
        Campaign(f"1212-{year}", f"{year} 双12", "percent", SELLER, *_span(plan, date(year, 12, 12), 1),
                 percent=12, share=0.50),
        Campaign(f"SPRING-{year}", f"{year} 年货节", "percent", SELLER, *_span(plan, spring - timedelta(days=20), 15),
                 percent=12, share=0.40),
        *_flash(plan, year, "限时抢购"),
    ]  # fmt: skip


def _standing(plan: Plan) -> list[Campaign]:
    """What there is at any time, from the day the shop opened."""
    begin, zh = plan.midnight(plan.start), plan.is_chinese
    issued = round(plan.orders_per_day * 400)
    common = [
        Campaign("OUTLET", "清仓特价" if zh else "Outlet", "percent", SELLER, begin, percent=10, share=0.13),
        Campaign("GIFT", "满赠" if zh else "Free gift", "gift", SELLER, begin),
        Campaign("REPLACEMENT", "售后补发" if zh else "Free replacement", "gift", SELLER, begin),
        Campaign("WELCOME-10", "新客九折券" if zh else "Welcome, 10 % off", "coupon", SELLER, begin, percent=10,
                 coupons=issued, share=0.21),
        Campaign("WELCOME-15", "新客八五折券" if zh else "Welcome, 15 % off", "coupon", SELLER, begin, percent=15,
                 coupons=issued // 3, share=0.09),
        Campaign("MEMBER-10", "会员九折券" if zh else "Members, 10 % off", "coupon", SELLER, begin, percent=10,
                 coupons=issued // 2, share=0.12),
        Campaign("POINTS", "积分抵扣" if zh else "Points", "points", SELLER, begin, percent=4, share=0.12),
    ]  # fmt: skip
    if not zh:
        return common
    return [
        *common,
        Campaign("FULL-299-20", "店铺满299减20", "threshold", SELLER, begin, amount=2_000, threshold=29_900,
                 share=0.22),
        Campaign("PLATFORM-COUPON", "平台消费券", "amount", PLATFORM, begin, percent=5, share=0.18),
        Campaign("CREATOR-COUPON", "达人专属券", "amount", CREATOR, begin, percent=8, share=0.50),
    ]  # fmt: skip
