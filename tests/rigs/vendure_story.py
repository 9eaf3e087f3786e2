"""The life of a Vendure shop for tests: two dozen orders of four months, and a day on which everything changes.

The server knows no other time than now, so what it has done is moved back in its database.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.rigs.vendure_shop import Vendure
from tests.rigs.vendure_trade import Trade

ORDERS = 24
DAYS = 119
CURRENCIES = {3: "EUR", 7: "JPY"}
DATED = {
    "order": ("id", "orderPlacedAt"),
    "order_line": ("orderId", ""),
    "payment": ("orderId", ""),
    "surcharge": ("orderId", ""),
    "history_entry": ("orderId", ""),
}


@dataclass
class Day:
    """What no daily synchronisation can notice: a refund of an old order that was delivered, a deleted customer."""

    late_order: str
    late_refund: str
    customer: str
    renamed: set[str]
    """Old finished orders of a customer whose address is another one since: they keep the address that they had."""
    stock: set[str]
    """Of the deleted variant, which was sold on that day before: what no reconciliation can see either."""


def fill(shop: Vendure) -> Trade:
    """Open the shop and let it trade."""
    trade = Trade(shop)
    trade.open()
    for number in range(6):
        trade.register(f"user{number}")
    articles = [one["id"] for one in trade.articles]
    for number in range(ORDERS):
        who = f"guest{number}" if number % 8 == 7 else f"user{number % 6}"
        chosen = [
            (articles[(number * 5 + step * 7) % len(articles)], 1 + (number + step) % 3)
            for step in range(1 + number % 3)
        ]
        order = trade.buy(
            chosen, who, currency=CURRENCIES.get(number % 10, ""), coupon="TEN" if number % 6 == 2 else "",
            instant=number % 3 == 0, declined=number % 13 == 12, country="NL" if number % 4 == 1 else "GB",
        )  # fmt: skip
        if number % 11 == 10:
            trade.fill([(articles[0], 1)], who)  # a cart that nobody ever orders
        if number % 7 == 6:
            continue  # authorised, and nothing else yet
        trade.settle(order)
        if number % 9 == 4:
            trade.add_surcharge(order, 250)
        if number % 4 != 3:
            trade.ship(order, 1 if number % 12 == 5 else None)
        if number % 8 in (0, 2):
            trade.deliver(order)
        if number % 4 == 1:
            trade.refund(order, lines=1 + number % 2)
        if number == 22:
            trade.refund(order, amount=200, settle=False)
    _move_back(shop)
    return trade


def one_day(trade: Trade) -> Day:
    """Everything that a synchronisation has to notice, and what it cannot."""
    placed = 'select id from "order" where "orderPlacedAt" is not null order by 1 desc'
    newest = [str(number) for (number,) in trade.shop.sql(placed)]
    state = {one: trade.order(one)["state"] for one in newest}
    authorised = [one for one in newest if state[one] == "PaymentAuthorized"]
    paid = [one for one in newest if state[one] == "PaymentSettled"]
    shipped = [one for one in newest if state[one] == "Shipped"]
    delivered = [one for one in newest if state[one] == "Delivered"]

    trade.settle(authorised[0])
    trade.cancel(authorised[1])
    trade.ship(paid[0])
    trade.refund(paid[0], lines=1)
    trade.cancel(paid[1], units=1)
    trade.ship(paid[-1])  # four months old, but not finished: read again all the same
    trade.deliver(shipped[0])
    for (refund,) in trade.shop.sql("select id from refund where state = 'Pending'"):
        trade.settle_refund(str(refund))

    late = delivered[-1]
    trade.refund(late, amount=150)
    (late_refund,) = trade.shop.sql("select max(id) from refund")[0]

    articles = trade.articles
    trade.register("newcomer")
    trade.buy([(articles[8]["id"], 2)], "newcomer", coupon="TEN")
    trade.buy([(articles[9]["id"], 1)], "new-guest", instant=False)
    trade.change(articles[4]["id"], stockOnHand=999)
    trade.change(articles[5]["id"], prices=[{"currencyCode": "USD", "price": 12345}])
    admin = trade.shop.admin
    trade.buy([(articles[6]["id"], 1)], "user1")
    admin("mutation ($i: ID!) { deleteProductVariant(id: $i) { result } }", i=articles[6]["id"])
    (gone,) = trade.shop.sql("select id from customer where \"emailAddress\" = 'user3@example.com'")[0]
    (moved,) = trade.shop.sql("select id from customer where \"emailAddress\" = 'user4@example.com'")[0]
    admin("mutation ($i: [ID!]!) { deleteCustomers(ids: $i) { result } }", i=[str(gone)])
    admin(
        "mutation ($i: UpdateCustomerInput!) { updateCustomer(input: $i) { __typename } }",
        i={"id": str(moved), "emailAddress": "married@example.com"},
    )
    renamed = trade.shop.sql(
        f"select code from \"order\" where \"customerId\" = {moved} and state in ('Delivered', 'Cancelled')"
        " and \"orderPlacedAt\" < now() - interval '60 days'"
    )
    old = trade.promote("Gone", "order_fixed_discount", "100", coupon="GONE")
    admin("mutation ($i: ID!) { deletePromotion(id: $i) { result } }", i=old)
    trade.promote("Winter", "order_percentage_discount", "15", coupon="WINTER")
    return Day(
        late_order=trade.order(late)["code"],
        late_refund=str(late_refund),
        customer=str(gone),
        renamed={one for (one,) in renamed},
        stock={f"{articles[6]['id']} 1"},
    )


def _move_back(shop: Vendure) -> None:
    """Spread all orders with what hangs on them over the days before today, the first one first."""
    shop.sql(
        "create table moved as select id, (rank() over (order by id desc) - 1) * interval '1 day'"
        f' * {DAYS} / {ORDERS} as by from "order"'
    )
    for table, (owner, more) in DATED.items():
        columns = ["createdAt", "updatedAt", *([more] if more else [])]
        given = ", ".join(f'"{name}" = t."{name}" - moved.by' for name in columns)
        shop.sql(f'update "{table}" as t set {given} from moved where moved.id = t."{owner}"')
    for table, owner in (
        ("refund", 'select p."orderId" from payment p where p.id = t."paymentId"'),
        (
            "fulfillment",
            'select f."orderId" from order_fulfillments_fulfillment f where f."fulfillmentId" = t.id',
        ),
    ):
        shop.sql(
            f'update "{table}" as t set "createdAt" = "createdAt" - moved.by, "updatedAt" = "updatedAt" - moved.by'
            f" from moved where moved.id = ({owner})"
        )
