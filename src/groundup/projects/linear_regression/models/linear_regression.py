"""Linear regression: validation of the data, choice of a solver, inference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal, get_args

import numpy as np

from groundup.core import seeds
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, Jobs, Number, OneOf, Positive, RandomState
from groundup.core.estimator.incremental import Incremental
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.linalg.translation import Origin
from groundup.core.linalg.triangular_factor import about_zero
from groundup.core.linear.regressor import LinearRegressor, state_about_zero
from groundup.core.rows import Samples
from groundup.core.text import remedies
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.linear_regression.certificate import certify
from groundup.projects.linear_regression.models import inference
from groundup.projects.linear_regression.models.inference import Evidence
from groundup.projects.linear_regression.solvers import descent, direct, nonnegative
from groundup.projects.linear_regression.solvers.descent import DescentOptions
from groundup.projects.linear_regression.solvers.state import LinearState, Problem

DirectSolver = Literal["auto", "cholesky", "qr", "svd"]
DescentSolver = Literal["gd", "momentum", "nesterov", "sgd", "cg"]
DIRECT, DESCENT = get_args(DirectSolver), get_args(DescentSolver)


@dataclass(frozen=True)
class LinearData:
    """A problem, which the first iteration factorises, and the form of the data."""

    factorize: Callable[[], Problem]
    n: int  # rows of positive weight
    log_weight: float  # sum of the logarithms of these weights
    flat: bool  # y was one-dimensional
    dtype: Any
    seed: int
    origin: Origin | None  # from which the rows of the problem are measured

    @cached_property
    def problem(self) -> Problem:
        """The factorised problem."""
        return self.factorize()


class LinearRegression(Incremental, LinearRegressor):
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

    accepts = Accepts(sparse=True)

    copy_X: bool = ignored(Boolean(), "X is never written to", default=True)
    n_jobs: int | None = ignored(Jobs, "matrix products use all cores already", default=None)
    solver: DirectSolver | DescentSolver = parameter(OneOf(DIRECT + DESCENT), default="auto")
    positive: bool = parameter(Boolean(), default=False)
    tol: float = parameter(Number(0), default=1e-6)
    max_iter: int = parameter(Count, default=1000)
    learning_rate: float | Literal["auto", "line-search"] = parameter(
        Positive | OneOf(("auto", "line-search")), default="auto"
    )
    batch_size: int = parameter(Count, default=32)
    random_state: Seed = parameter(RandomState, default=None)

    rank_: int = fitted()
    n_iter_: int = fitted()
    _evidence: Evidence = fitted(required=False)

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed.

        Pairs of them are checked as well.
        """
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
        near, origin = self._measured(rows)
        factorize = partial(direct.factorize, near, self.fit_intercept, self.solver)
        return self._data(factorize, *direct.informative(rows), flat, rows, origin)

    def _data(
        self,
        factorize: Callable[[], Problem],
        n: int,
        log_weight: float,
        flat: bool,
        rows: Samples,
        origin: Origin | None = None,
    ) -> LinearData:
        seed = int(seeds.as_generator(self.random_state).integers(2**31))
        return LinearData(factorize, n, log_weight, flat, rows.X.dtype, seed, origin)

    def _iterate(self, data: LinearData, start: LinearState | None) -> Iterator[LinearState]:
        if start is None or not start.converged:
            for state in self._solve(data, start):
                yield state_about_zero(state, data.origin)

    def _solve(self, data: LinearData, start: LinearState | None) -> Iterator[LinearState]:
        if self.positive:
            return nonnegative.solve(data.problem, start)
        if self.solver in DIRECT:
            return iter([direct.solve(data.problem, refined=self.solver == "auto")])
        options = DescentOptions(self.solver, self.tol, self.max_iter, self.learning_rate, self.batch_size, data.seed)
        return descent.descend(data.problem, options, start)

    def _finish(self, data: LinearData, state: LinearState) -> dict[str, Any]:
        problem, tol = data.problem, 0.0 if self.solver in DIRECT else self.tol
        return self._parameters(state.coef, state.intercept, data.flat, data.dtype) | {
            "rank_": problem.inverse.rank,
            "n_iter_": max(1, state.iteration),
            "certificate_": certify(problem, state, self.positive, tol, data.dtype),
            "_evidence": Evidence(
                about_zero(problem.triangle, data.origin),
                problem.inverse.P,
                problem.inverse.rank,
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
            f"{state.gradient_norm:.3g}, above tol times the first one: "
            f"{remedies('increase max_iter', 'scale the features', 'raise tol', solver=self.solver)}."
        )

    # --- more rows: the triangle is extended by QR, so that nothing is forgotten; `solver` plays no part ------------

    def _memory(self) -> Evidence | None:
        return getattr(self, "_evidence", None)

    def _prepare_batch(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, first: bool) -> LinearData:
        before = self._memory()
        validated, flat = self._rows(X, y, sample_weight)
        rows = validated.present()
        targets = rows.y.shape[1]
        if before and (before.intercept != self.fit_intercept or before.triangle.c.shape[1] != targets):
            raise ValueError(
                f"partial_fit goes on with fit_intercept={before.intercept} and {before.triangle.c.shape[1]} "
                f"target(s), got fit_intercept={self.fit_intercept} and {targets}; call fit to start over."
            )
        n, log_weight = direct.informative(rows)
        if before:
            n, log_weight = n + before.n, log_weight + before.log_weight
        factorize = partial(direct.extend, before.triangle if before else None, rows, self.fit_intercept, n)
        return self._data(factorize, n, log_weight, flat, rows)

    def _absorb(self, data: LinearData, state: Evidence | None) -> LinearState:
        return direct.solve_triangle(data.problem, self.positive)

    def _finish_batch(self, data: LinearData, state: LinearState) -> dict[str, Any]:
        return self._finish(data, state)

    # --- the fitted model -------------------------------------------------------------------------------------------

    @property
    def singular_(self) -> Array:
        """Singular values of the centred, weighted X, largest first."""
        self._require_fitted()
        values: Array = np.linalg.svd(self._evidence.triangle.R, compute_uv=False)
        return values[: min(self._evidence.n, self.n_features_in_)]

    def summary(self, confidence: float = 0.95, weights: str = "precision") -> inference.Summary:
        """Return standard errors, tests, intervals, and the quality of the fit.

        Parameters
        ----------
        confidence : float, default=0.95
            Level of the confidence intervals, between 0 and 1.
        weights : {"precision", "frequency"}, default="precision"
            Meaning of the sample weights: the inverse variances of single observations, or how often a row was seen.

        Returns
        -------
        Summary
            Arrays with the intercept first; printed, it is a table.

        Raises
        ------
        ValueError
            With several targets, under a sign constraint, or with no more rows than coefficients.
        """
        self._require_fitted()
        names = getattr(self, "feature_names_in_", [f"x{j}" for j in range(self.n_features_in_)])
        return inference.summarize(self._evidence, *self._single_target(), names, confidence, weights)

    def _single_target(self) -> tuple[Array, float]:
        """Return slopes of shape (d,) and the intercept, for models of one target."""
        return np.ravel(self.coef_).astype(np.float64), float(np.ravel(self.intercept_)[0])

    def influence(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None) -> inference.Influence:
        """Return the influence of each fitted row on the model.

        Parameters
        ----------
        X, y, sample_weight : array-like
            Data of the fit.

        Returns
        -------
        Influence
            Leverage, studentised residuals and Cook's distance of every row.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            As `summary`.
        """
        rows, _ = self._rows(self._new_rows(X), y, sample_weight)
        return inference.influence(self._evidence, *self._single_target(), rows)

    def robust_std_error(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None, kind: str = "HC3") -> Array:
        """Return standard errors that hold also where the noise is not of one size.

        Parameters
        ----------
        X, y, sample_weight : array-like
            Data of the fit.
        kind : {"HC0", "HC1", "HC2", "HC3"}, default="HC3"
            White's errors, and three corrections for few rows; HC3 is the most careful one.

        Returns
        -------
        ndarray of shape (p,)
            Of the coefficients, the intercept (where there is one) first.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            As `summary`, and for a `kind` that is not allowed.
        """
        rows, _ = self._rows(self._new_rows(X), y, sample_weight)
        return inference.robust_std_error(self._evidence, *self._single_target(), rows, kind)

    def variance_inflation(self) -> Array:
        """Return the variance inflation factor of each slope.

        Returns
        -------
        ndarray of shape (d,)
            1 for a column that resembles no other; from about 10 on the others tell most of it, and its slope is
            uncertain. Infinite where the columns do not determine the slope.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted()
        return inference.variance_inflation(self._evidence)

    def predict_interval(
        self, X: ArrayLike, confidence: float = 0.95, kind: str = "prediction", weights: str = "precision"
    ) -> inference.Interval:
        """Return predictions with their intervals at a level of confidence.

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

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            As `summary`, and for a `confidence` or a `kind` that is not allowed.
        """
        rows = self._new_rows(X)
        return inference.interval(self._evidence, rows, self._predict(rows).reshape(-1), confidence, kind, weights)
