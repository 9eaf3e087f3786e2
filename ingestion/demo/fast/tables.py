"""The arrays of a day as tables with the demo's columns: the same names, types and order as its export."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.contracts import load_contracts
from ingestion.demo.fast.marks import MARKS
from ingestion.demo.fast.orders import CHANNELS, PENDING, STATUSES, VOIDED, Orders
from ingestion.demo.fast.sessions import CUSTOMERS, DEVICES, IN_APP, TYPES, Sessions
from ingestion.demo.settings import GIVES
from ingestion.demo.shop.frames import instants, money, words
from ingestion.demo.shop.randomness import Dice, Ints
from ingestion.demo.shop.seasons import NEVER
from ingestion.demo.shop.traffic.marks import hexadecimal

_TYPES: dict[str, pl.DataType] = {
    "varchar": pl.String(),
    "bigint": pl.Int64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us", "UTC"),
}
_REGIONS = ("New York", "California", "Texas", "Florida", "Illinois", "Oregon")
_REASONS = ("changed_mind", "does_not_fit", "damaged", "not_as_described")
_DICE = Dice("fast")


def event_table(events: Sessions, variants: pl.Series, day_first: Ints) -> pl.DataFrame:
    """Events; `day_first` is the number of each one within the simulation, `variants` the ids of the variants."""
    lands = np.where(events.channel >= 0, events.channel, len(MARKS))
    received = instants(events.received_at)
    return _complete(
        "events",
        {
            "event_id": _numbered("e", day_first, 12),
            "visitor_id": _numbered("v", events.visitor),
            "customer_id": _numbered("C", events.customer),
            "event_at": instants(events.at),
            "received_at": received,
            "event_type": words(TYPES, events.type),
            "variant_id": _some(variants, events.variant),
            "order_id": _numbered("", _order(events.order)),
            "page_path": words(("/", "/p", "/search", "/cart"), np.minimum(events.type, 3)),
            "referrer": words([*(mark.referrer for mark in MARKS), None], lands),
            "utm_source": words([*(mark.source for mark in MARKS), None], lands),
            "utm_medium": words([*(mark.medium for mark in MARKS), None], lands),
            "utm_campaign": words([*(mark.campaign for mark in MARKS), None], lands),
            "device": words(DEVICES, events.device),
            "user_agent_class": words(
                ("browser", "app", "bot"), np.select([events.bot, events.device == IN_APP], [2, 1], 0)
            ),
            "country": words(("US", "CA"), (events.visitor % 19 == 0).astype(np.int64)),
            "engaged_ms": pl.Series(values=events.engaged),
            "updated_at": received,
        },
    )


def order_table(orders: Orders, which: Ints, currency: str, *, final: bool = True) -> pl.DataFrame:
    """Orders in their final state, or as they were when they had just been placed."""
    paid = np.where(orders.paid_at >= 0, orders.paid_at, NEVER)
    changed = np.maximum(np.maximum(orders.created_at, orders.paid_at), orders.refunded_at)
    status, updated = (
        (orders.status, changed) if final else (np.full_like(orders.status, PENDING), orders.created_at)
    )
    customer = orders.customer[which]
    visitor = np.where(orders.tracked, CUSTOMERS + orders.customer * 4, -1)[which]
    fulfilled = np.where(final & (orders.paid_at >= 0), 0, 1)[which]
    return _complete(
        "orders",
        {
            "order_id": _numbered("", _order(orders.number[which])),
            "customer_id": _numbered("C", np.where(orders.signed_in[which], customer, -1)),
            "email_hash": _hashes(customer),
            "visitor_id": _numbered("v", visitor),
            "created_at": instants(orders.created_at[which]),
            "paid_at": instants(paid[which] if final else np.full(len(which), NEVER)),
            "financial_status": words(STATUSES, status[which]),
            "fulfillment_status": words(("fulfilled", "unfulfilled"), fulfilled),
            "sales_channel": words(CHANNELS, orders.channel[which]),
            "currency": words((currency,), np.zeros_like(which)),
            "discount_total": money(orders.discount[which]),
            "shipping_total": money(orders.shipping[which]),
            "tax_total": money(orders.tax[which]),
            "total": money(orders.total[which]),
            "is_test": pl.Series(values=np.zeros(len(which), dtype=bool)),
            "country": words(("US",), np.zeros_like(which)),
            "region": words(_REGIONS, customer % len(_REGIONS)),
            "updated_at": instants(updated[which]),
        },
    )


def line_table(orders: Orders, variants: pl.Series) -> pl.DataFrame:
    """Order lines."""
    order = orders.number[orders.line_order]
    none = np.zeros(len(order), dtype=bool)
    return _complete(
        "order_lines",
        {
            "order_line_id": _numbered("", _order(order) * 100 + orders.line_place + 1),
            "order_id": _numbered("", _order(order)),
            "variant_id": _some(variants, orders.line_variant),
            "quantity": pl.Series(values=orders.line_quantity),
            "unit_price": money(orders.line_price),
            "discount": money(orders.line_discount),
            "tax": money(orders.line_tax),
            "line_type": words(("merchandise",), np.zeros_like(order)),
            "is_gift_card": pl.Series(values=none),
            "is_giveaway": pl.Series(values=none),
            "updated_at": instants(orders.created_at[orders.line_order]),
        },
    )


def given_back(orders: Orders) -> tuple[Ints, Ints, Ints]:
    """Cents per line: value of the goods that came back, their tax, and for each order what it got back in all."""
    back = orders.line_refunded
    value = np.where(back, orders.line_quantity * orders.line_price - orders.line_discount, 0)
    tax = np.where(back, orders.line_tax, 0)
    amount = np.bincount(orders.line_order, weights=value + tax, minlength=len(orders.number))
    return value, tax, amount.astype(np.int64)


def payment_table(orders: Orders) -> pl.DataFrame:
    """A sale for each paid order, a refund where something came back, a failed try for what was never paid."""
    back = given_back(orders)[2]
    paid, unpaid = np.flatnonzero(orders.paid_at >= 0), np.flatnonzero(orders.status == VOIDED)
    refunded = np.flatnonzero(orders.refunded_at >= 0)
    order = np.concatenate([paid, unpaid, refunded])
    kind = np.repeat([0, 0, 1], [len(paid), len(unpaid), len(refunded)])
    failed = np.repeat([0, 1, 0], [len(paid), len(unpaid), len(refunded)])
    amount = np.concatenate([orders.total[paid], orders.total[unpaid], back[refunded]])
    at = np.concatenate(
        [orders.paid_at[paid], orders.created_at[unpaid] + 60_000, orders.refunded_at[refunded]]
    )
    fee = np.where((kind == 0) & (failed == 0), amount * 29 // 1000 + 30, 0)
    return _complete(
        "payments",
        {
            "payment_id": _numbered("T", _order(orders.number[order]) * 10 + kind + 1),
            "order_id": _numbered("", _order(orders.number[order])),
            "kind": words(("sale", "refund"), kind),
            "status": words(("success", "failed"), failed),
            "amount": money(amount),
            "fee": money(fee),
            "processed_at": instants(at),
            "gateway": words(("card", "wallet"), order % 2),
            "updated_at": instants(at),
        },
    )


def refund_table(orders: Orders, variants: pl.Series) -> pl.DataFrame:
    """One row for each line that came back."""
    value, tax, _ = given_back(orders)
    line = np.flatnonzero(orders.line_refunded)
    order = orders.line_order[line]
    number, at = _order(orders.number[order]), orders.refunded_at[order]
    return _complete(
        "refunds",
        {
            "refund_id": _numbered("R", number),
            "order_id": _numbered("", number),
            "order_line_id": _numbered("", number * 100 + orders.line_place[line] + 1),
            "variant_id": _some(variants, orders.line_variant[line]),
            "quantity": pl.Series(values=orders.line_quantity[line]),
            "amount": money((value + tax)[line]),
            "merchandise_amount": money(value[line]),
            "shipping_amount": money(np.zeros_like(line)),
            "tax_amount": money(tax[line]),
            "requested_at": instants(at - 86_400_000),
            "refunded_at": instants(at),
            "status": words(("success",), np.zeros_like(line)),
            "kind": words(("return",), np.zeros_like(line)),
            "before_shipment": pl.Series(values=np.zeros(len(line), dtype=bool)),
            "reason": words(_REASONS, number % len(_REASONS)),
            "restocked": pl.Series(values=number % 5 != 0),
            "updated_at": instants(at),
        },
    )


def customer_table(customer: Ints, created_at: Ints) -> pl.DataFrame:
    """Customers by number, each with the instant at which the account was opened."""
    return _complete(
        "customers",
        {
            "customer_id": _numbered("C", customer),
            "email_hash": _hashes(customer),
            "created_at": instants(created_at),
            "country": words(("US",), np.zeros_like(customer)),
            "region": words(_REGIONS, customer % len(_REGIONS)),
            "accepts_marketing": pl.Series(values=customer % 5 < 3),
            "is_test": pl.Series(values=np.zeros(len(customer), dtype=bool)),
            "updated_at": instants(created_at),
        },
    )


def complete(entity: str, columns: dict[str, pl.Series]) -> pl.DataFrame:
    """The entity's columns in the demo's order; NULL, of the contract's type, where there are none."""
    return _complete(entity, columns)


def _complete(entity: str, columns: dict[str, pl.Series]) -> pl.DataFrame:
    contract = load_contracts()[entity].columns
    length = len(next(iter(columns.values())))
    found = {}
    for name in (*GIVES[entity].split(), "updated_at"):
        if name in columns:
            found[name] = columns[name]
        else:
            kind = contract[name].data_type
            dtype = pl.Decimal(18, 2) if kind.startswith("decimal") else _TYPES[kind]
            found[name] = pl.Series([None], dtype=dtype).new_from_index(0, length)
    return pl.DataFrame(found)


def _numbered(letter: str, number: Ints, digits: int = 0) -> pl.Series:
    """Text ids; NULL for negative numbers."""
    text = pl.Series(values=number).cast(pl.String)
    if digits:
        text = pl.Series(values=number + 10**digits).cast(pl.String)
    text = letter + text if letter else text
    return (
        text
        if number.min(initial=0) >= 0
        else text.zip_with(pl.Series(values=number >= 0), pl.Series([None], dtype=pl.String))
    )


def _order(number: Ints) -> Ints:
    return np.where(number >= 0, number + 1_000_001, -1)


def _some(names: pl.Series, which: Ints) -> pl.Series:
    """`names[which]`, NULL for −1; the last of the names is NULL."""
    return names.gather(np.where(which >= 0, which, len(names) - 1))


def _hashes(customer: Ints) -> pl.Series:
    """Sixty-four hexadecimal digits that stand for an e-mail's keyed hash."""
    parts = [hexadecimal(_DICE.bits(f"hash/{part}", customer).view(np.int64)) for part in range(4)]
    return (
        pl.DataFrame({f"p{at}": part for at, part in enumerate(parts)})
        .select(pl.concat_str(pl.all()).alias("hash"))
        .to_series()
    )
