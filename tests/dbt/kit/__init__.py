"""A tiny warehouse for tests of the models: raw loads, accepted loads, dbt builds, comparisons of whole databases."""
