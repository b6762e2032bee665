"""Errors that a user can mend."""


class PipelineError(ValueError):
    """What was asked for cannot be done; the message says what to change."""
