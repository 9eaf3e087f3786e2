"""Names shared with parts that must not import Dagster."""

JOB = "refresh"
