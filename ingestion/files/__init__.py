"""Exports in a folder: CSV, TSV, JSON lines, Parquet and Excel, each file landed once per content."""
