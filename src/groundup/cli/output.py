"""What commands say: JSON, notes, errors, an opened browser."""

import sys
import warnings
from pathlib import Path
from typing import Any

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130  # Exit codes.


def print_json(content: Any) -> int:
    """Print JSON on standard output and return the exit code for success."""
    from groundup.workbench.report.record import to_json

    sys.stdout.write(to_json(content))
    return DONE


def open_in_browser(path: Path) -> None:
    """Open a file in the browser, or say that there is none."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        say(f"no browser was found; open {path} yourself")


def say(words: str) -> None:
    """Print a line on standard error."""
    print(f"groundup: {words}", file=sys.stderr)


def silent(*message: Any, **more: Any) -> None:
    """Say nothing."""


def note(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
    """Print a warning as a note; warnings that libraries address to programmers are left out."""
    if issubclass(category, UserWarning):
        say(f"note: {message}")


def complain(error: object, code: int) -> int:
    """Print an error and return its exit code."""
    say(f"{'' if code == INTERRUPTED else 'error: '}{error}")
    return code


def show_warnings(quiet: bool) -> None:
    """Print warnings as notes from here on, or not at all."""
    warnings.simplefilter("default")
    warnings.showwarning = silent if quiet else note
