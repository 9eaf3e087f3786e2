"""`python -m ingestion.ga4`."""

from ingestion.alone import main

main("ga4")
