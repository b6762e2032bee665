"""Ridge regression: validates, chooses a solver, and certifies the answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks.parameters import Boolean, Count, Each, Number, OneOf, Rule, either
from groundup.core.exceptions import InvalidParameterError
from groundup.core.linear.regressor import LinearRegressor
from groundup.core.optimize.descent import Descent
from groundup.core.rows import Rows
from groundup.core.types import Array, ArrayLike
from groundup.projects.regularized_regression.certificate import certify_nonnegative_ridge, certify_ridge
from groundup.projects.regularized_regression.solvers import ridge, ridge_nonnegative
from groundup.projects.regularized_regression.solvers.ridge import RidgeProblem, RidgeState
from groundup.projects.regularized_regression.solvers.ridge_nonnegative import PositiveProblem

DIRECT = ("auto", "cholesky", "svd")
DESCENT = ("cg", "gd")


@dataclass(frozen=True)
class RidgeData:
    """A problem to solve, and what the estimator must remember of the data's form."""

    problem: RidgeProblem | PositiveProblem
    flat: bool  # y was one-dimensional
    dtype: Any


class Ridge(LinearRegressor):
    """Least squares with a price on the size of the coefficients: minimises ``‖y − Xw − b‖² + alpha ‖w‖²``.

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
        "cholesky" is the same without a way out.
        "svd": singular values of the data, whose condition is not squared.
        "cg" (conjugate gradients) and "gd" (gradient descent) descend step by step.
    positive : bool, default=False
        Constrain the coefficients to be non-negative (by active sets; `solver` must be "auto").
    tol : float, default=1e-4
        A descent stops when the objective can fall by no more than ``tol²`` of the total sum of squares: about when
        predictions are right to this part of the target's spread.
    max_iter : int, default=1000
        Most steps of a descent.

    Attributes
    ----------
    coef_ : ndarray of shape (d,) or (n_targets, d)
        Slopes.
    intercept_ : float or ndarray of shape (n_targets,)
        Constant term; 0 without one.
    n_iter_ : int
        Steps taken.
    solver_ : str
        The solver taken: "cholesky" or "svd" for "auto", "active-set" with `positive`.
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

    _rules: ClassVar[Mapping[str, Rule]] = {
        "alpha": either(Number(0), Each(Number(0))),
        "fit_intercept": Boolean(),
        "solver": OneOf(DIRECT + DESCENT),
        "positive": Boolean(),
        "tol": Number(0),
        "max_iter": Count,
    }
    _records: ClassVar[tuple[type, ...]] = (RidgeState, Descent)
    _column_is_flat: ClassVar[bool] = True

    n_iter_: int
    solver_: str

    def __init__(
        self,
        alpha: float | ArrayLike = 1.0,
        *,
        fit_intercept: bool = True,
        solver: str = "auto",
        positive: bool = False,
        tol: float = 1e-4,
        max_iter: int = 1000,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.positive = positive
        self.tol = tol
        self.max_iter = max_iter

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a hyper-parameter, or a pair of them, that is not allowed."""
        super().check_parameters()
        if self.positive and self.solver != "auto":
            raise InvalidParameterError(
                f"Ridge: positive=True needs solver='auto' (active sets), got solver={self.solver!r}."
            )

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> RidgeData:
        rows, flat = self._rows(X, y, sample_weight)
        alpha = per_target(self.alpha, rows)
        matrix = rows.arrays[0]
        assert matrix is not None
        problem: RidgeProblem | PositiveProblem
        if self.positive:
            problem = ridge_nonnegative.pose(rows, self.fit_intercept, alpha)
        else:
            problem = ridge.pose(rows, self.fit_intercept, alpha, self.solver)
        return RidgeData(problem, flat, matrix.dtype)

    def _iterate(self, data: RidgeData, start: RidgeState | None) -> Iterator[RidgeState]:
        if start is not None and start.converged:
            return iter(())
        if isinstance(data.problem, PositiveProblem):
            return ridge_nonnegative.iterate(data.problem, start)
        if self.solver in DIRECT:
            return ridge.direct(data.problem)
        return ridge.descending(data.problem, self.tol, self.max_iter, start)

    def _finish(self, data: RidgeData, state: RidgeState) -> dict[str, Any]:
        if isinstance(data.problem, PositiveProblem):
            solver, certificate = "active-set", certify_nonnegative_ridge(data.problem, state.coef)
        else:
            tol = 0.0 if self.solver in DIRECT else self.tol
            solver, certificate = data.problem.solver, certify_ridge(data.problem, state, tol, data.dtype)
        return self._parameters(state.coef, state.intercept, data.flat, data.dtype) | {
            "n_iter_": max(1, state.iteration),
            "solver_": solver,
            "certificate_": certificate,
        }

    def _advice(self, state: RidgeState) -> str:
        return (
            f"Ridge(solver={self.solver!r}) stopped after {state.iteration} steps, where the objective may still fall "
            f"by {state.excess:.3g} of the total sum of squares, more than tol² = {self.tol**2:.3g}: increase "
            "max_iter, scale the features, raise tol, or use solver='auto'."
        )


def per_target(alpha: float | ArrayLike, rows: Rows) -> Array:
    """Strengths of the penalty, one for each target.

    Raises
    ------
    ValueError
        For a sequence of another length.
    """
    target = rows.arrays[1]
    assert target is not None
    targets = target.shape[1]
    strengths = np.ravel(np.asarray(alpha, dtype=np.float64))
    if len(strengths) not in (1, targets):
        raise ValueError(
            f"alpha must be a number or have {targets} entries, one for each target, got {len(strengths)}."
        )
    return np.broadcast_to(strengths, targets)
