"""A data set: numbers, names, and what was done to get them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from groundup.core.types import Array


@dataclass(frozen=True)
class Dataset:
    """Rows to learn from, with what a reader needs to know about them.

    Parameters
    ----------
    name : str
        Short name, as in ``--data``.
    description : str
        One or two sentences: what a row is, where it is from.
    X : ndarray of shape (n, d)
        Rows are samples.
    y : ndarray of shape (n,) or (n, n_targets), optional
        Target; for clustering the true groups where they are known, used for scores only.
    feature_names : tuple of str
        Names of the columns of X, with units where there are any.
    target_name : str, optional
        Name of y.
    treatment : mapping of str to str
        What was done to each column of the user's table, in words.
    truth : mapping of str to object
        What a synthetic set was made from (coefficients, centres, noise), for figures and tests.
    """

    name: str
    description: str
    X: Array
    y: Array | None
    feature_names: tuple[str, ...]
    target_name: str | None = None
    treatment: Mapping[str, str] = field(default_factory=dict)
    truth: Mapping[str, Any] = field(default_factory=dict)
