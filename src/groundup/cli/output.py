"""What commands say: JSON, notes, errors, an opened browser."""

import re
import sys
import warnings
from pathlib import Path
from typing import Any, TextIO

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130  # Exit codes.


# What a terminal obeys instead of showing it, and what changes the direction of the text around it.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return text with its control characters as escapes: names from a file must not command the terminal."""
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def show(text: str, stream: TextIO | None = None, end: str = "\n") -> None:
    """Print lines on standard output, or on another stream; the one place where words from a file are printed."""
    print(printable(text), file=stream or sys.stdout, end=end, flush=True)


def print_json(content: Any) -> int:
    """Print JSON on standard output and return the exit code for success."""
    from groundup.workbench.report.record import to_json

    sys.stdout.write(CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", to_json(content)))
    return DONE


def open_in_browser(path: Path) -> None:
    """Open a file in the browser, or say that there is none."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        say(f"no browser was found; open {path} yourself")


def say(words: str) -> None:
    """Print a line on standard error."""
    show(f"groundup: {words}", sys.stderr)


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
