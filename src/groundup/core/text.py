"""Text for messages: plurals, suggestions of names, and typed values."""

import ast
from collections.abc import Iterable
from difflib import get_close_matches
from math import inf
from typing import Any


def plural(number: int, thing: str) -> str:
    """Return a number with its noun in singular or plural: 1 row, 2,000 rows."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


SHOWN = 20  # A message lists at most this many known names.


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a sentence with the most similar known name, or with all of them."""
    names = list(known)
    lower = {known.lower(): known for known in names}
    near = get_close_matches(name.lower(), lower, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {lower[near[0]]!r}?"
    more = f", … ({len(names)} in all)" if len(names) > SHOWN else ""
    return f"Known: {', '.join(names[:SHOWN])}{more}."


WORDS = {"true": True, "yes": True, "false": False, "no": False, "inf": inf, "-inf": -inf}


def read_value(text: str) -> Any:
    """Parse a typed value.

    Numbers, True or yes, None, inf, [1, 2] and quoted text are recognised; all else is text.
    """
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def write_value(value: Any) -> str:
    """Return the text to type for a value: the inverse of `read_value`."""
    return value if isinstance(value, str) and read_value(value) == value else repr(value)


def remedies(*known: str, solver: str) -> str:
    """Return what may help a fit that has not converged: `known`, and the default solver where it is another one.

    Examples
    --------
    >>> remedies("increase max_iter", "raise tol", solver="auto")
    'increase max_iter, or raise tol'
    """
    others = known if solver == "auto" else (*known, "use solver='auto'")
    return f"{', '.join(others[:-1])}, or {others[-1]}"
