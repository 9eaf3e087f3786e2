"""The warehouse's marts beside the same computed by hand-written SQL: how much slower, and whether they agree."""
