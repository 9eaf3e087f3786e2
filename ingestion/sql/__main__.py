"""`python -m ingestion.sql`."""

from ingestion.alone import main

main("sql")
