"""Partial dependence: what a model predicts on average if some columns are set to chosen values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from groundup.core.checks.inputs import as_weight
from groundup.core.checks.inputs import feature_names as column_names
from groundup.core.checks.parameters import OneOf, Rule, check_values
from groundup.core.exceptions import NotFittedError, recognized
from groundup.core.inspection.bunch import Bunch
from groundup.core.inspection.grid import axes, categorical, column_numbers
from groundup.core.inspection.table import as_table, set_column
from groundup.core.types import Array, ArrayLike

RULES: Mapping[str, Rule] = {
    "response_method": OneOf(("auto", "predict_proba", "decision_function")),
    "method": OneOf(("auto", "recursion", "brute")),
    "kind": OneOf(("average", "individual", "both")),
}


def partial_dependence(
    estimator: Any,
    X: ArrayLike,
    features: Any,
    *,
    sample_weight: ArrayLike = None,
    categorical_features: ArrayLike = None,
    feature_names: ArrayLike = None,
    response_method: Literal["auto", "predict_proba", "decision_function"] = "auto",
    percentiles: tuple[float, float] = (0.05, 0.95),
    grid_resolution: int = 100,
    custom_values: Mapping[Any, ArrayLike] | None = None,
    method: Literal["auto", "recursion", "brute"] = "auto",
    kind: Literal["average", "individual", "both"] = "average",
) -> Bunch:
    """Return what a model predicts on average if some columns are set to the values of a grid.

    Parameters
    ----------
    estimator : object
        A fitted classifier or regressor.
    X : array-like or data frame of shape (n, d)
        Rows, of which the grid is made, and over whose other columns is averaged.
    features : int, str, or array-like of int, str or bool
        The columns.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows in the average.
    categorical_features : array-like of bool, int or str, optional
        Columns of categories, whose grid is their distinct entries.
    feature_names : array-like of str of shape (d,), optional
        Names of the columns; those of a data frame by default.
    response_method : {"auto", "predict_proba", "decision_function"}, default="auto"
        What a classifier predicts; "auto" takes probabilities if there are any.
    percentiles : tuple of float, default=(0.05, 0.95)
        Shares of the rows below the ends of the grid.
    grid_resolution : int, default=100
        Number of values of the grid for each column with so many distinct entries.
    custom_values : mapping, optional
        Values of the grid for some of `features`.
    method : {"auto", "recursion", "brute"}, default="auto"
        "brute" predicts all rows for each value of the grid. "recursion", for sums of trees, averages along the paths
        by the training rows that took each branch, and gives scores of the trees alone; "auto" takes it if the average
        is wanted and there are no weights.
    kind : {"average", "individual", "both"}, default="average"
        Whether to return the average, the predictions for each row, or both.

    Returns
    -------
    Bunch
        ``average`` of shape (outputs, values of the first column, …), ``individual`` of shape (outputs, n, …), and
        ``grid_values``, the values of each column.

    Raises
    ------
    InvalidParameterError, TypeError, ValueError
        For arguments that are not allowed, or not together.
    NotFittedError
        For a model that has not been fitted.
    """
    check_values("partial_dependence", RULES, {"response_method": response_method, "method": method, "kind": kind})
    classifies = _classifies(estimator)
    if not classifies and response_method != "auto":
        raise ValueError("The response_method parameter is ignored for regressors and must be 'auto'.")
    along_paths = _along_paths(estimator, method, kind, response_method, sample_weight is not None)
    table = as_table(X)
    weight = as_weight(sample_weight, len(table))
    numbers = column_numbers(table, features)
    names = column_names(table) if feature_names is None else np.asarray(feature_names)
    chosen = [features] if isinstance(features, str | int) else list(features)
    wanted = custom_values or {}
    custom = {j: wanted[one] for j, one in zip(numbers, chosen, strict=False) if one in wanted}
    categories = categorical(table, numbers, categorical_features, names)
    values = axes(table, numbers, categories, percentiles, grid_resolution, custom)
    shape = tuple(len(axis) for axis in values)
    points = [axis[place] for axis, place in zip(values, np.indices(shape).reshape(len(shape), -1), strict=True)]
    found = Bunch(grid_values=values)
    if along_paths:
        scores = estimator.dependence_along_paths(np.stack(points, axis=1), np.array(numbers))
        return Bunch(average=scores.reshape(-1, *shape), **found)
    predictions = _predictions(_response(estimator, response_method), table, numbers, points)
    if kind != "individual":
        found["average"] = np.average(predictions, axis=1, weights=weight).reshape(-1, *shape)
    if kind != "average":
        found["individual"] = predictions.reshape(-1, len(table), *shape)
    return found


def _classifies(model: Any) -> bool:
    """Whether a fitted model predicts classes and not numbers."""
    if hasattr(model, "_require_fitted"):
        model._require_fitted()
    kind = model.kind if hasattr(model, "kind") else model.__sklearn_tags__().estimator_type
    if kind not in ("classifier", "regressor"):
        raise ValueError("'estimator' must be a fitted regressor or classifier.")
    if kind == "classifier" and not hasattr(model, "classes_"):
        raise recognized(NotFittedError)(f"This {type(model).__name__} instance is not fitted yet: call 'fit' first.")
    if kind == "classifier" and isinstance(model.classes_[0], np.ndarray):
        raise ValueError("Multiclass-multioutput estimators are not supported")
    return bool(kind == "classifier")


def _along_paths(model: Any, method: str, kind: str, response_method: str, weighted: bool) -> bool:
    """Whether to average along the paths of trees."""
    if method == "auto":
        asked = kind == "average" and response_method != "predict_proba" and not weighted
        return asked and getattr(model, "averages_along_paths", False)
    if method == "brute":
        return False
    if kind != "average":
        raise ValueError("The 'recursion' method only applies when 'kind' is set to 'average'")
    if weighted:
        raise ValueError("The 'recursion' method can only be applied when sample_weight is None.")
    if not hasattr(model, "dependence_along_paths"):
        raise ValueError(
            f"Only the following estimators support the 'recursion' method: sums of trees, and {type(model).__name__} "
            "is none. Try using method='brute'."
        )
    if response_method == "predict_proba":
        raise ValueError(
            "With the 'recursion' method, the response_method must be 'decision_function'. Got predict_proba."
        )
    return True


def _response(model: Any, method: str) -> Callable[[Any], Array]:
    """Return the function that predicts: numbers, scores or probabilities, of two classes those of the second."""
    if not _classifies(model):
        return lambda X: np.asarray(model.predict(X))
    names = ("predict_proba", "decision_function") if method == "auto" else (method,)
    name = next((name for name in names if hasattr(model, name)), None)
    if name is None:
        raise AttributeError(f"{type(model).__name__} has none of the following attributes: {', '.join(names)}.")

    def predicted(X: Any) -> Array:
        scores = np.asarray(getattr(model, name)(X))
        return scores[:, 1] if scores.ndim == 2 and scores.shape[1] == 2 else scores

    return predicted


def _predictions(
    predict: Callable[[Any], Array], table: Any, numbers: Sequence[int], points: Sequence[Array]
) -> Array:  # fmt: skip
    """Return the predictions for all rows with the values of each point of the grid, of shape (outputs, n, points)."""
    changed, found = table.copy(), []
    for point in zip(*points, strict=True):
        for j, value in zip(numbers, point, strict=True):
            set_column(changed, j, value)
        found.append(predict(changed).reshape(len(table), -1).T)
    return np.stack(found, axis=2)
