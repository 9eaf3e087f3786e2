"""Names shared with parts that must not import Dagster."""

REFRESH = "refresh"
"""The job of everything; the daily schedule runs it."""
LAND = "land"
"""The job of the raw tables and the landing gate."""
BUILD = "build"
"""The job of everything after them."""
