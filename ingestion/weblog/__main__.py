"""`python -m ingestion.weblog`."""

from ingestion.alone import main

main("weblog")
