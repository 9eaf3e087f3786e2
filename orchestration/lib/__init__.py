"""Reusable parts: functions and classes only, never instances."""
