"""How a run can end other than well; each has its exit code in the command line."""

from __future__ import annotations


class OpsmartError(Exception):
    """Something that a person can act on. The text is complete: what, where, and what to do."""


class UsageProblem(OpsmartError):
    """What was asked for cannot be done as asked."""


class RunFailed(OpsmartError):
    """A source, a model or the machine failed. Nothing was published."""


class GateRefused(OpsmartError):
    """A gate says no. Nothing was published."""


class PublishBlocked(OpsmartError):
    """The verdict allows it, but a person has pinned another release."""
