"""Help for a mistyped name."""

from collections.abc import Iterable
from difflib import get_close_matches

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
