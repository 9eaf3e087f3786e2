"""`python -m ingestion.files`."""

from ingestion.alone import main

main("files")
