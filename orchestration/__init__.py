"""Runs the whole way of the data: Dagster's definitions, the releases, and the `opsmart` command.

Holds no SQL logic and no names of models: what there is to build stands in dbt's manifest.
"""
