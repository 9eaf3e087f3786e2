"""Google Analytics 4: the daily and intraday tables of its BigQuery export, as Parquet or JSON files."""
