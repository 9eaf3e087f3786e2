"""What is asked of the Admin API. Names and addresses of people are left out where nothing is made of them.

Each query takes `$options` (skip, take, sort, filter) and gives a list with `totalItems` and `items`.
"""

from __future__ import annotations

GREETING = """
query {
  activeChannel { code trackInventory }
  globalSettings { trackInventory serverConfig { moneyStrategyPrecision } }
}
"""
"""Anybody who is let in may ask this."""

LOGIN = """
mutation ($username: String!, $password: String!) {
  login(username: $username, password: $password) { __typename ... on ErrorResult { errorCode message } }
}
"""

ORDERS = """
query ($options: OrderListOptions, $changes: HistoryEntryListOptions) {
  orders(options: $options) {
    totalItems
    items {
      id code type state createdAt updatedAt orderPlacedAt currencyCode
      total totalWithTax shipping shippingWithTax
      customer { id emailAddress phoneNumber }
      shippingAddress { streetLine1 streetLine2 city postalCode province countryCode phoneNumber }
      channels { code }
      promotions { id }
      lines {
        id quantity orderPlacedQuantity
        unitPrice unitPriceWithTax proratedUnitPrice proratedUnitPriceWithTax
        linePrice proratedLinePrice proratedLinePriceWithTax
        productVariant { id }
        discounts { adjustmentSource type amount }
      }
      surcharges { id sku price priceWithTax }
      shippingLines {
        id discountedPrice discountedPriceWithTax
        discounts { adjustmentSource type amount amountWithTax }
      }
      payments {
        id createdAt updatedAt method state amount
        refunds {
          id createdAt updatedAt state total shipping adjustment reason
          lines { orderLineId quantity }
        }
      }
      fulfillments { id createdAt updatedAt state method lines { orderLineId quantity } }
      history(options: $changes) { totalItems items { type createdAt data } }
    }
  }
}
"""

HISTORY = """
query ($order: ID!, $changes: HistoryEntryListOptions) {
  order(id: $order) { history(options: $changes) { totalItems items { type createdAt data } } }
}
"""
"""The rest of a history that is longer than a page."""

CUSTOMERS = """
query ($options: CustomerListOptions) {
  customers(options: $options) {
    totalItems
    items {
      id createdAt updatedAt emailAddress phoneNumber
      addresses { country { code } province city defaultShippingAddress }
    }
  }
}
"""

PRODUCTS = """
query ($options: ProductListOptions) {
  products(options: $options) {
    totalItems
    items { id createdAt updatedAt name enabled facetValues { name facet { code } } }
  }
}
"""

VARIANTS = """
query ($options: ProductVariantListOptions) {
  productVariants(options: $options) {
    totalItems
    items {
      id productId createdAt updatedAt sku name enabled price currencyCode trackInventory
      stockLevels { stockLocationId stockOnHand stockAllocated }
    }
  }
}
"""

PROMOTIONS = """
query ($options: PromotionListOptions) {
  promotions(options: $options) {
    totalItems
    items {
      id createdAt updatedAt name enabled startsAt endsAt couponCode usageLimit
      conditions { code args { name value } }
      actions { code args { name value } }
    }
  }
}
"""
