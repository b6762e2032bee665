"""Solutions for a whole series of alphas, each beginning where the one before ended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.parameters import Boolean, Count, Each, Number, Positive, Rule, check_values, either
from groundup.core.exceptions import ConvergenceWarning, warn
from groundup.core.optimize.penalties import Penalty
from groundup.core.rows import Rows
from groundup.core.types import Array, ArrayLike
from groundup.projects.regularized_regression.solvers.lasso import measure
from groundup.projects.regularized_regression.solvers.point import Point, at
from groundup.projects.regularized_regression.solvers.quadratic import PRECOMPUTE, Problem, pose
from groundup.projects.regularized_regression.solvers.working_set import called_for, minimise_over, precision

AHEAD = 8  # alphas whose solutions are checked in one pass over the data
NO_ALPHA = 1e-15  # instead of zero, where every alpha makes all slopes zero
ALPHAS = either(Count, Each(Number(0)))
RULES: Mapping[str, Rule] = {
    "l1_ratio": Number(0, 1),
    "eps": Positive,
    "alphas": ALPHAS,
    "precompute": PRECOMPUTE,
    "return_n_iter": Boolean(),
    "positive": Boolean(),
    "tol": Number(0),
    "max_iter": Count,
}


def lasso_path(
    X: ArrayLike,
    y: ArrayLike,
    *,
    eps: float = 1e-3,
    alphas: Any = 100,
    precompute: Any = "auto",
    coef_init: ArrayLike = None,
    return_n_iter: bool = False,
    positive: bool = False,
    tol: float = 1e-4,
    max_iter: int = 1000,
) -> tuple[Array, ...]:
    """Lasso without an intercept for a series of alphas: `enet_path` with ``l1_ratio=1``, where all is explained.

    Returns
    -------
    alphas, coefs, dual_gaps and, if asked for, n_iters
        As of `enet_path`.
    """
    return enet_path(
        X,
        y,
        l1_ratio=1.0,
        eps=eps,
        alphas=alphas,
        precompute=precompute,
        coef_init=coef_init,
        return_n_iter=return_n_iter,
        positive=positive,
        tol=tol,
        max_iter=max_iter,
    )


def enet_path(
    X: ArrayLike,
    y: ArrayLike,
    *,
    l1_ratio: float = 0.5,
    eps: float = 1e-3,
    alphas: Any = 100,
    precompute: Any = "auto",
    coef_init: ArrayLike = None,
    return_n_iter: bool = False,
    positive: bool = False,
    tol: float = 1e-4,
    max_iter: int = 1000,
) -> tuple[Array, ...]:
    """Elastic net without an intercept for a series of alphas.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows are samples; centre the columns where the model is to have an intercept.
    y : array-like of shape (n,)
        Target; centre it likewise.
    l1_ratio : float, default=0.5
        Part of the penalty that makes coefficients exactly zero.
    eps : float, default=1e-3
        The last alpha relative to the first, at which all slopes are zero.
    alphas : int or array-like, default=100
        How many in a geometric series; or the alphas themselves, which are sorted.
    precompute : "auto", bool or array-like of shape (d, d), default="auto"
        Whether to compute all products of columns, or these products.
    coef_init : array-like of shape (d,), optional
        Slopes to begin with.
    return_n_iter : bool, default=False
        Whether to return the numbers of iterations as well.
    positive : bool, default=False
        Whether slopes must be non-negative.
    tol : float, default=1e-4
        Largest duality gap, relative to the mean square of `y`.
    max_iter : int, default=1000
        Most working sets for an alpha.

    Returns
    -------
    alphas : ndarray of shape (n_alphas,)
        Falling.
    coefs : ndarray of shape (d, n_alphas)
        Slopes for each.
    dual_gaps : ndarray of shape (n_alphas,)
        By how much each objective can exceed its minimum, at most.
    n_iters : ndarray of int of shape (n_alphas,)
        Working sets solved for each; only with `return_n_iter`.

    Raises
    ------
    InvalidParameterError
        For a parameter that is not allowed.
    TypeError, ValueError
        For data that are not numbers, of the wrong shape, missing or infinite; for ``l1_ratio=0`` without alphas.
    """
    check_values("enet_path", RULES, locals())
    matrix = inputs.as_matrix(X, owner="enet_path")
    target = inputs.as_target(y, len(matrix), owner="enet_path")
    if target.ndim != 1:
        raise ValueError(f"enet_path takes one target, y of shape (n,), got {target.shape}; call it for each column.")
    problem = pose(Rows(matrix, target[:, None], None), False, precompute)
    series = alpha_series(problem, 0, alphas, l1_ratio, eps, positive)
    w = np.zeros(matrix.shape[1]) if coef_init is None else np.array(coef_init, dtype=np.float64)
    if w.shape != (matrix.shape[1],) or (positive and (w < 0).any()):
        raise ValueError(f"coef_init must be {matrix.shape[1]} slopes, and none negative with positive=True.")
    states = list(follow(problem, penalties_of(series, l1_ratio, positive), 0, tol, max_iter, w))
    if not all(state.converged for state in states):
        warn(
            f"enet_path: {sum(not state.converged for state in states)} of {len(states)} solutions have a duality gap "
            "above tol: increase max_iter or tol, or leave out the smallest alphas.",
            ConvergenceWarning,
        )
    coefs = np.stack([state.coef for state in states], axis=1).astype(matrix.dtype)
    found = (series, coefs, np.array([state.gap for state in states]))
    return (*found, np.array([state.rounds for state in states])) if return_n_iter else found


@dataclass(frozen=True)
class PathState:
    """The solution for one alpha.

    Parameters
    ----------
    iteration : int
        Place of the alpha in the series.
    coef : ndarray of shape (d,)
        Slopes.
    objective, gap : float
        Penalised squared error, and its duality gap.
    rounds : int
        How many working sets were solved for.
    converged : bool
        Whether the gap is small enough.
    """

    iteration: int
    coef: Array
    objective: float
    gap: float
    rounds: int
    converged: bool


def follow(
    problem: Problem, penalties: Sequence[Penalty], target: int, tol: float, max_iter: int, w: Array
) -> Iterator[PathState]:
    """One state for each of `penalties`, beginning at `w`; sorted from strong to weak this costs least.

    All columns that were ever called for stay in the working set. Several solutions on it are found one after another
    and checked together: one matrix product reads the data once.
    """
    point, index = at(problem, w, target), np.flatnonzero(w)
    allowed = tol * problem.square[target]
    place, rounds, ahead = 0, 0, AHEAD
    last = before = (np.inf, w)  # the last two alphas (or what stands for them), and their solutions
    while place < len(penalties):
        group = penalties[place : place + ahead]
        wanted, _ = called_for(group[-1], point.w, point.slope)
        index = np.concatenate([index, np.setdiff1d(wanted, index)])  # in the order of being taken, as the products are
        solutions = [before, last]
        for penalty in group:
            strength = penalty.l1 + penalty.l2
            w = onward(solutions[-2], solutions[-1], strength)
            w = minimise_over(problem, penalty, target, w, index, precision(problem, target, w, allowed))
            solutions.append((strength, w))
        W = np.stack([w for _, w in solutions[2:]], axis=1)
        slopes, squares = problem.slope(W, target)
        rounds, accepted = rounds + 1, 0
        for k, penalty in enumerate(group):
            point, before, last = Point(W[:, k], slopes[:, k], float(squares[k])), *solutions[k + 1 : k + 3]
            objective, excess = measure(problem, penalty, point)
            if excess > allowed and rounds < max_iter:
                break
            yield PathState(place, point.w, objective, excess, rounds, bool(excess <= allowed))
            place, rounds, accepted = place + 1, 1, accepted + 1  # all were solved for in this round
        rounds = 0 if accepted == len(group) else rounds
        ahead = min(AHEAD, 2 * accepted) if accepted == len(group) else max(1, accepted)


def onward(before: tuple[float, Array], last: tuple[float, Array], strength: float) -> Array:
    """Where the path leads from its last two points: straight on, but no further than to zero.

    Parameters
    ----------
    before, last : (float, ndarray of shape (d,))
        An alpha and its solution.
    strength : float
        The next alpha.
    """
    (a, v), (b, w) = before, last
    if not a > b:
        return w
    moved = w + (b - strength) / (a - b) * (w - v)
    return np.where(moved * w > 0, moved, 0.0)


def alpha_series(problem: Problem, target: int, alphas: Any, l1_ratio: float, eps: float, positive: bool) -> Array:
    """Falling alphas: those given, or `alphas` in a geometric series from the smallest that makes all slopes zero.

    Raises
    ------
    ValueError
        For a number of alphas with ``l1_ratio=0``: no alpha makes all slopes zero.
    """
    if not isinstance(alphas, Integral):
        return np.sort(np.asarray(alphas, dtype=np.float64))[::-1]
    if l1_ratio == 0:
        raise ValueError("l1_ratio=0 has no smallest alpha that makes all slopes zero: give the alphas as an array.")
    strongest = Penalty(positive=positive).pull(problem.c[:, target]).max()
    largest = float(strongest) / l1_ratio  # eq. regularized_regression:alpha-max
    if largest <= NO_ALPHA:
        return np.full(int(alphas), NO_ALPHA)
    return np.geomspace(largest, largest * eps, int(alphas))


def penalties_of(alphas: Any, l1_ratio: float, positive: bool) -> list[Penalty]:
    """The elastic net's penalty for every alpha."""
    return [Penalty(alpha * l1_ratio, alpha * (1 - l1_ratio), positive) for alpha in np.asarray(alphas).tolist()]
