"""Grids of entries of some columns, between quantiles of each or of its distinct entries."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from groundup.core.inspection.table import column, is_frame
from groundup.core.types import Array


def column_numbers(X: Any, features: Any) -> list[int]:
    """Return the numbers of columns that are given by numbers, by names of a data frame, or by a mask.

    Raises
    ------
    ValueError
        For columns that are not there.
    """
    given = np.atleast_1d(np.asarray(features))
    d = X.shape[1]
    if given.dtype.kind in "UO":
        if not is_frame(X):
            raise ValueError("Specifying the columns using strings is only supported for dataframes.")
        names, wanted = list(X.columns), given.ravel().tolist()
        if strange := [name for name in wanted if name not in names]:
            raise ValueError(f"Some column names are not columns of the dataframe: {strange}.")
        return [names.index(name) for name in wanted]
    if given.dtype.kind == "b":
        if given.size != d:
            raise ValueError(f"a mask of columns must have {d} entries, one for each column, and has {given.size}.")
        return np.flatnonzero(given).tolist()
    if (given < 0).any() or (given >= d).any():
        raise ValueError(f"all features must be in [0, {d - 1}]")
    return given.ravel().astype(int).tolist()


def number_of(feature: Any, names: Array | None) -> int:
    """Return the number of a column that is given by its number or its name.

    Raises
    ------
    ValueError
        For a name that is not there.
    """
    if not isinstance(feature, str):
        return int(feature)
    if names is None:
        raise ValueError(f"Cannot plot partial dependence for feature {feature!r} since the list of feature names was "
                         "not provided, neither as column names of a pandas data-frame nor via the feature_names "
                         "parameter.")  # fmt: skip
    if feature not in names:
        raise ValueError(f"Feature {feature!r} not in feature_names")
    return list(names).index(feature)


def categorical(X: Any, numbers: Sequence[int], wanted: Any, names: Array | None) -> list[bool]:
    """Return which of some columns hold categories: as `categorical_features` of `partial_dependence` says.

    Raises
    ------
    ValueError
        For a mask of another length, an empty list, and anything but masks, numbers and names.
    """
    if wanted is None:
        return [False] * len(numbers)
    given, d = np.asarray(wanted), X.shape[1]
    if given.size == 0:
        raise ValueError("Passing an empty list (`[]`) to `categorical_features` is not supported. Use `None` instead "
                         "to indicate that there are no categorical features.")  # fmt: skip
    if given.dtype.kind == "b":
        if given.size != d:
            raise ValueError("When `categorical_features` is a boolean array-like, the array should be of shape "
                             f"(n_features,). Got {given.size} elements while `X` contains {d} features.")  # fmt: skip
        return [bool(given[j]) for j in numbers]
    if given.dtype.kind not in "iOU":
        raise ValueError("Expected `categorical_features` to be an array-like of boolean, integer, or string. Got "
                         f"{given.dtype} instead.")  # fmt: skip
    found = {number_of(one, names) for one in given.tolist()}
    return [j in found for j in numbers]


def axes(
    X: Any, numbers: Sequence[int], is_category: Sequence[bool], percentiles: Any, resolution: int,
    custom: Mapping[int, Any],
) -> list[Array]:  # fmt: skip
    """Return the values of the grid for each of some columns.

    Raises
    ------
    ValueError
        For percentiles that are no two ascending shares or too close to each other, a resolution below 2, entries that
        cannot be sorted, and given values that are no lists.
    """
    if not hasattr(percentiles, "__len__") or len(percentiles) != 2:
        raise ValueError("'percentiles' must be a sequence of 2 elements.")
    if not all(0 <= share <= 1 for share in percentiles):
        raise ValueError("'percentiles' values must be in [0, 1].")
    if percentiles[0] >= percentiles[1]:
        raise ValueError("percentiles[0] must be strictly less than percentiles[1].")
    if resolution <= 1:
        raise ValueError("'grid_resolution' must be strictly greater than 1.")
    given = {j: np.asarray(one, object if any(isinstance(v, str) for v in one) else None) for j, one in custom.items()}
    if wrong := [f"Feature {j}: {one.ndim} dimensions" for j, one in given.items() if one.ndim != 1]:
        raise ValueError(f"The custom grid for some features is not a one-dimensional array. {', '.join(wrong)}")
    return [
        given[j] if j in given else _axis(column(X, j), j, share, percentiles, resolution)
        for j, share in zip(numbers, is_category, strict=True)
    ]


def _axis(entries: Array, j: int, category: bool, percentiles: Sequence[float], resolution: int) -> Array:
    try:
        distinct = np.unique(entries)
    except TypeError as error:
        raise ValueError(f"The column #{j} contains mixed data types. Finding unique categories fail due to sorting. "
                         "It usually means that the column contains `np.nan` values together with `str` categories."
                         ) from error  # fmt: skip
    if category or len(distinct) < resolution:
        return distinct
    low, high = quantiles(entries, np.asarray(percentiles))
    if np.allclose(low, high):
        raise ValueError("percentiles are too close to each other, unable to build the grid. Please choose percentiles "
                         "that are further apart.")  # fmt: skip
    return np.linspace(low, high, num=resolution)


def quantiles(entries: Array, shares: Array) -> Array:
    """Return quantiles of the entries that are there, approximately unbiased for any distribution (Cunnane's)."""
    known = np.sort(entries[~np.isnan(entries)].astype(np.float64))
    n = len(known)
    place = shares * n + 0.4 + 0.2 * shares
    below = np.floor(np.clip(place, 1, n - 1)).astype(int)
    part = np.clip(place - below, 0, 1)
    return (1 - part) * known[below - 1] + part * known[below]
