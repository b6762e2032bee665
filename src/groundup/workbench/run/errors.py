"""Two ways in which a request can fail, shown to the user without a traceback."""

from pathlib import Path


class UsageError(Exception):
    """What was asked for does not exist or contradicts itself; the request has to be changed (exit code 2)."""


class RunError(Exception):
    """What was asked for could not be done, for example with this data (exit code 1)."""


def message_of(error: Exception) -> str:
    """Return what went wrong, without the error number or class that a programmer would ask for."""
    match error:
        case FileNotFoundError(filename=str() | Path() as name):
            return f"there is no file {name}"
        case OSError(filename=str() | Path() as name, strerror=str(reason)):
            return f"{name}: {reason[:1].lower()}{reason[1:]}"
        case OSError(strerror=str(reason)):
            return f"{reason[:1].lower()}{reason[1:]}"
    return str(error)
