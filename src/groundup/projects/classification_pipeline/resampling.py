"""How sure a score is and how good a search is: the bootstrap and nested cross-validation."""

from collections.abc import Callable, Sequence

import numpy as np

from groundup.core.types import Array
from groundup.projects.classification_pipeline.textbook import (
    accuracy_of_chosen,
    chosen,
    nearest_mean,
    stratified_folds,
)


def bootstrap(
    score: Callable[[Array, Array], float], y: Array, p: Array, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the ends of the interval that holds 95 % of the scores of rows drawn with replacement.

    A draw without one of the classes has no area and is drawn again.  eq. classification_pipeline:bootstrap

    Parameters
    ----------
    score : callable
        ``score(y, p)`` is a number.
    y : ndarray of int of shape (n,)
        Classes, 0 or 1; both occur.
    p : ndarray of shape (n,)
        Scores or probabilities of class 1.
    draws : int
        Number of draws.
    rng : numpy.random.Generator
        Source of the draws.
    """
    found: list[float] = []
    while len(found) < draws:
        rows = rng.integers(len(y), size=len(y))
        if 0 < y[rows].sum() < len(y):
            found.append(float(score(y[rows], p[rows])))
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def drawn_means(values: Array, rng: np.random.Generator, draws: int = 1000) -> tuple[float, float]:
    """Return the ends of the bootstrap interval of 95 % of a mean.  eq. classification_pipeline:bootstrap

    Parameters
    ----------
    values : ndarray of shape (n,)
        One number a row.
    rng : numpy.random.Generator
        Source of the draws.
    draws : int, default=1000
        Number of draws.
    """
    means = [values[rng.integers(len(values), size=len(values))].mean() for _ in range(draws)]
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def nested(X: Array, y: Array, sizes: Sequence[int], outer: Array, inner: int) -> float:
    """Return the accuracy on outer folds if the number of columns is chosen without each of them.

    eq. classification_pipeline:nested

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Rows.
    y : ndarray of int of shape (n,)
        Classes, 0 or 1.
    sizes : sequence of int
        Candidates: numbers of columns that the nearest class mean keeps.
    outer : ndarray of int of shape (n,)
        Outer fold of each row.
    inner : int
        Number of inner folds, dealt out among the rows outside each outer fold.
    """
    right = 0
    for f in np.unique(outer):
        fit, test = outer != f, outer == f
        folds = stratified_folds(y[fit], inner)
        scores = [accuracy_of_chosen(X[fit], y[fit], k, folds, False) for k in sizes]
        columns = chosen(X[fit], y[fit], sizes[int(np.argmax(scores))])
        predicted = nearest_mean(X[fit][:, columns], y[fit], X[test][:, columns])
        right += int((predicted == y[test]).sum())
    return right / len(y)
