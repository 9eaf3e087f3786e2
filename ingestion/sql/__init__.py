"""The SQL by which raw rows become entities: casts, the select of a configuration, and the two together."""
