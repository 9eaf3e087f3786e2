"""What happens in the shop, done through oscar's own classes as its views do it."""

# ruff: noqa: E402 -- Django has to be set up before models are imported

from __future__ import annotations

import os
import warnings
from decimal import Decimal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopsrc.settings")
warnings.filterwarnings("ignore")

import django

django.setup()

from django.contrib.auth import get_user_model
from oscar.apps.catalogue.categories import create_from_breadcrumbs
from oscar.apps.partner.strategy import UK
from oscar.apps.shipping.methods import FixedPrice
from oscar.core.loading import get_class, get_model

Product, ProductClass = get_model("catalogue", "Product"), get_model("catalogue", "ProductClass")
Partner, StockRecord = get_model("partner", "Partner"), get_model("partner", "StockRecord")
Basket, Country = get_model("basket", "Basket"), get_model("address", "Country")
Order, ShippingAddress = get_model("order", "Order"), get_model("order", "ShippingAddress")
Source, SourceType = get_model("payment", "Source"), get_model("payment", "SourceType")
PaymentEventType, ShippingEventType = (
    get_model("order", "PaymentEventType"),
    get_model("order", "ShippingEventType"),
)
Review = get_model("reviews", "ProductReview")
User = get_user_model()
OrderCreator, EventHandler = (
    get_class("order.utils", "OrderCreator"),
    get_class("order.processing", "EventHandler"),
)
Totals = get_class("checkout.calculators", "OrderTotalCalculator")

handler = EventHandler()


class Post(FixedPrice):
    """Post: 4.80 with tax."""

    code, name = "std", "Standard"

    def __init__(self) -> None:
        super().__init__(charge_excl_tax=Decimal("4.00"), charge_incl_tax=Decimal("4.80"))


def place(articles, user=None, guest_email=""):
    """A basket of (product, quantity) pairs ordered, its total authorised. Without a user it is a guest's."""
    basket = Basket.objects.create(owner=user)
    basket.strategy = UK()
    for product, quantity in articles:
        basket.add_product(product, quantity)
    post = Post()
    charge = post.calculate(basket)
    total = Totals().calculate(basket, charge)
    address = ShippingAddress.objects.create(
        first_name="A", last_name="B", line1="1 Street", line4="London", postcode="N1 9RT",
        phone_number="+442079460958", country=Country.objects.get(iso_3166_1_a2="GB"),
    )  # fmt: skip
    guest = {} if user else {"guest_email": guest_email}
    order = OrderCreator().place_order(
        basket=basket, total=total, shipping_method=post, shipping_charge=charge, user=user, shipping_address=address,
        order_number=str(100000 + basket.id), status="Pending", **guest,
    )  # fmt: skip
    basket.submit()
    source = Source.objects.create(
        order=order, source_type=SourceType.objects.get(name="Card"), currency="GBP"
    )
    source.allocate(total.incl_tax, "A", "auth")
    return order


def settle(order):
    """Take the money."""
    order.sources.get().debit(order.total_incl_tax, "D", "ok")
    handler.handle_payment_event(
        order, PaymentEventType.objects.get(name="Paid"), order.total_incl_tax, *_lines(order)
    )


def ship(order):
    """Send everything."""
    if order.status == "Pending":
        handler.handle_order_status_change(order, "Being processed")
    handler.consume_stock_allocations(order, *_lines(order))
    handler.handle_shipping_event(order, ShippingEventType.objects.get(name="Shipped"), *_lines(order))


def refund(order, *, whole):
    """Give back all of it, or one unit of its first line."""
    amount = order.total_incl_tax if whole else order.lines.first().unit_price_incl_tax
    order.sources.get().refund(amount, "F", "ok")
    lines, _ = _lines(order)
    handler.handle_payment_event(order, PaymentEventType.objects.get(name="Refunded"), amount, lines[:1], [1])


def cancel(order):
    """Cancel it; the authorisation stays, as oscar leaves it."""
    handler.handle_order_status_change(order, "Cancelled")
    for line in order.lines.all():
        line.cancel_allocation(line.quantity)


def review(user, product, score, status=1):
    """A review of a product, or of the product that a variant belongs to."""
    return Review.objects.create(
        product=product.parent if product.is_child else product, user=user, score=score, title="Good", status=status,
        body="Ask ann@example.com about it",
    )  # fmt: skip


def catalogue():
    """54 single articles and 6 shirts in three sizes, with stock and prices that round badly."""
    kind = ProductClass.objects.create(name="Thing", track_stock=True, requires_shipping=True)
    partners = [Partner.objects.create(name=name) for name in ("Main", "Dropship")]
    categories = [create_from_breadcrumbs(f"Home > {name}") for name in ("Kitchen", "Garden", "Books")]
    for number in range(60):
        if number % 10:
            made = [
                Product.objects.create(
                    structure="standalone", title=f"Thing {number}", product_class=kind, upc=f"U{number}"
                )
            ]
            made[0].categories.add(categories[number % 3])
        else:
            shirt = Product.objects.create(
                structure="parent", title=f"Shirt {number}", product_class=kind, upc=f"U{number}"
            )
            shirt.categories.add(categories[number % 3])
            made = [
                Product.objects.create(
                    structure="child", parent=shirt, title=f"Shirt {number} {size}", upc=f"U{number}{size}"
                )
                for size in "SML"
            ]
        for product in made:
            StockRecord.objects.create(
                product=product, partner=partners[number % 7 == 0], partner_sku=product.upc, price_currency="GBP",
                price=Decimal(199 + 337 * number % 19800) / 100, num_in_stock=200,
            )  # fmt: skip
    for code, name in (("GB", "United Kingdom"), ("NL", "Netherlands")):
        Country.objects.create(
            iso_3166_1_a2=code, printable_name=name, name=name, iso_3166_1_a3="", iso_3166_1_numeric=""
        )
    SourceType.objects.create(name="Card")
    for name in ("Paid", "Refunded"):
        PaymentEventType.objects.create(name=name)
    for name in ("Shipped", "Returned"):
        ShippingEventType.objects.create(name=name)


def _lines(order):
    lines = list(order.lines.all())
    return lines, [line.quantity for line in lines]
