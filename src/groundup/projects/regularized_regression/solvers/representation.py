"""Which representation of the squared error suits the data, and what the user says of it."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np

from groundup.core.checks.parameters import Boolean, Instance, OneOf
from groundup.core.exceptions import warn
from groundup.core.linalg.cholesky import factor
from groundup.core.linalg.normal_equations import (
    MOST_SPARSE_COLUMNS,
    NormalEquations,
    normal_equations,
)
from groundup.core.linalg.single_precision import MAX_INFLATION, single_equations
from groundup.core.linalg.triangular_factor import TriangularFactor, by_qr
from groundup.core.optimize.penalties import Penalty
from groundup.core.rows import Samples, bytes_of_a_row
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers.quadratic import (
    ColumnQuadratic,
    GramQuadratic,
    Problem,
    SparseQuadratic,
)
from groundup.projects.regularized_regression.solvers.working_set import MIN_NEW_COLUMNS

TALL_RATIO = 4  # With at least 4 rows per column, G costs less than a few passes over the columns.
FEW = 1 / 3  # With a working set of up to this part of the columns, it costs less than the products of all columns.
LEAST_BYTES = 512  # Of a row; a shorter one has so few columns that reading it again costs more than all products.
PRECOMPUTE = Boolean() | OneOf(("auto",)) | Instance((np.ndarray, list, tuple), "an array of shape (d, d)")


def prepare_quadratic(rows: Samples, intercept: bool, precompute: Any, penalty: Penalty | None = None) -> Problem:
    """Return the representation that suits the shape of the data and, where it is known, the only penalty.

    Parameters
    ----------
    rows : Samples
        X, y of shape (n, t) and weights.
    intercept : bool
        Whether there is one.
    precompute : "auto", bool or array-like of shape (d, d)
        Whether to compute all products of columns, or these products.
    penalty : Penalty, optional
        The penalty of the only problem to be solved, by working sets: a strong one needs few columns.

    Raises
    ------
    ValueError
        For an array that is not XᵀX of the data; where X was to be centred, it is computed again, with a warning.
    """
    if stores_gram(rows, len(rows), precompute):
        if penalty is not None and precompute == "auto" and _may_need_few_columns(rows):
            columns = ColumnQuadratic(rows, intercept)
            wanted = int(np.count_nonzero(penalty.slope_size(columns.c) > penalty.l1))
            if min(wanted, MIN_NEW_COLUMNS) <= FEW * len(columns.c):
                return columns
        return gram_quadratic(_equations(rows, intercept), partial(by_qr, rows, intercept))
    data = SparseQuadratic(rows, intercept) if rows.sparse else ColumnQuadratic(rows, intercept)
    if isinstance(precompute, (bool, str)):
        return data
    given = _given(np.asarray(precompute, dtype=np.float64), data)
    if given is None and not np.allclose(data.x_mean, 0):
        warn(
            "Gram matrix was provided but X was centered to fit intercept: recomputing Gram matrix. Centre X before "
            "its products are computed, or use precompute=True.",
            UserWarning,
        )
        return prepare_quadratic(rows, intercept, True)
    if given is None:
        raise ValueError(
            "Gram matrix passed as precompute did not pass validation: it is not XᵀX of these data, whose rows are to "
            "be multiplied by the square roots of sample weights of mean 1; or use precompute=True."
        )
    return given


def _may_need_few_columns(rows: Samples) -> bool:
    """Whether reading X once, to know how many columns are needed, is cheap in comparison with all products."""
    return not rows.sparse and rows.y.shape[1] == 1 and bytes_of_a_row(rows.X) >= LEAST_BYTES


def _equations(rows: Samples, intercept: bool) -> NormalEquations:
    """Normal equations, from float32 products if rows and pivots allow it."""
    if normal := single_equations(rows, intercept):
        with suppress(np.linalg.LinAlgError):
            if factor(normal.gram).inflation <= MAX_INFLATION:
                return normal
    return normal_equations(rows, intercept)


def precompute_for(precompute: Any, l1: float, rows: Samples) -> Any:
    """Return `precompute`, or True where no column is zero at the minimum, which then has a certificate."""
    n, d = rows.X.shape
    return True if l1 == 0 and n >= d and isinstance(precompute, (bool, str)) else precompute


def stores_gram(rows: Samples, n: int, precompute: Any) -> bool:
    """Return whether all products of columns are computed for n of the rows."""
    d = rows.X.shape[1]
    if isinstance(precompute, str):
        return n >= TALL_RATIO * d
    return precompute is True and not (rows.sparse and d > MOST_SPARSE_COLUMNS)


def gram_quadratic(normal: NormalEquations, triangle: Callable[[], TriangularFactor] | None = None) -> GramQuadratic:
    """Return the problem of normal equations, and of a triangle of the same data."""
    scale = normal.weight
    return GramQuadratic(
        normal.gram / scale, normal.product / scale, normal.total / scale, normal.x_mean, normal.y_mean, triangle
    )


def _given(gram: Array, data: ColumnQuadratic | SparseQuadratic) -> GramQuadratic | None:
    """The problem with the user's XᵀX, of which one column is checked; None where it is not that of the data."""
    n, d = data.X.shape
    if gram.shape != (d, d):
        raise ValueError(f"precompute must have shape ({d}, {d}), got {gram.shape}.")
    G = gram / n
    probe = int(np.abs(data.c).max(axis=1).argmax())
    column = data.column(probe)
    if not np.allclose(G[:, probe], column, rtol=1e-5, atol=1e-7 * np.abs(column).max()):
        return None
    return GramQuadratic(G, data.c, data.square, data.x_mean, data.y_mean)
