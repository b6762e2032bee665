"""What the attributes of a fitted model must be, checked when a model is saved and when it is loaded."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.estimator.parameters import Fitted
from groundup.core.storage import conforms


def check_contents(declared: Mapping[str, Fitted], found: Mapping[str, Any]) -> None:
    """Raise ValueError for a fitted attribute that is missing, or not what the class declares.

    Parameters
    ----------
    declared : mapping of str to Fitted
        What a fit sets.
    found : mapping of str to object
        What a model, or a file, has; attributes that are not declared are not looked at.
    """
    sizes = _sizes(declared, found)
    for name, attribute in declared.items():
        if name not in found:
            if attribute.required:
                raise ValueError(f"has no {name}.")
        elif wrong := _wrong(attribute, found[name], sizes):
            raise ValueError(f"has {name} {wrong}.")


def _sizes(declared: Mapping[str, Fitted], found: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the sizes that shapes are checked by: columns, classes, and scores of classes."""
    sizes: dict[str, int | None] = {}
    columns, classes = found.get("n_features_in_"), found.get("classes_")
    if isinstance(columns, int):
        sizes["d"] = columns
    if "classes_" in declared and isinstance(classes, np.ndarray):
        sizes["K"] = classes.size
        sizes["k"] = classes.size - (classes.size <= 2)  # one score for two classes, none for a single one
    return sizes


def _wrong(attribute: Fitted, value: Any, sizes: dict[str, int | None]) -> str:
    """Return what is wrong with the value of an attribute; "" for nothing."""
    value = value.item() if isinstance(value, np.generic) else value
    if not conforms(value, attribute.hint):
        return f"of type {type(value).__name__}"
    if isinstance(value, list) and all(isinstance(item, np.ndarray) for item in value):  # of different lengths
        return next((wrong for item in value if (wrong := _wrong(replace(attribute, hint=Any), item, sizes))), "")
    if isinstance(value, int) and value < 0:
        return "below zero"
    if isinstance(value, Csr):
        if attribute.shapes and not any(_fits(shape, value.shape, sizes) for shape in attribute.shapes):
            return f"of shape {value.shape}"
        return "" if np.isfinite(value.data).all() or not attribute.finite else "with entries that are not finite"
    if attribute.shapes and not isinstance(value, (np.ndarray, int, float)):
        return f"of type {type(value).__name__}"
    if isinstance(value, list):
        return next((wrong for item in value if (wrong := _wrong(replace(attribute, hint=Any), item, sizes))), "")
    array = np.asarray(value)
    if isinstance(value, np.ndarray) and array.dtype.kind not in attribute.kinds:
        return f"of type {array.dtype}"
    if attribute.shapes and not any(_fits(shape, array.shape, sizes) for shape in attribute.shapes):
        return f"of shape {array.shape}"
    if attribute.finite and array.dtype.kind == "f" and not (np.isfinite(array) | (array == attribute.infinite)).all():
        return "with entries that are not finite"
    if array.dtype == object and isinstance(value, np.ndarray):
        return "" if all(isinstance(item, (str, int, float)) for item in value.flat) else "with entries of other kinds"
    return ""


def _fits(shape: str, size_of: tuple[int, ...], sizes: dict[str, int | None]) -> bool:
    """Whether an array of some shape has a declared one; sizes that it tells first are kept for the other attributes.

    ``"K d"`` is classes by columns, ``"3 *"`` three by any number, and the ``t?`` of ``"t? d"`` is there for several
    targets and not for one.
    """
    found, told = list(size_of), dict(sizes)
    names = shape.split()
    for name in names:
        if name.endswith("?") and name not in told:
            told[name] = found[0] if len(found) == len(names) else None
    names = [name for name in names if told.get(name, 0) is not None]
    if len(names) != len(found) or any(name != "*" and size == 0 for name, size in zip(names, found, strict=True)):
        return False
    for name, size in zip(names, found, strict=True):
        if name != "*" and size != (int(name) if name.isdecimal() else told.setdefault(name, size)):
            return False
    sizes.update(told)
    return True
