"""`python -m ingestion.demo`."""

from ingestion.alone import main

main("demo")
