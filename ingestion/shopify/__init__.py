"""Shopify, by its Admin GraphQL API."""
