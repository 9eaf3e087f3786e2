"""The `opsmart` command: one small file for each of its commands.

Packages that take long to load are imported inside functions, so that help and small commands answer at once.
"""
