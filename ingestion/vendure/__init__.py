"""Shops that run on Vendure 3, read through its GraphQL Admin API."""
