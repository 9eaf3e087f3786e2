"""A day in a shop that is there already: everything that a synchronisation has to notice.

Prints as JSON what it can notice only by comparing everything: `deleted` (an order), `late` (an old order), and the
`article` that is gone.
"""

from __future__ import annotations

import json

import trade
from django.db import transaction

with transaction.atomic():
    newest_first = trade.Order.objects.order_by("-date_placed")
    authorised = [
        one for one in newest_first if one.status == "Pending" and not one.sources.get().amount_debited
    ]
    paid = [one for one in newest_first if one.sources.get().amount_debited and one.status == "Pending"]
    trade.settle(authorised[0])
    trade.cancel(authorised[1])
    trade.ship(paid[0])
    trade.refund(paid[0], whole=False)
    trade.refund(paid[1], whole=True)

    # The oldest order that is still to be shipped: outside the days that are read again every time.
    trade.ship(paid[-1])
    late = paid[-1].number

    gone = [one for one in newest_first if one.status == "Being processed"][3]
    deleted = gone.number
    for source in gone.sources.all():
        source.delete()
    gone.delete()

    sold = trade.Order.objects.get(number=authorised[0].number).lines.first().product
    article_gone = sold.upc
    sold.delete()
    trade.StockRecord.objects.filter(partner_sku="U12").update(num_in_stock=999)

    person = trade.User.objects.create_user("new", "new@example.com", "x")
    article = trade.Product.objects.get(upc="U13")
    order = trade.place([(article, 2)], person)
    trade.settle(order)
    trade.place([(article, 1)], None, "guest@example.com")
    trade.review(person, article, 5)
    trade.Review.objects.order_by("id").filter(status=1).first().delete()
    trade.User.objects.filter(username="u3").update(email="married@example.com")

print(json.dumps({"deleted": deleted, "late": late, "article": article_gone}))
