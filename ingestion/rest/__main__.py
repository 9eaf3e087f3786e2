"""`python -m ingestion.rest`."""

from ingestion.alone import main

main("rest")
