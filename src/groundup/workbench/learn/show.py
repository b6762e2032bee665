"""Values as text that can be pasted into Python, short enough to be read."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.projects.common.exercise import Seed

ENTRIES = 60  # An array with more entries is shortened.
LONGEST = 800  # characters of one value
DIGITS = (6, 10, 17)  # More digits are shown where fewer do not tell two values apart.


def value(one: Any, digits: int = DIGITS[0]) -> str:
    """Return a value as text.

    Parameters
    ----------
    one : object
        Anything.
    digits : int
        Significant digits of numbers.

    Returns
    -------
    str
        A Python expression where the value is short.
    """
    try:
        text = _text(one, digits)
    except Exception as error:  # the learner's own class may fail here
        text = f"<{type(one).__name__}: it cannot be shown ({type(error).__name__})>"
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"


def _text(one: Any, digits: int) -> str:
    if isinstance(one, Seed):
        return f"np.random.default_rng({one.number})"
    if isinstance(one, np.ndarray):
        with np.printoptions(nanstr="np.nan", infstr="np.inf"):
            shown = np.array2string(
                one, max_line_width=100, precision=digits, threshold=ENTRIES, separator=", ", prefix="np.array("
            )
        dtype = f", dtype={one.dtype}" if one.dtype not in (np.float64, np.int64, np.bool_) else ""
        return f"np.array({shown}{dtype})" + (f"  # shape {one.shape}" if one.size > ENTRIES or not one.size else "")
    if isinstance(one, np.generic):
        one = one.item()
    if isinstance(one, float):
        return repr(float(f"{one:.{digits}g}"))
    if isinstance(one, str | bytes):
        return repr(one[:LONGEST])
    if isinstance(one, tuple | list):
        inner = ", ".join([*(_text(part, digits) for part in one[:ENTRIES]), *["…"] * (len(one) > ENTRIES)])
        return f"[{inner}]" if isinstance(one, list) else f"({inner}{',' if len(one) == 1 else ''})"
    if isinstance(one, dict):
        return "{" + ", ".join(f"{key!r}: {_text(part, digits)}" for key, part in one.items()) + "}"
    return getattr(one, "__name__", None) or repr(one)


def both(came: Any, right: Any) -> tuple[str, str]:
    """Return two values that differ, with as many digits as it takes to see it.

    Parameters
    ----------
    came, right : object
        Anything.

    Returns
    -------
    tuple of (str, str)
        Equal only where no number of digits tells them apart.
    """
    pair = value(came), value(right)
    for digits in DIGITS:
        pair = value(came, digits), value(right, digits)
        if pair[0] != pair[1]:
            break
    return pair


def arguments(names: Sequence[str], values: Sequence[Any]) -> dict[str, str]:
    """Return the arguments of a call as text, by name.

    Parameters
    ----------
    names : sequence of str
        Parameters of the function.
    values : sequence of object
        As many or fewer arguments.

    Returns
    -------
    dict of str to str
        In the order of the parameters.
    """
    return {name: value(one, DIGITS[-1]) for name, one in zip(names, values, strict=False)}
