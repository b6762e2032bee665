"""Words for people: counted things, suggestions for mistyped names, values as one types them."""

import ast
from collections.abc import Iterable
from difflib import get_close_matches
from math import inf
from typing import Any


def plural(number: int, thing: str) -> str:
    """A number of things: 1 row, 2,000 rows."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


SHOWN = 20  # names, before the list is cut short


def suggest(name: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest of the known names, or else all of them."""
    names = list(known)
    lower = {known.lower(): known for known in names}
    near = get_close_matches(name.lower(), lower, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {lower[near[0]]!r}?"
    more = f", … ({len(names)} in all)" if len(names) > SHOWN else ""
    return f"Known: {', '.join(names[:SHOWN])}{more}."


WORDS = {"true": True, "yes": True, "false": False, "no": False, "inf": inf, "-inf": -inf}


def read_value(text: str) -> Any:
    """The value that was typed: 3, 0.5, True or yes, None, inf, [1, 2], 'no' in quotes, or else the text itself."""
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def write_value(value: Any) -> str:
    """What to type for a value: the inverse of `read_value`."""
    return value if isinstance(value, str) and read_value(value) == value else repr(value)
