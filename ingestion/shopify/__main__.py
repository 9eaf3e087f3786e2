"""`python -m ingestion.shopify`."""

from ingestion.alone import main

main("shopify")
