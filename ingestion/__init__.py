"""Gets data in: the configuration, the sources, and the raw layer. Knows nothing of what runs it."""
