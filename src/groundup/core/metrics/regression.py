"""Metrics of numeric predictions."""

import numpy as np

from groundup.core.checks.inputs import as_target, as_weight
from groundup.core.types import Array, ArrayLike


def mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike = None) -> float:
    """Return the weighted mean squared error, averaged over targets.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, n_targets)
        Targets and predictions.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        Error in the squared unit of y.

    Raises
    ------
    TypeError
        For data that are not numbers.
    ValueError
        For different shapes, no rows, and missing or infinite entries.
    """
    return float(_mean_squares(y_true, y_pred, sample_weight).mean())


def root_mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike = None) -> float:
    """Return the root of the weighted mean squared error, averaged over targets.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array-like
        As of `mean_squared_error`.

    Returns
    -------
    float
        Error in the unit of y.

    Raises
    ------
    TypeError, ValueError
        As `mean_squared_error`.
    """
    return float(np.sqrt(_mean_squares(y_true, y_pred, sample_weight)).mean())


def mean_absolute_error(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike = None) -> float:
    """Return the weighted mean absolute error, averaged over targets.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array-like
        As of `mean_squared_error`.

    Returns
    -------
    float
        Error in the unit of y.

    Raises
    ------
    TypeError, ValueError
        As `mean_squared_error`.
    """
    true, predicted, weight = _aligned(y_true, y_pred, sample_weight)
    return float(np.average(np.abs(true - predicted), axis=0, weights=weight).mean())


def r2_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike = None) -> float:
    """Return R² = 1 − residual / total sum of squares, averaged over targets.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, n_targets)
        Targets and predictions.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows.

    Returns
    -------
    float
        1 is perfect, 0 no better than the mean. A constant target scores 1 when it is met exactly, else 0.

    Raises
    ------
    TypeError
        For data that are not numbers.
    ValueError
        For different shapes, no rows, and missing or infinite entries.
    """
    true, predicted, weight = _aligned(y_true, y_pred, sample_weight)
    return _explained(true, np.average((true - predicted) ** 2, axis=0, weights=weight), weight)


def explained_variance_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike = None) -> float:
    """Return 1 − variance of the errors / variance of the targets, averaged over targets.

    Unlike R², it forgives a constant error.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array-like
        As of `r2_score`.

    Returns
    -------
    float
        1 is perfect up to a constant, 0 no better than any constant.

    Raises
    ------
    TypeError, ValueError
        As `r2_score`.
    """
    true, predicted, weight = _aligned(y_true, y_pred, sample_weight)
    return _explained(true, _variance(true - predicted, weight), weight)


def _explained(true: Array, left: Array, weight: Array | None) -> float:
    """Return the share of the targets' variance that is not left, averaged over targets."""
    total = _variance(true, weight)
    constant = np.where(left == 0, 1.0, 0.0)
    return float(np.where(total > 0, 1 - left / np.where(total > 0, total, 1), constant).mean())


def _variance(values: Array, weight: Array | None) -> Array:
    return np.asarray(np.average((values - np.average(values, axis=0, weights=weight)) ** 2, axis=0, weights=weight))


def _aligned(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike) -> tuple[Array, Array, Array | None]:
    true, predicted = (
        as_target(y, None, name=name, owner="the score") for name, y in (("y_true", y_true), ("y_pred", y_pred))
    )
    n = len(true)
    if n != len(predicted) or true.size != predicted.size:
        raise ValueError(
            f"y_true and y_pred must have the same shape, got {true.shape} and {predicted.shape}: "
            "inconsistent numbers of samples or targets."
        )
    true, predicted, weight = true.reshape(n, -1), predicted.reshape(n, -1), as_weight(sample_weight, n)
    if weight is None or weight.all():
        return true, predicted, weight
    present = weight > 0  # entries of the other rows may be anything, and their squares overflow
    return true[present], predicted[present], weight[present]


def _mean_squares(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike) -> Array:
    """Weighted mean squared error of each target."""
    true, predicted, weight = _aligned(y_true, y_pred, sample_weight)
    return np.asarray(np.average((true - predicted) ** 2, axis=0, weights=weight))
