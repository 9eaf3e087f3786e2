"""Plausible faults, put into one model or macro after another, and which test sees each of them."""
