"""`python -m ingestion.woocommerce`."""

from ingestion.alone import main

main("woocommerce")
