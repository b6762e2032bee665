"""Ridge regression: validation of the data, choice of a solver, certificate."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, Each, Number, OneOf, RandomState
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.linalg.translation import Origin
from groundup.core.linear.regressor import LinearRegressor, state_about_zero
from groundup.core.rows import Samples
from groundup.core.text import remedies
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.regularized_regression.certificate import certify_nonnegative_ridge, certify_ridge
from groundup.projects.regularized_regression.solvers import ridge, ridge_nonnegative
from groundup.projects.regularized_regression.solvers.ridge import RidgeProblem, RidgeState
from groundup.projects.regularized_regression.solvers.ridge_nonnegative import PositiveProblem

DirectSolver = Literal["auto", "cholesky", "svd"]
DescentSolver = Literal["cg", "gd"]
SolverAlias = Literal["lsqr", "sparse_cg", "sag", "saga", "lbfgs"]
DIRECT, DESCENT = get_args(DirectSolver), get_args(DescentSolver)
MAX_ITER = 1000  # Steps of a descent unless max_iter is given.
# scikit-learn's names of solvers for the same minimum.
ALIASES: Mapping[SolverAlias, DirectSolver | DescentSolver] = {
    "lsqr": "cg",
    "sparse_cg": "cg",
    "sag": "cg",
    "saga": "cg",
    "lbfgs": "auto",
}


@dataclass(frozen=True)
class RidgeData:
    """A problem, which the first iteration factorises, and the form of the data."""

    factorize: Callable[[], RidgeProblem | PositiveProblem]
    flat: bool  # y was one-dimensional
    dtype: Any
    origin: Origin | None  # from which the rows of the problem are measured

    @cached_property
    def problem(self) -> RidgeProblem | PositiveProblem:
        """The factorised problem."""
        return self.factorize()


class Ridge(LinearRegressor):
    """Least squares with a penalty on the squares of the coefficients.

    It minimises ``‖y − Xw − b‖² + alpha ‖w‖²``.

    The intercept b is never penalised. With weights, squares are summed with these.

    Parameters
    ----------
    alpha : float or array-like of shape (n_targets,), default=1.0
        Strength of the penalty, in the squared unit of the features; 0 is least squares, with the shortest of the
        solutions where columns are dependent. An array has an entry for each target.
    fit_intercept : bool, default=True
        Whether the model has a constant term.
    solver : str, default="auto"
        "auto": normal equations by Cholesky, in the space of the features or of the rows, whichever is smaller, with
        one correction; where their matrix is nearly singular, "svd".
        "cholesky" is the same, and falls back to "svd" only where the matrix is singular.
        "svd": singular values of the data, whose condition is not squared.
        "cg" (conjugate gradients) and "gd" (gradient descent) descend step by step.
    positive : bool, default=False
        Constrain the coefficients to be non-negative (by active sets; `solver` must be "auto").
    tol : float, default=1e-4
        A descent stops when the objective can fall by no more than ``tol²`` of the total sum of squares: about when
        predictions are right to this part of the target's spread.
    max_iter : int, default=1000
        Largest number of steps of a descent.

    Attributes
    ----------
    coef_ : ndarray of shape (d,) or (n_targets, d)
        Slopes.
    intercept_ : float or ndarray of shape (n_targets,)
        Constant term; 0 without one.
    n_iter_ : int
        Number of steps.
    solver_ : str
        The solver that was chosen: "cholesky" or "svd" for "auto", "active-set" with `positive`; scikit-learn's name
        of a solver where that was asked for.
    certificate_ : Certificate
        How far the objective is from its minimum.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import Ridge
    >>> model = Ridge(alpha=2.0).fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> print(model.coef_.round(12), round(float(model.intercept_), 12))
    [1.] 2.0
    """

    _column_is_flat: ClassVar[bool] = True
    watched: ClassVar[str] = "objective"
    accepts = Accepts(sparse=True)

    alpha: float | Sequence[float] | Array = parameter(Number(0) | Each(Number(0)), default=1.0, kw_only=False)
    copy_X: bool = ignored(Boolean(), "X is never written to", default=True)
    solver: DirectSolver | DescentSolver | SolverAlias = parameter(
        OneOf(DIRECT + DESCENT), default="auto", aliases=ALIASES
    )
    positive: bool = parameter(Boolean(), default=False)
    tol: float = parameter(Number(0), default=1e-4)
    max_iter: int | None = parameter(Count | OneOf((None,)), default=None)
    random_state: Seed = ignored(RandomState, "no solver draws random numbers", default=None)

    n_iter_: int = fitted()
    solver_: str = fitted()

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed.

        Pairs of them are checked as well.
        """
        super().check_parameters()
        if self.positive and self.canonical("solver") != "auto":
            raise InvalidParameterError(
                f"Ridge: positive=True needs solver='auto' (active sets); {self.solver!r} does not support positive "
                "coefficients."
            )

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> RidgeData:
        validated, flat = self._rows(X, y, sample_weight)
        rows, origin = self._measured(validated)
        alpha = per_target(self.alpha, rows)
        factorize: Callable[[], RidgeProblem | PositiveProblem]
        if self.positive:
            factorize = partial(ridge_nonnegative.factorize, rows, self.fit_intercept, alpha)
        else:
            factorize = partial(ridge.factorize, rows, self.fit_intercept, alpha, self.canonical("solver"))
        return RidgeData(factorize, flat, validated.X.dtype, origin)

    def _iterate(self, data: RidgeData, start: RidgeState | None) -> Iterator[RidgeState]:
        if start is None or not start.converged:
            for state in self._solve(data.problem, start):
                yield state_about_zero(state, data.origin)

    def _solve(self, problem: RidgeProblem | PositiveProblem, start: RidgeState | None) -> Iterator[RidgeState]:
        if isinstance(problem, PositiveProblem):
            return ridge_nonnegative.solve(problem, start)
        if problem.solver not in DESCENT:
            return iter([ridge.solve(problem)])
        return ridge.descend(problem, self.tol, self.max_iter or MAX_ITER, start)

    def _finish(self, data: RidgeData, state: RidgeState) -> dict[str, Any]:
        if isinstance(data.problem, PositiveProblem):
            solver, certificate = "active-set", certify_nonnegative_ridge(data.problem, state.coef)
        else:
            tol = self.tol if data.problem.solver in DESCENT else 0.0
            solver, certificate = data.problem.solver, certify_ridge(data.problem, state, tol, data.dtype)
        return self._parameters(state.coef, state.intercept, data.flat, data.dtype) | {
            "n_iter_": max(1, state.iteration),
            "solver_": self.solver if self.solver in ALIASES else solver,
            "certificate_": certificate,
        }

    def _advice(self, state: RidgeState) -> str:
        return (
            f"{type(self).__name__}(solver={self.solver!r}) stopped after {state.iteration} steps, where the "
            f"objective may still fall by {state.excess:.3g} of the total sum of squares, more than "
            f"tol² = {self.tol**2:.3g}: "
            f"{remedies('increase max_iter', 'scale the features', 'raise tol', solver=self.solver)}."
        )


def per_target(alpha: float | ArrayLike, rows: Samples) -> Array:
    """Return the strengths of the penalty, one for each target.

    Raises
    ------
    ValueError
        For a sequence of another length.
    """
    target = rows.y
    targets = target.shape[1]
    strengths = np.ravel(np.asarray(alpha, dtype=np.float64))
    if len(strengths) not in (1, targets):
        raise ValueError(
            "Number of targets and number of penalties do not correspond: "
            f"{len(strengths)} != {targets}. alpha must be a number or have {targets} entries, one for each target, "
            f"got {len(strengths)}."
        )
    return np.broadcast_to(strengths, targets)
