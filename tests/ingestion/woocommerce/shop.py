"""A shop in memory that keeps its records and moves its dates as WooCommerce does.

Made from the published documentation of the REST API wc/v3 and from how its controllers answer: names and forms of the
fields, which changes move `date_modified` (deleting a refund and selling stock do not), what `any` leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.ingestion.woocommerce.catalogue import PERSON, Catalogue, Record, money


@dataclass
class FakeShop(Catalogue):
    """One shop, with its orders."""

    def order(
        self,
        lines: Sequence[tuple[int, int, str]],
        *,
        email: str = "guest@example.com",
        customer: int = 0,
        shipping: str = "0",
        fee: str = "",
        coupon: str = "",
        off: Sequence[str] = (),
        status: str = "processing",
        **more: Any,
    ) -> int:
        """Lines are (product or variation, quantity, net price of one); `off` is what a coupon takes off each line."""
        items = [
            self._line(one, number, price, Decimal(off[at]) if off else Decimal(0))
            for at, (one, number, price) in enumerate(lines)
        ]
        record: Record = {
            "status": "pending",
            "currency": self.currency,
            "customer_id": customer,
            "billing": {**PERSON, "email": email, "phone": "+44 20 7946 0999"},
            "shipping": {**PERSON, "phone": ""},
            "customer_note": "Please ring Wilhelmina",
            "customer_ip_address": "203.0.113.77",
            "customer_user_agent": "SecretBrowser/9",
            "created_via": "checkout",
            "payment_method": "stripe",
            "transaction_id": "pi_hidden_31415",
            "meta_data": more.pop("meta_data", []),
            "line_items": items,
            "shipping_lines": [self._extra("method_title", "Flat rate", shipping, method_id="flat_rate")]
            if Decimal(shipping)
            else [],
            "fee_lines": [self._extra("name", "Gift wrapping", fee)] if fee else [],
            "coupon_lines": [self._applied(coupon, sum(map(Decimal, off), Decimal(0)))] if coupon else [],
            "prices_include_tax": self.prices_include_tax == "yes",
            **more,
        }
        number = self._added(self.orders, record)
        self._total(record)
        for name in ("paid", "completed"):
            record.setdefault(f"date_{name}", None)
        if status != "pending":
            self.set_status(number, status)
        return number

    def set_status(self, order: int, status: str) -> None:
        record = self.orders[order]
        record["status"] = status
        if status in ("processing", "completed") and record["date_paid"] is None:
            record["date_paid"] = self.now
        if status == "completed":
            record["date_completed"] = self.now
        self.touch(record)

    def refund(
        self,
        order: int,
        lines: Sequence[tuple[int, int]] = (),
        *,
        shipping: str = "0",
        amount: str = "",
        reason: str = "",
    ) -> int:
        """Give back units of lines (which line, how many), postage, or just an amount."""
        record, given = self.orders[order], []
        for at, units in lines:
            one = record["line_items"][at]
            share = Decimal(units) / one["quantity"]
            parts = {name: money(-Decimal(one[name]) * share) for name in ("total", "total_tax")}
            meta = [{"id": 1, "key": "_refunded_item_id", "value": str(one["id"])}]
            given.append({**one, "id": self._item(), "quantity": -units, **parts, "meta_data": meta})
        postage = [self._extra("method_title", "Flat rate", f"-{shipping}")] if Decimal(shipping) else []
        every = [Decimal(one[name]) for one in [*given, *postage] for name in ("total", "total_tax")]
        whole = {
            "order": order,
            "amount": amount or money(-sum(every, Decimal(0))),
            "reason": reason,
            "refunded_by": 1,
            "refunded_payment": True,
            "meta_data": [],
            "line_items": given,
            "shipping_lines": postage,
            "tax_lines": [],
            "fee_lines": [],
        }
        number = self._added(self.refunds, whole)
        back = sum(
            (Decimal(one["amount"]) for one in self.refunds.values() if one["order"] == order), Decimal(0)
        )
        if back >= Decimal(record["total"]):
            record["status"] = "refunded"
        self.touch(record)
        return number

    def delete_refund(self, refund: int) -> None:
        del self.refunds[refund]

    def delete_order(self, order: int) -> None:
        del self.orders[order]
        self.refunds = {number: one for number, one in self.refunds.items() if one["order"] != order}

    def touch(self, record: Record) -> None:
        record["date_modified"] = self.now

    def _line(self, one: int, units: int, price: str, off: Decimal) -> Record:
        sold = self.variations.get(one) or self.products.get(one) or {}
        subtotal = Decimal(price) * units
        return {
            "id": self._item(),
            "name": sold.get("name") or "Thing",
            "product_id": sold.get("parent_id") or one,
            "variation_id": one if one in self.variations else 0,
            "quantity": units,
            "tax_class": "",
            "subtotal": money(subtotal),
            "subtotal_tax": money(subtotal * self.tax_rate),
            "total": money(subtotal - off),
            "total_tax": money((subtotal - off) * self.tax_rate),
            "taxes": [],
            "meta_data": [],
            "sku": sold.get("sku"),
            "price": float((subtotal - off) / units),
        }

    def _extra(self, label: str, said: str, total: str, **more: Any) -> Record:
        tax = money(Decimal(total) * self.tax_rate)
        return {
            "id": self._item(),
            label: said,
            "total": money(total),
            "total_tax": tax,
            "meta_data": [],
            **more,
        } | ({"tax_class": ""} if label == "name" else {})

    def _applied(self, code: str, off: Decimal) -> Record:
        tax = money(off * self.tax_rate)
        return {
            "id": self._item(),
            "code": code,
            "discount": money(off),
            "discount_tax": tax,
            "meta_data": [],
        }

    def _total(self, record: Record) -> None:
        def sums(lists: Sequence[str], name: str) -> Decimal:
            return sum((Decimal(one[name]) for each in lists for one in record[each]), Decimal(0))

        every = ("line_items", "shipping_lines", "fee_lines")
        record["discount_total"] = money(sums(["line_items"], "subtotal") - sums(["line_items"], "total"))
        record["shipping_total"] = money(sums(["shipping_lines"], "total"))
        record["total_tax"] = money(sums(every, "total_tax"))
        record["total"] = money(sums(every, "total") + sums(every, "total_tax"))
        tax = {"id": self._item(), "rate_code": "GB-VAT-1", "rate_id": 1, "label": "VAT", "compound": False}
        taxes = {"tax_total": money(sums(("line_items", "fee_lines"), "total_tax")), "rate_percent": 20.0}
        postage = {"shipping_tax_total": money(sums(["shipping_lines"], "total_tax")), "meta_data": []}
        record["tax_lines"] = [{**tax, **taxes, **postage}] if Decimal(record["total_tax"]) else []
