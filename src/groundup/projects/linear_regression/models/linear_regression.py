"""The estimator: validates, chooses a solver, and keeps what inference needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from groundup.core import seeds
from groundup.core.checks.parameters import Boolean, Count, Jobs, Number, OneOf, Positive, RandomState
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.linear.regressor import LinearRegressor
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.linear_regression.certificate import certify
from groundup.projects.linear_regression.models import inference
from groundup.projects.linear_regression.models.inference import Evidence
from groundup.projects.linear_regression.solvers import descent, direct, nonnegative
from groundup.projects.linear_regression.solvers.descent import POWERS, Descender
from groundup.projects.linear_regression.solvers.state import LinearState, Problem

DIRECT = ("auto", "cholesky", "qr", "svd")
DESCENT = ("gd", "momentum", "nesterov", "sgd", "cg")


@dataclass(frozen=True)
class LinearData:
    """A problem to solve, and what the estimator must remember of the data's form."""

    problem: Problem
    n: int  # rows of positive weight
    log_weight: float  # sum of the logarithms of these weights
    flat: bool  # y was one-dimensional
    dtype: Any
    seed: int


class LinearRegression(LinearRegressor):
    """Ordinary least squares.

    Parameters
    ----------
    fit_intercept : bool, default=True
        Whether the model has a constant term, which no constraint touches.
    solver : str, default="auto"
        "auto": normal equations by Cholesky with iterative refinement; where their condition is bad, QR with
        refinement in doubled precision; where columns are dependent, the shortest solution from an SVD.
        "cholesky", "qr" and "svd" are the same factorisations without refinement.
        "gd" (gradient descent), "momentum" (Polyak), "nesterov", "sgd" (mini-batches) and "cg" (conjugate gradients)
        descend step by step.
    positive : bool, default=False
        Constrain the slopes to be non-negative (by active sets; `solver` must be "auto").
    tol : float, default=1e-6
        Descent stops when the gradient is this small relative to the first one.
    max_iter : int, default=1000
        Most steps of a descent (epochs for "sgd").
    learning_rate : float, "auto" or "line-search", default="auto"
        Step size of a descent; "auto" takes 1/L, or what theory recommends for the method, "line-search" (for "gd")
        goes to the lowest point along each gradient.
    momentum : float or "auto", default="auto"
        Part of the last step that "momentum" and "nesterov" keep; "auto" has the best asymptotic rate for the
        data's condition number.
    schedule : {"constant", "root", "inverse"}, default="constant"
        How the step of "sgd" falls: not at all, or as ``learning_rate / (1 + decay · epoch)ᵖ`` with p = ½ or 1.
        A constant step ends in a cloud around the minimum, whose size it decides.
    decay : float, default=1
        How fast it falls.
    batch_size : int, default=32
        Samples in a mini-batch of "sgd".
    random_state : int, Generator, RandomState or None, default=None
        Seed of the shuffling of "sgd".

    Attributes
    ----------
    coef_ : ndarray of shape (d,) or (n_targets, d)
        Slopes.
    intercept_ : float or ndarray of shape (n_targets,)
        Constant term; 0 without one.
    rank_ : int
        Numerical rank of the centred X.
    singular_ : ndarray of shape (min(n, d),)
        Singular values of the centred, weighted X.
    n_iter_ : int
        Steps taken.
    certificate_ : Certificate
        How far the sum of squares is from its minimum.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import LinearRegression
    >>> model = LinearRegression().fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> print(model.coef_.round(12), round(float(model.intercept_), 12))
    [2.] 1.0
    """

    copy_X: bool = ignored(Boolean(), "X is never written to", default=True)
    n_jobs: int | None = ignored(Jobs, "matrix products use all cores already", default=None)
    solver: str = parameter(OneOf(DIRECT + DESCENT), default="auto")
    positive: bool = parameter(Boolean(), default=False)
    tol: float = parameter(Number(0), default=1e-6)
    max_iter: int = parameter(Count, default=1000)
    learning_rate: float | str = parameter(Positive | OneOf(("auto", "line-search")), default="auto")
    momentum: float | str = parameter(Number(0, 0.9999) | OneOf(("auto",)), default="auto")
    schedule: str = parameter(OneOf(tuple(POWERS)), default="constant")
    decay: float = parameter(Number(0), default=1.0)
    batch_size: int = parameter(Count, default=32)
    random_state: Seed = parameter(RandomState, default=None)

    rank_: int = fitted()
    n_iter_: int = fitted()
    _evidence: Evidence = fitted()

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a hyper-parameter, or a pair of them, that is not allowed."""
        super().check_parameters()
        if self.positive and self.solver != "auto":
            raise InvalidParameterError(
                f"LinearRegression: positive=True needs solver='auto' (active sets), got solver={self.solver!r}."
            )
        if self.learning_rate == "line-search" and self.solver not in (*DIRECT, "gd"):
            raise InvalidParameterError(
                f"LinearRegression: learning_rate='line-search' goes with solver='gd', not {self.solver!r}."
            )

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> LinearData:
        rows, flat = self._rows(X, y, sample_weight)
        return self._data(
            direct.factorise(rows, self.fit_intercept, self.solver), *direct.informative(rows), flat, rows
        )

    def _data(self, problem: Problem, n: int, log_weight: float, flat: bool, rows: Samples) -> LinearData:
        seed = int(seeds.as_generator(self.random_state).integers(2**31))
        X = rows.X
        return LinearData(problem, n, log_weight, flat, X.dtype, seed)

    def _iterate(self, data: LinearData, start: LinearState | None) -> Iterator[LinearState]:
        if start is not None and start.converged:
            return iter(())
        if self.positive:
            return nonnegative.nonnegative(data.problem, start)
        if self.solver in DIRECT:
            return direct.direct(data.problem, refined=self.solver == "auto")
        way = Descender(
            self.solver,
            self.learning_rate,
            self.momentum,
            self.schedule,
            self.decay,
            self.batch_size,
            data.seed,
        )
        return descent.descending(data.problem, way, self.tol, self.max_iter, start)

    def _finish(self, data: LinearData, state: LinearState) -> dict[str, Any]:
        problem, tol = data.problem, 0.0 if self.solver in DIRECT else self.tol
        return self._parameters(state.coef, state.intercept, data.flat, data.dtype) | {
            "rank_": problem.inverse.rank,
            "n_iter_": max(1, state.iteration),
            "certificate_": certify(problem, state, self.positive, tol, data.dtype),
            "_evidence": Evidence(
                problem.triangle,
                problem.inverse.P,
                state.residual,
                data.n,
                data.log_weight,
                self.fit_intercept,
                self.positive,
            ),
        }

    def _advice(self, state: LinearState) -> str:
        return (
            f"LinearRegression(solver={self.solver!r}) stopped after {state.iteration} iterations at a gradient of "
            f"{state.gradient_norm:.3g}, above tol times the first one: increase max_iter, scale the features, "
            "raise tol, or use solver='auto'."
        )

    def partial_fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None) -> Self:
        """Take in more rows; afterwards the model is that of all rows since, and with, the last `fit`.

        The triangle of the rows so far is extended by the new ones (QR), so that nothing is forgotten or
        approximated; the rows themselves are not kept. `positive` is respected, `solver` is not: QR is used.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Samples, at least one.
        y : array-like of shape (n,) or (n, n_targets)
            Targets.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            When the number of columns or of targets, or `fit_intercept`, differs from before.
        """
        self.check_parameters()
        before: Evidence | None = getattr(self, "_evidence", None)
        rows, flat = self._rows(X if before is None else self._new_rows(X), y, sample_weight)
        target = rows.y
        targets = target.shape[1]
        if before and (before.intercept != self.fit_intercept or before.triangle.c.shape[1] != targets):
            raise ValueError(
                f"partial_fit goes on with fit_intercept={before.intercept} and {before.triangle.c.shape[1]} "
                f"target(s), got fit_intercept={self.fit_intercept} and {targets}; call fit to begin anew."
            )
        problem = direct.extended(before.triangle if before else None, rows, self.fit_intercept)
        n, log_weight = direct.informative(rows)
        if before:
            n, log_weight = n + before.n, log_weight + before.log_weight
        data = self._data(problem, n, log_weight, flat, rows)
        fitted = self._finish(data, direct.from_triangle(problem, self.positive))
        vars(self).update(self._columns(X) | fitted | {"history_": {}})
        return self

    # --- the fitted model -------------------------------------------------------------------------------------------

    @property
    def singular_(self) -> Array:
        """Singular values of the centred, weighted X, largest first."""
        self._require_fitted()
        values: Array = np.linalg.svd(self._evidence.triangle.R, compute_uv=False)
        return values[: min(self._evidence.n, self.n_features_in_)]

    def summary(self, confidence: float = 0.95, weights: str = "precision") -> inference.Summary:
        """Standard errors, tests and intervals of the coefficients, and how well the model fits.

        Parameters
        ----------
        confidence : float, default=0.95
            Level of the confidence intervals, between 0 and 1.
        weights : {"precision", "frequency"}, default="precision"
            What sample weights meant: the inverse variances of single observations, or how often a row was seen.

        Returns
        -------
        Summary
            Arrays with the intercept first; printed, it is a table.

        Raises
        ------
        ValueError
            With several targets, under a sign constraint, or with no more rows than coefficients.
        """
        return inference.summarise(self, confidence, weights)

    def influence(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None) -> inference.Influence:
        """How much each row of the data that were fitted pulls the model towards itself.

        Parameters
        ----------
        X, y, sample_weight : array-like
            The data given to `fit`.

        Returns
        -------
        Influence
            Leverage, studentised residuals and Cook's distance of every row.
        """
        rows, _ = self._rows(self._new_rows(X), y, sample_weight)
        return inference.influence(self, rows)

    def predict_interval(
        self, X: ArrayLike, confidence: float = 0.95, kind: str = "prediction", weights: str = "precision"
    ) -> inference.Interval:
        """Prediction with the interval that holds it at the given confidence.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows.
        confidence : float, default=0.95
            Level, between 0 and 1.
        kind : {"prediction", "mean"}, default="prediction"
            Interval of a new observation (of weight one), or of the mean response.
        weights : {"precision", "frequency"}, default="precision"
            As in `summary`.

        Returns
        -------
        Interval
            `prediction`, `lower` and `upper`, each of shape (n,).
        """
        rows = self._new_rows(X)
        return inference.interval(self, rows, self._predict(rows).reshape(-1), confidence, kind, weights)
