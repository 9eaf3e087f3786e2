"""Fill a new shop: `python seed.py ORDERS`, spread over the last 120 days. The same every time."""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta

import time_machine
import trade
from django.db import transaction

random.seed(5)
orders = int(sys.argv[1])
start = datetime.now(UTC) - timedelta(days=120)

with transaction.atomic(), time_machine.travel(start, tick=False) as clock:
    trade.catalogue()
    articles = [one for one in trade.Product.objects.all() if not one.is_parent]
    people = [
        trade.User.objects.create_user(f"u{n}", f"u{n}@Example.com", "x", first_name=f"F{n}")
        for n in range(50)
    ]
    for number in range(orders):
        clock.move_to(start + timedelta(days=119 * number / orders))
        user = None if number % 8 == 7 else random.choice(people)
        chosen = [
            (one, random.choice([1, 1, 2, 3])) for one in random.sample(articles, random.choice([1, 1, 2, 3]))
        ]
        order = trade.place(chosen, user, f"g{number}@example.com")
        if number % 10 == 9:
            trade.cancel(order)
            continue
        if number % 11 == 10:
            continue  # authorised, and nothing else yet
        clock.shift(300)
        trade.settle(order)
        if number % 4 != 3:
            trade.ship(order)
        if number % 12 == 5:
            trade.refund(order, whole=number % 24 == 5)
        if number % 5 == 0 and user:
            trade.review(user, chosen[0][0], random.randrange(1, 6), random.choice([0, 1, 1, 2]))
