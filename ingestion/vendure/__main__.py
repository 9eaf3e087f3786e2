"""`python -m ingestion.vendure`."""

from ingestion.alone import main

main("vendure")
