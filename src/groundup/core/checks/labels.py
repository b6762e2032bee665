"""Validation of class labels, and weights of classes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from groundup.core.checks.inputs import is_missing, refuse_sparse, require_finite, warn_of_column
from groundup.core.checks.parameters import Number
from groundup.core.types import Array, ArrayLike

Weight = Number(0)


def class_weighted(
    class_weight: Mapping[Any, float] | str | None, classes: Array, codes: Array, weight: Array | None
) -> Array | None:
    """Multiply the weights of the rows by those of their classes.  eq. logistic_regression:class-weight

    Parameters
    ----------
    class_weight : mapping of class to float, "balanced" or None
        Missing classes have weight one, and classes that do not occur play no part; "balanced" gives all classes the
        same total weight.
    classes : ndarray of shape (K,)
        The classes.
    codes : ndarray of int of shape (n,)
        Class of each row.
    weight : ndarray of shape (n,) or None
        Weights of the rows.

    Raises
    ------
    ValueError
        For a class that does not occur where one that does is missing, and for a weight that is not a number of at
        least zero.
    """
    if class_weight is None:
        return weight
    if isinstance(class_weight, str):
        factor = balanced_weights(codes, len(classes), weight)
    else:
        plain = classes.tolist()
        strange = [label for label in class_weight if label not in plain]
        missing = [label for label in plain if label not in class_weight]
        if strange and missing:  # the name of a class may be misspelt; else it is a class that these rows lack
            raise ValueError(
                f"class_weight has {strange[0]!r}, which is none of the classes {plain}, "
                f"and nothing for {missing[0]!r}."
            )
        for label, value in class_weight.items():
            if not Weight.allows(value):
                raise ValueError(f"class_weight[{label!r}]={value!r} must be {Weight}.")
        factor = np.array([float(class_weight.get(label, 1.0)) for label in plain])
    return factor[codes] if weight is None else factor[codes] * weight


def balanced_weights(codes: Array, K: int, weight: Array | None) -> Array:
    """Return weights of K classes, which all occur, that give them the same total weight."""
    size = np.bincount(codes, weights=weight)
    return np.asarray(size.sum() / (K * size))


def as_labels(y: ArrayLike, n: int, *, owner: str = "the estimator") -> Array:
    """Return validated classes: whole numbers, truth values or strings.

    Parameters
    ----------
    y : array-like of shape (n,)
        Class of each row. A single column of shape (n, 1) is accepted with a warning.
    n : int
        Number of rows of X.
    owner : str
        Name of the model in messages.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    TypeError
        For sparse matrices, and for classes that cannot be sorted (numbers among strings).
    ValueError
        For None, several columns, missing or infinite entries, fractions, and if the number of rows is not `n`.

    Warns
    -----
    DataConversionWarning
        For a single column.
    """
    if y is None:
        raise ValueError(f"{owner} requires y to be passed, but the target y is None")
    refuse_sparse(y, "y")
    array = np.asarray(y)
    if array.ndim == 2 and array.shape[1] == 1:
        warn_of_column()
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(f"y: bad input shape {array.shape}; it must be (n,), one class for each row of X.")
    if len(array) != n:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: [{n}, {len(array)}]. X and y must have as "
            "many rows as each other."
        )
    if array.dtype.kind == "O":
        array = _plain(array)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: y has dtype {array.dtype}.")
    if array.dtype.kind == "f":
        require_finite(array, "y")
        broken = array != np.round(array)
        if broken.any():
            row = int(broken.argmax())
            raise ValueError(
                f"Unknown label type: continuous. y must hold classes, but is {array[row]:g} at row {row}; "
                "bin it, or use a regressor."
            )
    return array


def require_classes(classes: Array, owner: str) -> None:
    """Raise ValueError unless there are at least two classes."""
    if len(classes) < 2:
        raise ValueError(
            f"{owner} needs rows of at least 2 classes, but there is only one class: {classes.tolist()[0]!r}."
        )


def _plain(labels: Array) -> Array:
    """Return an object array of labels as an array of strings or of numbers."""
    if all(isinstance(label, str) for label in labels):
        return labels
    for row, label in enumerate(labels):
        if is_missing(label):
            raise ValueError(f"Input y contains NaN or None at row {row}; every row needs a class.")
    if any(isinstance(label, str) for label in labels):
        raise TypeError("y mixes strings with other classes; use one kind, for example y = [str(c) for c in y].")
    return np.array(labels.tolist())
