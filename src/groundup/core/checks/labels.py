"""Weights of classes, as weights of their rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from groundup.core.checks.parameters import Number
from groundup.core.types import Array

Weight = Number(0)


def class_weighted(
    class_weight: Mapping[Any, float] | str | None, classes: Array, codes: Array, weight: Array | None
) -> Array | None:
    """Weights of the rows times those of their classes.  eq. logistic_regression:class-weight

    Parameters
    ----------
    class_weight : mapping of class to float, "balanced" or None
        A class that is not named has weight one; "balanced" gives all classes the same weight in total.
    classes : ndarray of shape (K,)
        The classes.
    codes : ndarray of int of shape (n,)
        Class of each row.
    weight : ndarray of shape (n,) or None
        Weights of the rows.

    Raises
    ------
    ValueError
        For a class that is not there, and for a weight that is no number of at least zero.
    """
    if class_weight is None:
        return weight
    if isinstance(class_weight, str):
        size = np.bincount(codes, weights=weight)
        factor = size.sum() / (len(classes) * size)
    else:
        plain = classes.tolist()
        for label, value in class_weight.items():
            if label not in plain:
                raise ValueError(f"class_weight has {label!r}, which is none of the classes {plain}.")
            if not Weight.allows(value):
                raise ValueError(f"class_weight[{label!r}]={value!r} must be {Weight}.")
        factor = np.array([float(class_weight.get(label, 1.0)) for label in plain])
    return np.asarray(factor[codes] if weight is None else factor[codes] * weight)
