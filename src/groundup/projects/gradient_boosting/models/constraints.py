"""scikit-learn's constraints of histogram trees, checked and as arrays: signs of columns, and groups of them."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from groundup.core.types import Array

FEW = 5  # Names that a message shows.


def monotonic_signs(monotonic_cst: Any, names: Array | None, is_categorical: Array, owner: str) -> Array | None:
    """Return 1 for each column with which predictions must not fall, -1 where they must not rise, 0 for the others.

    Parameters
    ----------
    monotonic_cst : array-like of shape (d,), mapping of str to int, or None
        Signs of all columns, or of some by their names.
    names : ndarray of str or None
        Names of the columns.
    is_categorical : ndarray of bool of shape (d,)
        Which columns hold categories.
    owner : str
        Name of the model in messages.

    Raises
    ------
    ValueError
        For other numbers or names, and for a column of categories, which has no order.
    """
    if monotonic_cst is None:
        return None
    d = len(is_categorical)
    if isinstance(monotonic_cst, Mapping):
        signs = _signs_by_name(monotonic_cst, names, owner)
    else:
        signs = np.asarray(monotonic_cst)
        if signs.shape != (d,):
            raise ValueError(f"monotonic_cst has shape {signs.shape} but the input data X has {d} features.")
        if not np.isin(signs, (-1, 0, 1)).all():
            seen = np.unique(signs).tolist()
            raise ValueError(f"monotonic_cst must be an array-like of -1, 0 or 1. Observed values: {seen}.")
    if ((signs != 0) & is_categorical).any():
        raise ValueError("Categorical features cannot have monotonic constraints.")
    return signs.astype(np.intp) if signs.any() else None


def _signs_by_name(wanted: Mapping[Any, Any], names: Array | None, owner: str) -> Array:
    if names is None:
        raise ValueError(
            f"{owner} was not fitted on data with feature names. Pass monotonic_cst as an integer array instead."
        )
    if strange := sorted(set(wanted) - set(names)):
        shown = strange[:FEW] + (["..."] if len(strange) > FEW else [])
        raise ValueError(f"monotonic_cst contains {len(strange)} unexpected feature names: {shown}.")
    for name, sign in wanted.items():
        if sign not in (-1, 0, 1):
            raise ValueError(f"monotonic_cst['{name}'] must be either -1, 0 or 1. Got {sign!r}.")
    return np.array([wanted.get(name, 0) for name in names])


def interaction_groups(interaction_cst: Any, d: int) -> Array | None:
    """Return which of d columns belong to each group, of shape (g, d); those in none are one more group.

    Parameters
    ----------
    interaction_cst : {"pairwise", "no_interactions"}, sequence of collections of int, or None
        The groups: the columns that split a branch are all in one of them.
    d : int
        Number of columns.

    Raises
    ------
    ValueError
        For anything else, and for numbers of no column.
    """
    if interaction_cst is None:
        return None
    if isinstance(interaction_cst, str):
        size = {"no_interactions": 1, "pairwise": 2}[interaction_cst]
        found = list(combinations(range(d), size))
    else:
        if not all(isinstance(group, (list, tuple, set, frozenset)) for group in interaction_cst):
            raise ValueError(
                f"Interaction constraints must be a sequence of tuples or lists, got: {interaction_cst!r}."
            )
        numbers = {number for group in interaction_cst for number in group}
        if strange := [n for n in numbers if not isinstance(n, (int, np.integer)) or not 0 <= n < d]:
            raise ValueError(
                "Interaction constraints must consist of integer indices in [0, n_features - 1] = "
                f"[0, {d - 1}], specifying the position of features, got invalid indices: {strange!r}."
            )
        rest = set(range(d)) - numbers
        found = [tuple(group) for group in interaction_cst] + ([tuple(rest)] if rest else [])
    groups = np.zeros((len(found), d), bool)
    for group, members in zip(groups, found, strict=True):
        group[list(members)] = True
    return groups
