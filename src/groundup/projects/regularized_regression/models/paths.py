"""Paths of solutions as functions: lasso, elastic net, least angle regression."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import (
    Boolean,
    Count,
    Number,
    OneOf,
    Positive,
    RandomState,
    Rule,
    Verbosity,
    check_values,
)
from groundup.core.constants import EPS
from groundup.core.exceptions import ConvergenceWarning, InvalidParameterError, warn
from groundup.core.optimize.penalties import GroupPenalty, Penalty
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.regularized_regression.models import multitask_lasso
from groundup.projects.regularized_regression.models.multitask_lasso import MultiTaskState
from groundup.projects.regularized_regression.solvers.lars import lars
from groundup.projects.regularized_regression.solvers.path import ALPHAS, PathState, alpha_series, follow, penalties_of
from groundup.projects.regularized_regression.solvers.representation import PRECOMPUTE, prepare_quadratic

PATH_RULES: Mapping[str, Rule] = {
    "l1_ratio": Number(0, 1),
    "eps": Positive,
    "alphas": ALPHAS,
    "precompute": PRECOMPUTE,
    "copy_X": Boolean(),
    "verbose": Verbosity,
    "return_n_iter": Boolean(),
    "positive": Boolean(),
    "check_input": Boolean(),
    "random_state": RandomState,
    "selection": OneOf(("cyclic", "random")),
    "tol": Number(0),
    "max_iter": Count,
}


def lasso_path(
    X: ArrayLike,
    y: ArrayLike,
    *,
    eps: float = 1e-3,
    n_alphas: int | None = None,
    alphas: Any = 100,
    precompute: Any = "auto",
    Xy: ArrayLike = None,
    copy_X: bool = True,
    coef_init: ArrayLike = None,
    verbose: int = False,
    return_n_iter: bool = False,
    positive: bool = False,
    check_input: bool = True,
    tol: float = 1e-4,
    max_iter: int = 1000,
    random_state: Seed = None,
    selection: str = "cyclic",
) -> tuple[Array, ...]:
    """Return lasso solutions without an intercept for a series of alphas.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows are samples; centre the columns if the model is to have an intercept.
    y : array-like of shape (n,) or (n, n_targets)
        Target, or several; centre them likewise.
    eps, n_alphas, alphas, precompute, coef_init, verbose, return_n_iter, positive, tol, max_iter : object
        As in `enet_path`, of which this is the case ``l1_ratio=1``.
    Xy, copy_X, check_input, random_state, selection : object
        Ignored, as in `enet_path`.

    Returns
    -------
    alphas, coefs, dual_gaps and, with `return_n_iter`, n_iters
        As from `enet_path`.

    Raises
    ------
    InvalidParameterError, TypeError, ValueError
        As `enet_path`.
    """
    return enet_path(
        X,
        y,
        l1_ratio=1.0,
        eps=eps,
        n_alphas=n_alphas,
        alphas=alphas,
        precompute=precompute,
        Xy=Xy,
        copy_X=copy_X,
        coef_init=coef_init,
        verbose=verbose,
        return_n_iter=return_n_iter,
        positive=positive,
        check_input=check_input,
        tol=tol,
        max_iter=max_iter,
        random_state=random_state,
        selection=selection,
    )


def enet_path(
    X: ArrayLike,
    y: ArrayLike,
    *,
    l1_ratio: float = 0.5,
    eps: float = 1e-3,
    n_alphas: int | None = None,
    alphas: Any = 100,
    precompute: Any = "auto",
    Xy: ArrayLike = None,
    copy_X: bool = True,
    coef_init: ArrayLike = None,
    verbose: int = False,
    return_n_iter: bool = False,
    positive: bool = False,
    check_input: bool = True,
    tol: float = 1e-4,
    max_iter: int = 1000,
    random_state: Seed = None,
    selection: str = "cyclic",
) -> tuple[Array, ...]:
    """Return elastic net solutions without an intercept for a series of alphas.

    Parameters
    ----------
    X : array-like or sparse matrix of shape (n, d)
        Rows are samples; centre the columns where the model is to have an intercept.
    y : array-like of shape (n,) or (n, n_targets)
        Target, or several, whose slopes share their zeros as in `MultiTaskElasticNet`; centre them likewise.
    l1_ratio : float, default=0.5
        Part of the penalty that makes coefficients exactly zero.
    eps : float, default=1e-3
        The last alpha relative to the first, at which all slopes are zero.
    n_alphas : int, optional
        The older name of a number of `alphas`.
    alphas : int or array-like, default=100
        How many in a geometric series; or the alphas themselves, which are sorted.
    precompute : "auto", bool or array-like of shape (d, d), default="auto"
        Whether to compute all products of columns, or these products.
    Xy : array-like, optional
        Ignored: ``Xᵀy`` is one product.
    copy_X, check_input : bool, default=True
        Ignored: X is never written to, and always looked at.
    coef_init : array-like of shape (d,) or (n_targets, d), optional
        Slopes to start with.
    verbose : bool or int, default=False
        Whether to print a line for each alpha.
    return_n_iter : bool, default=False
        Whether to return the numbers of iterations as well.
    positive : bool, default=False
        Whether slopes must be non-negative.
    tol : float, default=1e-4
        Largest duality gap, relative to the mean square of `y`.
    max_iter : int, default=1000
        Largest number of working sets for an alpha.
    random_state, selection : object
        Ignored: the minimum does not depend on the order of features.

    Returns
    -------
    alphas : ndarray of shape (n_alphas,)
        Falling.
    coefs : ndarray of shape (d, n_alphas) or (n_targets, d, n_alphas)
        Slopes for each.
    dual_gaps : ndarray of shape (n_alphas,)
        Bound of each objective above its minimum.
    n_iters : ndarray of int of shape (n_alphas,)
        Working sets solved for each; only with `return_n_iter`.

    Raises
    ------
    InvalidParameterError
        For a parameter that is not allowed.
    TypeError, ValueError
        For data that are not numbers, of the wrong shape, missing or infinite; for ``l1_ratio=0`` without alphas.
    """
    alphas = _number_or_series(alphas, n_alphas)
    check_values("enet_path", PATH_RULES, locals())
    matrix = Accepts(sparse=True).validated(X, "enet_path")
    target = inputs.as_target(y, len(matrix), owner="enet_path")
    if target.ndim > 1 and positive:
        raise ValueError(f"positive=True is not allowed for multi-output (y.ndim != 1): y has shape {target.shape}.")
    problem = prepare_quadratic(Samples(matrix, target.reshape(len(matrix), -1), None), False, precompute)
    W = starting_coefficients(coef_init, (*target.shape[1:], matrix.shape[1]), positive)
    states: Sequence[PathState] | Sequence[MultiTaskState]
    if target.ndim == 1:
        series = alpha_series(problem.c[:, 0], Penalty(positive=positive), alphas, l1_ratio, eps)
        states = path = list(follow(problem, penalties_of(series, l1_ratio, positive), 0, tol, max_iter, W))
        counts = [state.rounds for state in path]
    else:
        series = alpha_series(problem.c, GroupPenalty(), alphas, l1_ratio, eps)
        states = list(multitask_lasso.follow(problem, series, l1_ratio, tol, max_iter, W.T))
        counts = [state.iteration for state in states]
    if verbose:
        for k, alpha in enumerate(series):
            print(f"enet_path: alpha {alpha:.6g}, objective {states[k].objective:.6g}, gap {states[k].gap:.3g}")
    if not all(state.converged for state in states):
        warn(
            f"enet_path: {sum(not state.converged for state in states)} of {len(states)} solutions have a duality gap "
            "above tol: increase max_iter or tol, or leave out the smallest alphas.",
            ConvergenceWarning,
        )
    coefs = np.stack([state.coef.T for state in states], axis=-1).astype(matrix.dtype)
    found = (series, coefs, np.array([state.gap for state in states]))
    return (*found, np.array(counts)) if return_n_iter else found


def _number_or_series(alphas: Any, n_alphas: int | None) -> Any:
    """Return `alphas`, with its older spellings replaced."""
    if n_alphas is not None:
        warn("'n_alphas' was deprecated in 1.9 and will be removed in 1.11 of scikit-learn: use alphas.", FutureWarning)
        return n_alphas
    if alphas is None:
        warn("'alphas=None' is deprecated and will be removed in 1.11 of scikit-learn: use alphas=100.", FutureWarning)
        return 100
    return alphas


def starting_coefficients(coef_init: ArrayLike, shape: tuple[int, ...], positive: bool) -> Array:
    """Return the slopes to start with: zeros, or those that were given."""
    if coef_init is None:
        return np.zeros(shape)
    W = np.array(coef_init, dtype=np.float64)
    if W.shape != shape or (positive and (W < 0).any()):
        raise ValueError(
            f"coef_init must be {shape[-1]} slopes{' for each target' if len(shape) > 1 else ''}, of shape {shape}, "
            "and none negative with positive=True."
        )
    return W


LARS_RULES: Mapping[str, Rule] = {
    "Gram": OneOf((None,)) | PRECOMPUTE,
    "max_iter": Count,
    "alpha_min": Number(0),
    "method": OneOf(("lar", "lasso")),
    "copy_X": Boolean(),
    "copy_Gram": Boolean(),
    "eps": Number(0),
    "verbose": Verbosity,
    "return_path": Boolean(),
    "return_n_iter": Boolean(),
    "positive": Boolean(),
}


def lars_path(
    X: ArrayLike,
    y: ArrayLike,
    Xy: ArrayLike = None,
    *,
    Gram: Any = None,
    max_iter: int = 500,
    alpha_min: float = 0.0,
    method: str = "lar",
    copy_X: bool = True,
    eps: float = EPS,
    copy_Gram: bool = True,
    verbose: int = 0,
    return_path: bool = True,
    return_n_iter: bool = False,
    positive: bool = False,
) -> tuple[Any, ...]:
    """Return the knots of a path of least angle regression, or of the lasso.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Rows are samples; centre the columns where the model is to have an intercept.
    y : array-like of shape (n,)
        Target; centre it likewise.
    Xy : array-like, optional
        Ignored: ``Xᵀy`` is one product.
    Gram : None, "auto", bool or array-like of shape (d, d), default=None
        Whether to compute all products of columns, or these products; None computes those of active columns.
    max_iter : int, default=500
        Largest number of linear pieces.
    alpha_min : float, default=0
        Alpha at which the path ends.
    method : {"lar", "lasso"}, default="lar"
        With "lasso", a slope that reaches zero leaves the model.
    copy_X, copy_Gram : bool, default=True
        Ignored: neither is written to.
    eps : float, default=2.2e-16
        Ignored: dependent columns are told from independent ones by the rounding errors of their products.
    verbose : bool or int, default=0
        Whether to print a line for each piece.
    return_path : bool, default=True
        False returns the end only.
    return_n_iter : bool, default=False
        Whether to return the number of pieces as well.
    positive : bool, default=False
        Whether slopes must be non-negative (`method` must be "lasso").

    Returns
    -------
    alphas : ndarray of shape (n_knots,)
        Largest absolute correlations at the knots, divided by n, falling; a number without `return_path`.
    active : list of int
        Columns that are active at the end, in the order in which they joined.
    coefs : ndarray of shape (d, n_knots)
        Slopes at the knots, or of shape (d,) at the end; between knots they are linear in alpha.
    n_iter : int
        Only with `return_n_iter`.

    Raises
    ------
    InvalidParameterError
        For a parameter that is not allowed.
    TypeError, ValueError
        For data that are not numbers, of the wrong shape, missing or infinite.
    """
    check_values("lars_path", LARS_RULES, locals())
    if positive and method != "lasso":
        raise InvalidParameterError("lars_path: positive=True needs method='lasso': only there slopes can leave.")
    matrix = inputs.as_matrix(X, owner="lars_path")
    target = inputs.as_target(y, len(matrix), owner="lars_path")
    if target.ndim != 1:
        raise ValueError(f"lars_path takes one target, y of shape (n,), got {target.shape}.")
    problem = prepare_quadratic(Samples(matrix, target[:, None], None), False, False if Gram is None else Gram)
    knots = list(islice(lars(problem, 0, Penalty(positive=positive), method == "lasso", alpha_min), max_iter + 1))
    if verbose:
        for knot in knots:
            print(f"lars_path: alpha {knot.alpha:.6g}, columns {knot.active.tolist()}")
    end = knots[-1]
    alphas = np.array([knot.alpha for knot in knots]).astype(matrix.dtype)
    coefs = np.stack([knot.coef for knot in knots], axis=1).astype(matrix.dtype)
    found = (alphas, end.active.tolist(), coefs) if return_path else (alphas[-1], end.active.tolist(), coefs[:, -1])
    return (*found, end.iteration) if return_n_iter else found
