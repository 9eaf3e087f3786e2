"""Who comes to the shop: people, their habits, where they live, and whether they ever open an account."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.assortment import CATEGORIES
from ingestion.demo.shop.geography import market
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Bools, Floats, Ints
from ingestion.demo.shop.seasons import Clock

# Habits: one-off, occasional, regular, loyal. A purchase is followed by another one with probability RETURNS,
# after about GAP trading days. Together about a third of the buyers come back, as in most shops of this kind.
HABITS = (0.55, 0.27, 0.13, 0.05)
RETURNS = np.array([0.0, 0.60, 0.82, 0.93])
GAP = np.array([1.0, 115.0, 55.0, 26.0])
FIRST_ORDERS_SHARE = 0.51
"""First orders per `orders_per_day`: the rest of the trade is repeat purchases, which take months to build up."""

# How somebody comes to have an account; BROWSES never buys.
BEFORE, AT_FIRST, AT_SECOND, GUEST, BROWSES = range(5)
_ACCOUNTS = (0.06, 0.38, 0.20, 0.30, 0.06)

CHANNELS = ("web", "app", "marketplace")
MARKETPLACE = CHANNELS.index("marketplace")
_CHANNEL_BY_HABIT = np.array([[0.66, 0.12, 0.22], [0.64, 0.22, 0.14], [0.58, 0.34, 0.08], [0.45, 0.52, 0.03]])

FIRST_NAMES = (
    "Ada", "Alex", "Amara", "Anna", "Ben", "Carla", "Chen", "Chloe", "Daniel", "Diego", "Elena", "Emma", "Farah",
    "Felix", "Grace", "Hana", "Hugo", "Ines", "Isaac", "Jade", "Jonas", "Kai", "Lena", "Leo", "Lin", "Lucia", "Marco",
    "Maya", "Mei", "Milo", "Nadia", "Noah", "Nora", "Olga", "Omar", "Paula", "Priya", "Ravi", "Rosa", "Sam", "Sofia",
    "Theo", "Tomas", "Vera", "Wei", "Yara", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Adeyemi", "Baker", "Becker", "Castro", "Chang", "Clarke", "Costa", "Diaz", "Dubois", "Ellis", "Evans",
    "Fischer", "Ford", "Garcia", "Gupta", "Hall", "Hassan", "Hughes", "Ito", "Jensen", "Kaur", "Khan", "Kim",
    "Kowalski", "Larsen", "Lee", "Lopez", "Martin", "Meyer", "Moore", "Nguyen", "Novak", "Okafor", "Park", "Patel",
    "Price", "Quinn", "Rossi", "Sato", "Silva", "Singh", "Turner", "Vogel", "Walsh", "Wang", "Weber", "Young",
    "Zhang", "Zimmer",
)  # fmt: skip


@dataclass(frozen=True)
class People:
    """One entry per person, in the order in which they turn up. Instants are milliseconds UTC."""

    index: Ints
    arrived_at: Ints
    habit: Ints
    account: Ints
    channel: Ints
    """Index into CHANNELS: where this person mostly buys."""
    favourite: Ints
    """Index into CATEGORIES."""
    place: Ints
    """Index into the market's places."""
    is_test: Bools

    def email(self, person: int) -> str:
        """A fictitious address under a domain that is reserved for examples (RFC 2606)."""
        first, last = self.name(person)
        if self.is_test[person]:
            return f"test.{person}@staff.example.com"
        return f"{first}.{last}{person}@mail.example".lower()

    def name(self, person: int) -> tuple[str, str]:
        """First and last name."""
        names = len(FIRST_NAMES)
        return FIRST_NAMES[person * 7 % names], LAST_NAMES[(person // names + person * 11) % len(LAST_NAMES)]

    def phone(self, person: int) -> str | None:
        """A number from the block 555-0100 … 0199 that is kept for fiction; there are no more than 70,000."""
        area, line = divmod(person, 100)
        if area >= 700 or person % 9 in (1, 4, 6, 8):
            return None
        return f"+1 ({201 + area}) 555-01{line:02d}"

    def marketplace_alias(self, person: int) -> str:
        """What the marketplace shows instead of the address; always the same for one person."""
        return f"buyer-{(person * 2654435761) % 2**32:08x}@relay.marketplace.example"


def build_people(plan: Plan, arrivals: Clock) -> People:
    """Everybody who turns up before the end of the margin, as a Poisson process on the growing clock."""
    dice = plan.dice
    per_day = plan.orders_per_day * FIRST_ORDERS_SHARE / (1.0 - _ACCOUNTS[BROWSES])
    expected = arrivals.passed[-1] * per_day
    index = np.arange(int(expected + 8 * np.sqrt(expected) + 30), dtype=np.int64)
    position = np.cumsum(dice.exponential(1.0 / per_day, "person/gap", index))
    index = index[position < arrivals.passed[-1]]
    arrived_at = arrivals.instant(position[: len(index)])
    habit = dice.pick(HABITS, "person/habit", index)
    # Buyers of presents: who first comes in the weeks before Christmas comes back less often.
    month = arrived_at.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64) % 12
    presents = np.isin(month, (10, 11)) & dice.chance(0.25, "person/presents", index)
    habit = np.where(presents, 0, habit)
    return People(
        index=index,
        arrived_at=arrived_at,
        habit=habit,
        account=dice.pick(_ACCOUNTS, "person/account", index),
        channel=_channel(plan, habit, index),
        favourite=dice.pick([one.weight for one in CATEGORIES], "person/favourite", index),
        place=dice.pick([one.weight for one in market(plan.currency).places], "person/place", index),
        is_test=dice.chance(0.0012, "person/test", index),
    )


def _channel(plan: Plan, habit: Ints, index: Ints) -> Ints:
    edges: Floats = np.cumsum(_CHANNEL_BY_HABIT, axis=1)[habit]
    return np.asarray((plan.dice.uniform("person/channel", index)[:, None] > edges[:, :2]).sum(axis=1))
