"""What is asked of each object of the Admin API, as GraphQL; `queries.py` makes whole queries of it.

Money is asked in the shop's currency only: what the buyer saw in theirs is converted by Shopify itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MONEY = "{ shopMoney { amount } }"
ALLOCATIONS = f"""discountAllocations {{
  allocatedAmountSet {MONEY}
  discountApplication {{
    index
    ... on DiscountCodeApplication {{ code }}
    ... on AutomaticDiscountApplication {{ title }}
    ... on ManualDiscountApplication {{ title }}
    ... on ScriptDiscountApplication {{ title }}
  }}
}}"""
TAXES = f"taxLines {{ priceSet {MONEY} }}"


@dataclass(frozen=True)
class Selection:
    """An object: its own fields, and its connections, each with what is asked of its nodes."""

    type: str
    fields: str
    connections: Mapping[str, Selection] = field(default_factory=dict)
    inner: int = 10
    """How many nodes of it are asked for at once where it stands inside another one; the rest is fetched after it."""


LINE = Selection(
    "LineItem",
    f"""id title variantTitle sku vendor quantity currentQuantity isGiftCard requiresShipping
variant {{ id }} product {{ id }}
originalUnitPriceSet {MONEY}
{ALLOCATIONS}
{TAXES}""",
    inner=8,
)

SHIPPING_LINE = Selection(
    "ShippingLine",
    f"id title isRemoved originalPriceSet {MONEY} discountedPriceSet {MONEY} {TAXES}",
    inner=1,
)

ORDER = Selection(
    "Order",
    f"""id name createdAt processedAt updatedAt cancelledAt test edited taxesIncluded
currencyCode presentmentCurrencyCode sourceName email phone
displayFinancialStatus displayFulfillmentStatus returnStatus
customer {{ id }}
shippingAddress {{ countryCodeV2 provinceCode }}
totalPriceSet {MONEY} currentTotalPriceSet {MONEY} totalTaxSet {MONEY} totalDiscountsSet {MONEY}
customerJourneySummary {{ lastVisit {{ utmParameters {{ source medium campaign content term }} }} }}
transactions {{ id kind status gateway createdAt processedAt amountSet {MONEY} fees {{ amount {{ amount }} }} }}
refunds {{ id }}
fulfillments {{ id }}""",
    {"lineItems": LINE, "shippingLines": SHIPPING_LINE},
)

# Refunds and fulfilments stand in lists of the order, and a bulk operation refuses a connection inside a list: their
# own connections are asked for afterwards, by id.
REFUND = Selection(
    "Refund",
    f"id processedAt updatedAt totalRefundedSet {MONEY}",
    {
        "refundLineItems": Selection(
            "RefundLineItem",
            f"id quantity restockType restocked lineItem {{ id sku title variant {{ id }} }} "
            f"subtotalSet {MONEY} totalTaxSet {MONEY}",
            inner=5,
        ),
        "refundShippingLines": Selection(
            "RefundShippingLine", f"id subtotalAmountSet {MONEY} taxAmountSet {MONEY}", inner=1
        ),
        "transactions": Selection("OrderTransaction", "id status", inner=3),
    },
)

FULFILLMENT = Selection(
    "Fulfillment",
    "id status createdAt updatedAt deliveredAt estimatedDeliveryAt location { id } trackingInfo { company }",
    {"fulfillmentLineItems": Selection("FulfillmentLineItem", "id quantity lineItem { id }", inner=8)},
)

PRODUCT = Selection(
    "Product",
    "id title vendor productType status createdAt updatedAt publishedAt isGiftCard category { name fullName }",
    {
        "variants": Selection(
            "ProductVariant",
            "id title sku barcode price compareAtPrice createdAt updatedAt inventoryItem { id }",
            inner=20,
        )
    },
)

INVENTORY = Selection(
    "InventoryItem",
    "id sku tracked updatedAt unitCost { amount currencyCode }",
    {
        "variants": Selection("ProductVariant", "id", inner=2),
        "inventoryLevels": Selection(
            "InventoryLevel",
            'id updatedAt location { id } quantities(names: ["on_hand", "committed", "incoming"]) '
            "{ name quantity }",
            inner=10,
        ),
    },
)

CUSTOMER = Selection(
    "Customer",
    """id createdAt updatedAt
defaultEmailAddress { emailAddress marketingState }
defaultPhoneNumber { phoneNumber }
defaultAddress { countryCodeV2 provinceCode city }""",
)

_VALUE = """customerGets { value {
    ... on DiscountPercentage { percentage }
    ... on DiscountAmount { amount { amount } }
  } }"""
_FROM = "minimumRequirement { ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } } }"
_COMMON = "title status startsAt endsAt updatedAt"
DISCOUNT = Selection(
    "DiscountNode",
    "id discount { __typename "
    + " ".join(
        f"... on {name} {{ {_COMMON} {more} }}"
        for name, more in [
            ("DiscountCodeBasic", f"{_VALUE} {_FROM} codesCount {{ count }}"),
            ("DiscountCodeBxgy", "codesCount { count }"),
            ("DiscountCodeFreeShipping", f"{_FROM} codesCount {{ count }}"),
            ("DiscountCodeApp", "codesCount { count }"),
            ("DiscountAutomaticBasic", f"{_VALUE} {_FROM}"),
            ("DiscountAutomaticBxgy", ""),
            ("DiscountAutomaticFreeShipping", _FROM),
            ("DiscountAutomaticApp", ""),
        ]
    )
    + " }",
)
