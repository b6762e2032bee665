"""Whether a learner's value equals the textbook's, and in which respect it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

FLOATS, INTEGERS = "f", "iu"  # kinds of NumPy dtypes


@dataclass(frozen=True)
class Difference:
    """In which respect two values differ.

    Parameters
    ----------
    kind : {"type", "length", "shape", "dtype", "nan", "value"}
        The first of these that differs.
    words : str
        The difference as a clause without a subject: "has the shape (3, 1) instead of (3,)".
    part : tuple of int
        Where it is in tuples; empty for the value as a whole.
    """

    kind: str
    words: str
    part: tuple[int, ...] = ()


def difference(came: Any, right: Any, tolerance: float, part: tuple[int, ...] = ()) -> Difference | None:
    """Return the first difference of two values, or None where they are equal within the tolerance.

    Parameters
    ----------
    came, right : object
        Numbers, arrays, strings, None, or tuples of them.
    tolerance : float
        Largest difference of two numbers, relative to the larger of 1 and the size of the values in `right`.
    part : tuple of int
        Where the values are in the tuples that contain them.

    Returns
    -------
    Difference or None
        Types and shapes come before values.
    """
    if isinstance(right, tuple | list):
        return _of_tuples(came, right, tolerance, part)
    if isinstance(right, dict):
        return _of_dicts(came, right, tolerance, part)
    if isinstance(right, np.ndarray | np.generic | float | int | bool):
        return _of_arrays(came, right, tolerance, part)
    if type(came) is not type(right) or came != right:
        return Difference("type" if type(came) is not type(right) else "value", f"is {named(came)}", part)
    return None


def _of_tuples(came: Any, right: Any, tolerance: float, part: tuple[int, ...]) -> Difference | None:
    if not isinstance(came, tuple | list):
        return Difference("type", f"is {named(came)} instead of {len(right)} values", part)
    if len(came) != len(right):
        return Difference("length", f"has {len(came)} parts instead of {len(right)}", part)
    found = (difference(a, b, tolerance, (*part, k)) for k, (a, b) in enumerate(zip(came, right, strict=True)))
    return next((one for one in found if one is not None), None)


def _of_dicts(came: Any, right: dict[Any, Any], tolerance: float, part: tuple[int, ...]) -> Difference | None:
    if not isinstance(came, dict):
        return Difference("type", f"is {named(came)} instead of a dictionary", part)
    if set(came) != set(right):
        return Difference("length", f"has the keys {sorted(came, key=str)} instead of {sorted(right, key=str)}", part)
    return _of_tuples([came[key] for key in right], list(right.values()), tolerance, part)


def _of_arrays(came: Any, right: Any, tolerance: float, part: tuple[int, ...]) -> Difference | None:
    scalar = np.ndim(right) == 0
    if not isinstance(came, np.ndarray | np.generic | float | int | complex):
        return Difference("type", f"is {named(came)} instead of {'one number' if scalar else 'an array'}", part)
    a, b = np.asarray(came), np.asarray(right)
    if a.shape != b.shape:
        return Difference("shape", f"has the shape {a.shape} instead of {b.shape}", part)
    return _of_dtypes(a, b, scalar, part) or _of_numbers(a, b, tolerance, part)


def _of_dtypes(a: Any, b: Any, scalar: bool, part: tuple[int, ...]) -> Difference | None:
    if a.dtype.kind == b.dtype.kind and (a.dtype.kind != FLOATS or a.dtype.itemsize >= b.dtype.itemsize):
        return None
    if scalar and a.dtype.kind in "biuf" and a.dtype.itemsize >= 8:
        return None  # 0 is as good as 0.0, and 2.0 as good as 2
    if a.dtype.kind in INTEGERS and b.dtype.kind in INTEGERS:
        return None
    if a.dtype.kind == b.dtype.kind:
        return Difference("dtype", f"holds {a.dtype} numbers instead of {b.dtype}", part)
    return Difference("dtype", f"holds {_kind(a.dtype)} instead of {_kind(b.dtype)}", part)


def _of_numbers(a: Any, b: Any, tolerance: float, part: tuple[int, ...]) -> Difference | None:
    if b.dtype.kind not in "biuf":
        return None if np.array_equal(a, b) else Difference("value", "differs", part)
    a, b = np.asarray(a, float), np.asarray(b, float)
    if (np.isnan(a) > np.isnan(b)).any():
        return Difference("nan", "is nan (not a number)" if a.ndim == 0 else "contains nan (not a number)", part)
    finite = np.isfinite(b)
    scale = max(1.0, float(np.abs(b[finite]).max(initial=0.0)))
    with np.errstate(invalid="ignore"):
        distance = np.where(a == b, 0.0, np.abs(a - b))
    wrong = ~((distance <= tolerance * scale) | (np.isnan(a) & np.isnan(b)))
    if not wrong.any():
        return None
    place = np.unravel_index(np.argmax(np.where(wrong, np.nan_to_num(distance, nan=np.inf), -1.0)), b.shape)
    where = f" most at [{', '.join(map(str, place))}]" if a.ndim else ""
    return Difference("value", f"differs{where}: {a[place]:.10g} instead of {b[place]:.10g}", part)


def named(value: Any) -> str:
    """Return the kind of a value in words: "None", "an array of shape (3,)", "a list".

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    str
        With its article.
    """
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, bool | np.bool_):
        return f"{value}"
    if isinstance(value, int | float | complex | np.generic):
        return "one number"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    name = type(value).__name__
    return {"str": "text", "list": "a list", "dict": "a dictionary", "function": "a function"}.get(
        name, f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
    )


def _kind(dtype: Any) -> str:
    names = {"i": "integers", "u": "integers", "b": "booleans", "c": "complex numbers", "O": "Python objects"}
    return names.get(dtype.kind, "floats" if dtype.kind == FLOATS else f"{dtype} values")


def leaves(value: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Yield the arrays and numbers in nested tuples, with their places.

    Parameters
    ----------
    value : object
        Tuples of tuples of values, or one value.
    path : tuple of int
        Place of `value` itself.

    Yields
    ------
    tuple of (tuple of int, object)
        Place and value.
    """
    if isinstance(value, tuple | list):
        for k, one in enumerate(value):
            yield from leaves(one, (*path, k))
    else:
        yield path, value
