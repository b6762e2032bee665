"""Permutation importance: how much worse a model scores if the entries of one column are shuffled."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from groundup.core.checks.inputs import refuse_sparse
from groundup.core.checks.parameters import Count, Jobs, OneOf, RandomState, Rule, Share, check_values
from groundup.core.inspection.bunch import Bunch
from groundup.core.inspection.table import as_table, permute_column, taken
from groundup.core.metrics.scorers import SCORERS
from groundup.core.types import Array, ArrayLike, Seed

RULES: Mapping[str, Rule] = {
    "n_repeats": Count,
    "n_jobs": Jobs,
    "random_state": RandomState,
    "max_samples": Count | Share(),
}
Scoring = str | Callable[..., Any] | Sequence[str] | Mapping[str, Any] | None


def permutation_importance(
    estimator: Any,
    X: ArrayLike,
    y: ArrayLike,
    *,
    scoring: Scoring = None,
    n_repeats: int = 5,
    n_jobs: int | None = None,
    random_state: Seed = None,
    sample_weight: ArrayLike = None,
    max_samples: float = 1.0,
) -> Any:
    """Return by how much the score of a fitted model falls if the entries of one column are shuffled.

    Parameters
    ----------
    estimator : object
        A fitted model.
    X : array-like or data frame of shape (n, d)
        Rows; those that the model has not learned from tell more.
    y : array-like of shape (n,) or None
        Their targets.
    scoring : str, callable, list of str or dict, optional
        Name of a score, a function of model, X and y, or several of them; by default the score of the model.
    n_repeats : int, default=5
        How often each column is shuffled.
    n_jobs : int, optional
        Ignored: there is one process.
    random_state : int, Generator, RandomState or None, default=None
        Source of all random numbers; an integer makes the answer repeatable, and that of scikit-learn.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows in the score.
    max_samples : int or float, default=1.0
        Number or share of the rows, drawn at random, that are scored after shuffling.

    Returns
    -------
    Bunch or dict of Bunch
        ``importances`` of shape (d, n_repeats), and their ``importances_mean`` and ``importances_std`` of shape (d,);
        of several scores one for each name.

    Raises
    ------
    InvalidParameterError, TypeError, ValueError
        For arguments that are not allowed.
    """
    given = {"n_repeats": n_repeats, "n_jobs": n_jobs, "random_state": random_state, "max_samples": max_samples}
    check_values("permutation_importance", RULES, given)
    refuse_sparse(X, "X")
    table, scorer = as_table(X), _scorer(scoring)
    n, d = table.shape
    size = max_samples if isinstance(max_samples, int | np.integer) else int(max_samples * n)
    if size > n:
        raise ValueError("max_samples must be <= n_samples")
    weight = None if sample_weight is None else np.asarray(sample_weight)
    seed = _random_state(random_state).randint(2**31)
    baseline = _scores(scorer, estimator, table, y, weight)
    shuffled: dict[str, list[list[float]]] = {name: [] for name in baseline}
    for j in range(d):
        random = np.random.RandomState(
            seed
        )  # the same permutations for all columns, so that differences are less noisy
        rows = np.arange(n) if size == n else random.permutation(n)[:size]
        part, targets = taken(table, rows), y if y is None else np.asarray(y)[rows]
        weights, order = None if weight is None else weight[rows], np.arange(size)
        found = []
        for _ in range(n_repeats):
            random.shuffle(order)
            permute_column(part, j, order)
            found.append(_scores(scorer, estimator, part, targets, weights))
        for name, scores in shuffled.items():
            scores.append([one[name] for one in found])
    results = {name: _importances(baseline[name], np.array(scores)) for name, scores in shuffled.items()}
    return results.get(_ONLY, results)


_ONLY = ""  # name of a score that stands alone


def _importances(baseline: float, scores: Array) -> Bunch:
    falls = baseline - scores
    return Bunch(importances_mean=falls.mean(axis=1), importances_std=falls.std(axis=1), importances=falls)


def _scorer(scoring: Scoring) -> Callable[..., Any]:
    """Return a scorer by its name, or one that gives the scores of several by their names."""
    if scoring is None:
        return lambda model, *data, **weights: model.score(*data, **weights)
    if isinstance(scoring, str):
        check_values("permutation_importance", {"scoring": OneOf(tuple(SCORERS))}, {"scoring": scoring})
        return SCORERS[scoring]
    if callable(scoring):
        return scoring
    named = scoring if isinstance(scoring, Mapping) else {name: name for name in scoring}
    scorers = {name: _scorer(one) for name, one in named.items()}
    return lambda *data, **weights: {name: scorer(*data, **weights) for name, scorer in scorers.items()}


def _scores(scorer: Callable[..., Any], model: Any, X: Any, y: Any, weight: Array | None) -> Mapping[str, float]:
    found = scorer(model, X, y) if weight is None else scorer(model, X, y, sample_weight=weight)
    return found if isinstance(found, Mapping) else {_ONLY: found}


def _random_state(random_state: Seed) -> np.random.RandomState:
    """Return a RandomState, whose permutations scikit-learn takes."""
    if isinstance(random_state, np.random.RandomState):
        return random_state
    if isinstance(random_state, np.random.Generator):
        return np.random.RandomState(random_state.integers(2**32))
    return np.random.RandomState(random_state)
