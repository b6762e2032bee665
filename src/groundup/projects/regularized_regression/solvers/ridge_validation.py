"""How well ridge regression predicts rows that it has not seen, for every alpha: what cross-validation compares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundup.core.linalg.least_squares import by_qr
from groundup.core.linalg.normal_equations import centred, normal_equations
from groundup.core.linear.squared_error import Centre
from groundup.core.rows import Samples
from groundup.core.statistics.splits import splits
from groundup.core.types import Array
from groundup.projects.regularized_regression.solvers import leave_one_out
from groundup.projects.regularized_regression.solvers.spectrum import Spectrum, of_normal, of_triangle, products_suffice

Score = Callable[[Array, Array, float], Array]


def negative_error(errors: Array, total: Array, weight: float) -> Array:
    """Minus the mean of squared errors."""
    return -errors / weight


def r_squared(errors: Array, total: Array, weight: float) -> Array:
    """Coefficient of determination; a constant target scores 1 when it is met exactly, else 0."""
    return np.where(total > 0, 1 - errors / np.where(total > 0, total, 1), np.where(errors == 0, 1.0, 0.0))


SCORES: Mapping[str, Score] = {"neg_mean_squared_error": negative_error, "r2": r_squared}


@dataclass(frozen=True)
class Errors:
    """What leaving rows out has shown.

    Parameters
    ----------
    scores : ndarray of shape (a, t)
        Of each alpha and target; higher is better.
    of_rows : ndarray of shape (n, a, t), or None
        Weighted squared error of every row, where asked for.
    """

    scores: Array
    of_rows: Array | None


def by_leaving_one_out(
    rows: Samples, alphas: Array, intercept: bool, scoring: str | None, criterion: str, mode: str | None, store: bool
) -> Errors:
    """Each row is predicted from all the others, for all alphas from one factorisation.

    Parameters
    ----------
    rows : Samples
        Of X, y of shape (n, t) and weights.
    alphas : ndarray of shape (a,)
        Positive strengths of the penalty.
    intercept : bool
        Whether there is one; it is estimated anew without the row that is left out.
    scoring : str or None
        Among `SCORES`, weighted; None is minus the mean over the rows of weight times squared error.
    criterion : {"loo", "gcv"}
        Each row's own leverage, or the mean of all.
    mode : str or None
        "svd" for the singular values of the data, "eigen" for the eigenvalues of their products; else as need be.
    store : bool
        Whether to keep the errors of all rows.
    """
    X, y, weight = rows.X, rows.y, rows.weight
    n = len(X) if weight is None else int((weight > 0).sum())
    if n < 2:
        raise ValueError(f"leaving rows out one by one needs at least 2 rows of positive weight, got {n} sample.")
    route = _by_features if X.shape[1] < n else _by_rows
    errors, of_rows = route(rows, alphas, intercept, criterion == "gcv", mode, n, store)
    total, size = _spread(y, weight)
    scores = negative_error(errors, total, n) if scoring is None else SCORES[scoring](errors, total, size)
    return Errors(scores, of_rows)


def _by_features(
    rows: Samples, alphas: Array, intercept: bool, generalised: bool, mode: str | None, n: int, store: bool
) -> tuple[Array, Array | None]:
    """Sums of squared errors, and those of all rows if they are to be kept: block by block."""
    centre, spectrum = _spectrum(rows, intercept, float(alphas.min()), mode)
    model = leave_one_out.tall(spectrum, centre, alphas, intercept, generalised, n)
    if not store:
        return leave_one_out.sums(rows, model), None
    of_rows = rows.concatenate(leave_one_out.squared_errors, model)
    return of_rows.sum(0), of_rows


def _by_rows(
    rows: Samples, alphas: Array, intercept: bool, generalised: bool, mode: str | None, n: int, store: bool
) -> tuple[Array, Array | None]:
    """As `_by_features`, for fewer rows than columns; rows without weight would be directions of their own."""
    weight = rows.weight
    kept = slice(None) if weight is None else weight > 0
    root = np.ones(n) if weight is None else np.sqrt(weight[kept])
    data = centred(_part(rows, kept), intercept)
    of_rows = np.zeros((len(rows), len(alphas), data.y.shape[1]))
    of_rows[kept] = leave_one_out.wide(data, alphas, root, intercept, generalised, mode)
    return of_rows.sum(0), of_rows if store else None


def _spread(y: Any, weight: Array | None) -> tuple[Array, float]:
    """Total sums of squares of the targets about their means, and the sum of the weights."""
    share = np.ones(len(y)) if weight is None else weight
    return share @ (y - np.average(y, axis=0, weights=share)) ** 2, float(share.sum())


def _spectrum(rows: Samples, intercept: bool, smallest: float, mode: str | None) -> tuple[Centre, Spectrum]:
    """From cross-products, unless another way is asked for or needed for the smallest alpha."""
    if mode != "svd":
        normal = normal_equations(rows, intercept)
        spectrum = of_normal(normal)
        if mode == "eigen" or products_suffice(spectrum.squares, smallest):
            return normal, spectrum
    triangle = by_qr(rows, intercept)
    return triangle, of_triangle(triangle, len(rows))


def by_folds(rows: Samples, alphas: Array, intercept: bool, scoring: str | None, cv: Any) -> Errors:
    """Mean over the splits of the score of the test rows, by default R², for models of the training rows."""
    X, y = rows.X, rows.y
    score, found = SCORES[scoring or "r2"], []
    for train, test in splits(cv, X, y):
        centre, spectrum = _spectrum(_part(rows, train), intercept, float(alphas.min()), None)
        held_out, coef = _part(rows, test), spectrum.coef(alphas)
        errors = held_out.sum(_squared_errors, centre, coef)
        y_test, weight = held_out.y, held_out.weight
        found.append(score(errors, *_spread(y_test, weight)))
    return Errors(np.mean(found, axis=0), None)


def _part(rows: Samples, index: Any) -> Samples:
    """Some of the rows."""
    part = rows.take(index)
    if len(part) == 0 or part.total == 0:
        raise ValueError("cv: every split needs rows of positive weight to train with, and to test with.")
    return part


def _squared_errors(X: Array, y: Array, weight: Array | None, centre: Centre, coef: Array) -> Array:
    """Weighted sums of squared errors of a block, for each alpha and target."""
    m, (d, a, t) = len(X), coef.shape
    share = np.ones(m) if weight is None else weight
    fitted = ((X - centre.x_mean) @ coef.reshape(d, a * t)).reshape(m, a, t) + centre.y_mean
    errors: Array = np.einsum("m,mat->at", share, (y[:, None, :] - fitted) ** 2)
    return errors
