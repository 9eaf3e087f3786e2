"""What happens in the shop: customers who buy, administrators who settle, ship, give back and cancel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.rigs.vendure_shop import Vendure

_ERROR = "... on ErrorResult { errorCode message }"
_HOME = {"fullName": "X Y", "streetLine1": "1 Street", "city": "London", "postalCode": "N1 9RT"}


@dataclass
class Trade:
    """People and articles of a shop, and what they do."""

    shop: Vendure
    articles: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    methods: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Three currencies, two places of stock, two promotions."""
        admin = self.shop.admin
        self.methods = [one["code"] for one in admin("{ paymentMethods { items { code } } }")["items"]]
        channel = admin("{ activeChannel { id } }")["id"]
        admin(
            f"mutation ($i: UpdateChannelInput!) {{ updateChannel(input: $i) {{ ... on Channel {{ id }} {_ERROR} }} }}",
            i={"id": channel, "availableCurrencyCodes": ["USD", "EUR", "JPY"], "trackInventory": True},
        )
        admin('mutation { createStockLocation(input: {name: "Rotterdam", description: ""}) { id } }')
        self.promote("Ten percent", "order_percentage_discount", "10", coupon="TEN")
        self.promote("Three off", "order_fixed_discount", "300", least=5000)
        self.articles = admin(
            "{ productVariants(options: {take: 100, sort: {id: ASC}}) { items { id sku price } } }"
        )["items"]
        for one in self.articles:
            prices = [("USD", one["price"]), ("EUR", one["price"] * 9 // 10), ("JPY", one["price"] * 150)]
            self.change(
                one["id"], trackInventory="TRUE", prices=[{"currencyCode": code, "price": at} for code, at in prices]
            )  # fmt: skip

    def promote(self, name: str, action: str, value: str, coupon: str | None = None, least: int = 0) -> str:
        condition = {
            "code": "minimum_order_amount",
            "arguments": [
                {"name": "amount", "value": str(least)},
                {"name": "taxInclusive", "value": "false"},
            ],
        }
        return str(
            self.shop.admin(
                "mutation ($i: CreatePromotionInput!) { createPromotion(input: $i)"
                f" {{ ... on Promotion {{ id }} {_ERROR} }} }}",
                i={
                    "enabled": True,
                    "couponCode": coupon,
                    "conditions": [condition] if least else [],
                    "actions": [{"code": action, "arguments": [{"name": "discount", "value": value}]}],
                    "translations": [{"languageCode": "en", "name": name, "description": ""}],
                },
            )["id"]
        )

    def change(self, variant: str, **what: Any) -> None:
        """Stock, prices or anything else of a variant."""
        self.shop.admin(
            "mutation ($i: [UpdateProductVariantInput!]!) { updateProductVariants(input: $i) { id } }",
            i=[{"id": variant, **what}],
        )

    def register(self, name: str) -> str:
        """A customer with an account; the id."""
        address = f"{name}@Example.com"
        made = self.shop.admin(
            f'mutation ($i: CreateCustomerInput!) {{ createCustomer(input: $i, password: "secret words")'
            f" {{ ... on Customer {{ id }} {_ERROR} }} }}",
            i={"firstName": "F", "lastName": name, "emailAddress": address, "phoneNumber": "+442079460958"},
        )
        _, self.tokens[name] = self.shop.shop(
            f'mutation ($e: String!) {{ login(username: $e, password: "secret words") {{ __typename {_ERROR} }} }}',
            e=address,
        )
        return str(made["id"])

    def fill(self, articles: list[tuple[str, int]], who: str, currency: str = "", token: str = "") -> str:
        """Put articles into a cart; its owner's token."""
        token = token or self.tokens.get(who, "")
        for variant, quantity in articles:
            _, token = self.shop.shop(
                "mutation ($v: ID!, $q: Int!) { addItemToOrder(productVariantId: $v, quantity: $q)"
                f" {{ __typename {_ERROR} }} }}",
                token, currency, v=variant, q=quantity,
            )  # fmt: skip
        return token

    def buy(
        self,
        articles: list[tuple[str, int]],
        who: str,
        *,
        currency: str = "",
        coupon: str = "",
        instant: bool = True,
        declined: bool = False,
        country: str = "GB",
    ) -> str:
        """An order of (variant, quantity); who has no account is a guest. Its id."""
        shop = self.shop.shop
        token = self.fill(articles, who, currency)
        if who not in self.tokens:
            shop(
                f"mutation ($i: CreateCustomerInput!) {{ setCustomerForOrder(input: $i) {{ __typename {_ERROR} }} }}",
                token, currency, i={"firstName": "G", "lastName": who, "emailAddress": f"{who}@example.com"},
            )  # fmt: skip
        shop(
            f"mutation ($i: CreateAddressInput!) {{ setOrderShippingAddress(input: $i) {{ __typename {_ERROR} }} }}",
            token, currency, i={**_HOME, "countryCode": country},
        )  # fmt: skip
        if coupon:
            shop(
                f"mutation ($c: String!) {{ applyCouponCode(couponCode: $c) {{ __typename {_ERROR} }} }}",
                token, currency, c=coupon,
            )  # fmt: skip
        postage = shop("{ eligibleShippingMethods { id } }", token, currency)[0]
        shop(
            f"mutation ($i: [ID!]!) {{ setOrderShippingMethod(shippingMethodId: $i) {{ __typename {_ERROR} }} }}",
            token, currency, i=[postage[len(articles) % 2]["id"]],
        )  # fmt: skip
        shop(
            'mutation { transitionOrderToState(state: "ArrangingPayment") { __typename'
            " ... on OrderStateTransitionError { errorCode message transitionError } } }",
            token, currency,
        )  # fmt: skip
        if declined:
            self._pay(token, currency, "invoice", {"shouldDecline": True})
        return str(self._pay(token, currency, "card" if instant else "invoice", {})["id"])

    def _pay(self, token: str, currency: str, method: str, metadata: dict[str, Any]) -> Any:
        told = "... on ErrorResult { message }" if metadata else _ERROR
        return self.shop.shop(
            "mutation ($i: PaymentInput!) { addPaymentToOrder(input: $i)"
            f" {{ __typename ... on Order {{ id }} {told} }} }}",
            token, currency, i={"method": method, "metadata": metadata},
        )[0]  # fmt: skip

    def order(self, order: str) -> Any:
        """An order as the administrator sees it."""
        return self.shop.admin(
            "query ($i: ID!) { order(id: $i) { id code state payments { id state amount } fulfillments { id state }"
            " lines { id quantity proratedUnitPriceWithTax productVariant { id } } } }",
            i=order,
        )

    def settle(self, order: str) -> None:
        """Take the money that was authorised."""
        for one in self.order(order)["payments"]:
            if one["state"] == "Authorized":
                self._do("settlePayment", "($i: ID!)", "(id: $i)", i=one["id"])

    def ship(self, order: str, lines: int | None = None) -> str:
        """Send all of its lines, or the first so many; the parcel's id."""
        sent = [one for one in self.order(order)["lines"] if one["quantity"]][:lines]
        parcel = self.shop.admin(
            "mutation ($i: FulfillOrderInput!) { addFulfillmentToOrder(input: $i)"
            f" {{ ... on Fulfillment {{ id }} {_ERROR} }} }}",
            i={
                "lines": [{"orderLineId": one["id"], "quantity": one["quantity"]} for one in sent],
                "handler": {
                    "code": "manual-fulfillment",
                    "arguments": [
                        {"name": "method", "value": "Post"},
                        {"name": "trackingCode", "value": "T"},
                    ],
                },
            },
        )["id"]
        self.move(parcel, "Shipped")
        return str(parcel)

    def move(self, parcel: str, state: str) -> None:
        self._do(
            "transitionFulfillmentToState", "($i: ID!, $s: String!)", "(id: $i, state: $s)", i=parcel, s=state
        )

    def deliver(self, order: str) -> None:
        for one in self.order(order)["fulfillments"]:
            if one["state"] == "Shipped":
                self.move(one["id"], "Delivered")

    def refund(self, order: str, amount: int = 0, lines: int = 0, *, settle: bool = True) -> None:
        """Give back an amount, or one unit of each of the first so many lines."""
        found = self.order(order)
        named = found["lines"][:lines]
        paid = next(one for one in found["payments"] if one["state"] == "Settled")
        refund = self.shop.admin(
            "mutation ($i: RefundOrderInput!) { refundOrder(input: $i)"
            f" {{ ... on Refund {{ id state }} {_ERROR} }} }}",
            i={
                "lines": [{"orderLineId": one["id"], "quantity": 1} for one in named],
                "shipping": 0,
                "adjustment": 0,
                "amount": amount or sum(one["proratedUnitPriceWithTax"] for one in named),
                "paymentId": paid["id"],
                "reason": "damaged, says ann@example.com",
            },
        )
        if settle and refund["state"] == "Pending":
            self.settle_refund(refund["id"])

    def settle_refund(self, refund: str) -> None:
        self._do("settleRefund", "($i: ID!)", '(input: {id: $i, transactionId: "R"})', i=refund)

    def cancel(self, order: str, units: int = 0) -> None:
        """Cancel all of it with its postage, or so many units of its first line."""
        first = self.order(order)["lines"][0]["id"]
        part = {"lines": [{"orderLineId": first, "quantity": units}]} if units else {"cancelShipping": True}
        self._do("cancelOrder", "($i: CancelOrderInput!)", "(input: $i)", i={"orderId": order, **part})

    def add_surcharge(self, order: str, price: int) -> None:
        """Add a fee to an order that is paid; it is paid by hand."""
        self._do("transitionOrderToState", "($i: ID!)", '(id: $i, state: "Modifying")', i=order)
        self._do(
            "modifyOrder", "($i: ModifyOrderInput!)", "(input: $i)",
            i={
                "dryRun": False,
                "orderId": order,
                "surcharges": [
                    {"description": "Wrap", "sku": "WRAP", "price": price, "priceIncludesTax": False, "taxRate": 19}
                ],
            },
        )  # fmt: skip
        self._do(
            "transitionOrderToState", "($i: ID!)", '(id: $i, state: "ArrangingAdditionalPayment")', i=order
        )
        self._do(
            "addManualPaymentToOrder", "($i: ManualPaymentInput!)", "(input: $i)",
            i={"orderId": order, "method": "by hand", "transactionId": "M", "metadata": {}},
        )  # fmt: skip
        self._do("transitionOrderToState", "($i: ID!)", '(id: $i, state: "PaymentSettled")', i=order)

    def _do(self, name: str, declared: str, given: str, **variables: Any) -> Any:
        return self.shop.admin(
            f"mutation {declared} {{ {name}{given} {{ __typename {_ERROR} }} }}", **variables
        )
