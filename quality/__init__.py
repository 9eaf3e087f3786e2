"""The two gates: which loads the warehouse reads, and whether what it made of them may be published.

Importing this package costs nothing: Great Expectations and pandas load only when a gate has something to judge.
"""
