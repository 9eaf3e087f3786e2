"""Sources of type `rest`: any JSON API, by configuration only."""
