"""A large simulated shop as Parquet files, written day by day: for benchmarks, up to hundreds of millions of events."""
