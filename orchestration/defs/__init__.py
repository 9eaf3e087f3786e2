"""What Dagster finds by itself: a folder for each part of the way of the data."""
