"""Training rows of a kernel machine, and what is done to rows and weights before its kernel sees them."""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from groundup.core.checks import inputs
from groundup.core.containers.csr import Csr
from groundup.core.exceptions import warn
from groundup.core.types import Array, ArrayLike
from groundup.projects.support_vector_machine.solvers.dual.kernel_rows import KernelRows


@dataclass(frozen=True, eq=False)
class Task:
    """Training rows of positive weight.

    Parameters
    ----------
    kernel : KernelRows
        The rows and their kernel.
    y : ndarray of shape (n,)
        Targets, or codes of classes; ones where there are none.
    weight : ndarray of shape (n,)
        Weights.
    row : ndarray of int of shape (n,)
        Their numbers among the rows that the user gave.
    shape : tuple of int
        Shape of what the user gave.
    origin : ndarray of shape (d,) or None
        Subtracted from the rows of a linear kernel.
    table, given : object
        The rows in the user's precision, and what the user gave for a kernel function.
    classes, class_weight : ndarray of shape (K,) or None
        Classes and their weights.
    """

    kernel: KernelRows
    y: Array
    weight: Array
    row: Array
    shape: tuple[int, ...]
    origin: Array | None
    table: Any
    given: Any
    classes: Array | None = None
    class_weight: Array | None = None

    def sizes(self, used: Array) -> Array | None:
        """Return the number of some rows in each class; None without classes."""
        return None if self.classes is None else np.bincount(self.y[used], minlength=len(self.classes))


def by_decision(coef: Array, sizes: Array | None) -> Array:
    """Return the coefficients of the support vectors in the decision function of each pair of classes, (q, v).

    A support vector takes part in the decisions between its class and the K − 1 others; `dual_coef_` has a line for
    each of these.

    Parameters
    ----------
    coef : ndarray of shape (K - 1, v)
        Coefficients of support vectors that are sorted by class; of a machine without classes, its decision functions.
    sizes : ndarray of int of shape (K,) or None
        Number of support vectors of each class.
    """
    if sizes is None or len(sizes) == 2:
        return coef
    end = np.cumsum(sizes)
    found = np.zeros((len(sizes) * (len(sizes) - 1) // 2, coef.shape[1]))
    for line, (first, second) in zip(found, combinations(range(len(sizes)), 2), strict=True):
        for one, other in ((first, second - 1), (second, first)):
            rows = slice(end[one] - sizes[one], end[one])
            line[rows] = coef[other, rows]
    return found


def without_negative(sample_weight: ArrayLike) -> ArrayLike:
    """Return weights without negative ones, whose rows are left out, as in scikit-learn, with a warning."""
    weight = np.asarray(sample_weight)
    if weight.dtype.kind not in "fi" or not ((weight < 0).any() and (weight > 0).any()):
        return sample_weight
    warn("Rows of negative weight are left out, like those of weight zero.", UserWarning)
    return np.maximum(weight, 0)


def require_range(rows: Any) -> None:
    """Raise ValueError where squares of entries leave the range of floats."""
    largest = float(np.abs(rows.data if isinstance(rows, Csr) else rows).max(initial=0.0))
    if largest > inputs.LARGEST:
        raise ValueError(
            f"The dual coefficients or intercepts are not finite: X has entries of size {largest:.3g}, whose squares "
            f"leave the range of double precision; scale them to below {inputs.LARGEST:g}."
        )


def in_double(rows: Any) -> Any:
    """Return rows in double precision."""
    if isinstance(rows, Csr):
        return rows if rows.dtype == np.float64 else replace(rows, data=rows.data.astype(np.float64))
    return np.ascontiguousarray(rows[:], np.float64)


def in_range(rows: Any, limit: float) -> Any:
    """Return rows whose entries are between −limit and limit: kernel values of others leave the range of floats."""
    if isinstance(rows, Csr):
        return replace(rows, data=np.clip(rows.data, -limit, limit))
    return np.clip(rows, -limit, limit)
