"""Two ways in which a request can fail, told to the user without a traceback."""


class UsageError(Exception):
    """What was asked for does not exist or contradicts itself; the request has to be changed (exit code 2)."""


class RunError(Exception):
    """What was asked for could not be done, for example with this data (exit code 1)."""
