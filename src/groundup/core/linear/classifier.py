"""Base of all linear classifiers: data in, an objective, a solver, attributes out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf, isinf, nan
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from groundup.core import seeds
from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.labels import as_labels, class_weighted, require_classes
from groundup.core.checks.parameters import (
    Boolean,
    Count,
    Instance,
    Jobs,
    Number,
    OneOf,
    Positive,
    RandomState,
    Verbosity,
)
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.incremental import IncrementalClassifier, codes_among
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.linalg.translation import Origin, near_features
from groundup.core.linear import peer, stochastic
from groundup.core.linear.gap import gap
from groundup.core.linear.objective import ScoreObjective
from groundup.core.linear.prediction import LinearScores
from groundup.core.linear.solvers import ALIASES, ScoreState, SolverAlias, SolverName, SolverOptions, solve
from groundup.core.linear.table import CENTER_ROWS, approximate_center, in_suitable_blocks
from groundup.core.optimize.losses import Likelihood
from groundup.core.rows import Samples
from groundup.core.storage import record
from groundup.core.text import remedies
from groundup.core.types import Array, ArrayLike, Seed

SUM_ROUNDING = 1e-12  # Relative rounding error of an objective that is a sum over many rows.


@dataclass(frozen=True)
class ScoreData:
    """The objective, and the classes and dtype of the data."""

    objective: ScoreObjective
    classes: Array
    dtype: Any
    measured: Origin | None  # from which the rows of the objective are measured
    start: Array | None  # parameters where a warm start begins
    seed: int

    def theta(self, coef: Array, intercept: Array, rest: Array | None = None) -> Array:
        """Return the objective's parameters for slopes and intercepts about zero."""
        if self.measured is not None:
            zero = np.zeros_like(intercept) if rest is None else rest
            intercept = self.measured.inner(self._centered(coef), intercept, zero)
        return self.objective.join(coef, intercept)

    def about_zero(self, coef: Array, intercept: Array) -> tuple[Array, Array | None]:
        """Return the intercepts about zero, and what rounding takes from them."""
        if self.measured is None:
            return intercept, None
        return self.measured.intercept_and_rest(self._centered(coef), intercept)

    def _centered(self, coef: Array) -> Array:
        """Slopes that give the same probabilities, and intercepts that add up to zero."""
        return coef if self.objective.outputs == 1 else coef - coef.mean(axis=1, keepdims=True)


@record
class RowsSeen:
    """What stochastic steps have learned from all batches so far.

    Parameters
    ----------
    coef : ndarray of shape (d, t)
        Slopes.
    intercept : ndarray of shape (t,)
        Intercepts.
    weight : float
        Sum of the weights of all rows.
    calls : int
        Number of batches.
    """

    coef: Array
    intercept: Array
    weight: float
    calls: int


class LinearClassifier(IncrementalClassifier, LinearScores):
    """Base of classifiers whose scores are linear; subclasses choose the loss.

    The parameters and attributes are described where they are public: in `LogisticRegression` and
    `SoftmaxRegression`.
    """

    accepts = Accepts(sparse=True)
    _proves = True
    _known_classes: ClassVar[Array | None] = None  # of the whole data, on a model of a fold, whose rows may lack some

    penalty: Literal["deprecated", "l1", "l2", "elasticnet"] | None = parameter(
        OneOf(("deprecated", "l1", "l2", "elasticnet", None)), default="deprecated", kw_only=False
    )
    C: float = parameter(Positive | OneOf((inf,)), default=1.0)
    l1_ratio: float | None = parameter(Number(0, 1) | OneOf((None,)), default=0.0)
    dual: bool = ignored(Boolean(), "both problems have the same solution", default=False)
    tol: float = parameter(Number(0), default=1e-4)
    fit_intercept: bool = parameter(Boolean(), default=True)
    intercept_scaling: float = ignored(Positive, "the intercept is not penalised", default=1)
    class_weight: Mapping[Any, float] | Literal["balanced"] | None = parameter(
        OneOf((None, "balanced")) | Instance((dict,), "a dict of weights"), default=None
    )
    random_state: Seed = parameter(RandomState, default=None)
    solver: SolverName | SolverAlias = parameter(OneOf(get_args(SolverName)), default="auto", aliases=ALIASES)
    max_iter: int = parameter(Number(0, whole=True), default=200)
    verbose: int = parameter(Verbosity, default=0)
    warm_start: bool = parameter(Boolean(), default=False)
    n_jobs: int | None = ignored(Jobs, "matrix products use all cores already", default=None)
    learning_rate: float | Literal["auto"] = parameter(Positive | OneOf(("auto",)), default="auto")
    batch_size: int = parameter(Count, default=32)

    n_iter_: Array = fitted("*", kinds="iu")

    def _loss(self, K: int) -> tuple[Likelihood, int]:
        """Loss for K classes, and its number of scores."""
        raise NotImplementedError

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed.

        Pairs of them are checked as well.
        """
        super().check_parameters()
        name = type(self).__name__
        if self.penalty == "elasticnet" and self.l1_ratio is None:
            raise InvalidParameterError(f"{name}: l1_ratio must be specified when penalty is elasticnet.")
        if refused := peer.refused(self.solver, *self._strength(), self.dual):
            raise InvalidParameterError(f"{refused}. {name}: solver='auto' suits every penalty.")

    def _strength(self) -> tuple[float, float]:
        """Return C and l1_ratio; scikit-learn's older `penalty` overrides them."""
        if self.penalty is None:
            return inf, 0.0
        fixed = {"l1": 1.0, "l2": 0.0}
        return float(self.C), fixed.get(self.penalty, float(self.l1_ratio or 0.0))

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> ScoreData:
        peer.warn_of_older_parameters(self)
        matrix, labels, weight = self._informative(X, y, sample_weight)
        classes = np.unique(labels) if self._known_classes is None else self._known_classes
        codes = np.searchsorted(classes, labels)  # for a few classes faster than the inverse of the sort
        require_classes(classes, type(self).__name__)
        weight = class_weighted(self.class_weight, classes, codes, weight)
        data = self._data(matrix, codes, weight, classes)
        return replace(data, start=self._start(data))

    def _informative(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> tuple[Array, Array, Array | None]:
        """Validated rows, classes and weights, without rows of weight zero.

        Classes that only those rows have are left out with them.
        """
        name = type(self).__name__
        matrix = self._input(X)
        labels = as_labels(y, len(matrix), owner=name)
        weight = inputs.as_weight(sample_weight, len(matrix))
        rows = Samples(matrix, labels, weight).present()
        inputs.require_squares(rows.X[:: -(-len(rows) // CENTER_ROWS)], "X")
        return rows.X, rows.y, rows.weight

    def _data(self, X: Array, codes: Array, weight: Array | None, classes: Array) -> ScoreData:
        loss, outputs = self._loss(len(classes))
        strength, l1_ratio = self._strength()
        near, x = near_features(Samples(X, codes, weight)) if self.fit_intercept else (X, np.zeros(X.shape[1]))
        bare, rows = isinf(strength), in_suitable_blocks(Samples(near, codes, weight), outputs)
        objective = ScoreObjective(
            rows,
            loss,
            outputs,
            C=1.0 if bare else strength,
            l1=0.0 if bare else l1_ratio,
            l2=0.0 if bare else 1.0 - l1_ratio,
            center=approximate_center(rows) if self.fit_intercept else None,
        )
        measured = Origin(x, np.zeros(outputs)) if x.any() else None
        seed = int(seeds.as_generator(self.random_state).integers(2**31))
        return ScoreData(objective, classes, X.dtype, measured, None, seed)

    def _start(self, data: ScoreData) -> Array | None:
        """The earlier fit, if it had the same columns and classes, for a warm start; zero if it is to stay there."""
        beginning = data.objective.zero() if self.max_iter == 0 else None
        coef = self._slopes() if self.warm_start and hasattr(self, "coef_") else None
        if coef is None or coef.shape != (data.objective.outputs, data.objective.n_features):
            return beginning
        if not np.array_equal(self.classes_, data.classes):
            return beginning
        return data.theta(coef.T.astype(np.float64, order="C"), self.intercept_.astype(np.float64))

    def _options(self, seed: int) -> SolverOptions:
        return SolverOptions(
            self.canonical("solver"), self.tol, self.max_iter, self.learning_rate, self.batch_size, seed
        )

    def _iterate(self, data: ScoreData, start: ScoreState | None) -> Iterator[ScoreState]:
        for state in solve(data.objective, self._options(data.seed), data.start, start):
            intercept, rest = data.about_zero(state.coef, state.intercept)
            yield replace(state, intercept=intercept, rest=rest)

    def _finish(self, data: ScoreData, state: ScoreState) -> dict[str, Any]:
        objective = data.objective
        theta = data.theta(state.coef, state.intercept, state.rest)
        relative = state.gap
        if not state.converged:
            best, absolute = gap(objective, theta)
            relative = absolute / objective.scale(state.loss)
            if relative <= self.tol**2:
                theta = best
            else:  # stays where the solver stopped, so that a warm start goes on from there
                excess = float(objective(theta)[0] - objective(best)[0])
                relative += excess / objective.scale(state.loss)
        w, b = objective.coefficients(theta)
        return {
            "classes_": data.classes,
            "coef_": w.T.astype(data.dtype),
            "intercept_": data.about_zero(w, b)[0].astype(data.dtype),
            "n_iter_": np.array([min(self.max_iter, max(1, state.iteration))]),
            "certificate_": self._certify(objective, inf if state.separable else relative),
        }

    def _certify(self, objective: ScoreObjective, relative: float) -> Certificate:
        penalized = objective.l1 + objective.l2 > 0
        return Certificate(
            "The parameters minimise the penalised cross-entropy."
            if penalized
            else "The parameters minimise the cross-entropy: they maximise the likelihood.",
            ("duality gap" if penalized else "bound by the Newton decrement") + ", relative to the objective",
            relative,
            max(self.tol**2, SUM_ROUNDING),
        )

    def _advice(self, state: ScoreState) -> str:
        if state.separable:
            return (
                f"{type(self).__name__}: the classes can be separated, as a whole or for some rows, so that without a "
                "penalty there is no best model: the likelihood rises without bound as the coefficients grow, and the "
                "estimate does not exist. These coefficients are where the fit stopped; choose a finite C."
            )
        begin = peer.ADVICE.get(self.solver, "").format(state.iteration)
        return (
            f"{begin}{type(self).__name__}(solver={self.solver!r}) stopped after {state.iteration} iterations before "
            "its distance to the minimum was proved to be within tol: "
            f"{remedies('increase max_iter', 'scale the features', 'raise tol', solver=self.solver)}."
        )

    # --- more rows: one pass of stochastic gradient steps, which get shorter from call to call -----------------------

    def _memory(self) -> RowsSeen | None:
        if hasattr(self, "_state") or not hasattr(self, "coef_"):
            return super()._memory()
        return RowsSeen(self._slopes().T.astype(np.float64), self.intercept_.astype(np.float64), 0.0, 0)

    def _prepare_batch(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, first: bool, classes: Any = None
    ) -> ScoreData:
        matrix, labels, weight = self._informative(X, y, sample_weight)
        codes = codes_among(labels, classes)
        weight = class_weighted(self.class_weight, classes, codes, weight)
        return self._data(matrix, codes, weight, classes)

    def _absorb(self, data: ScoreData, state: RowsSeen | None) -> RowsSeen:
        """Descend on the objective of all rows so far, estimated from the batch."""
        new, n = data.objective.total, len(data.objective.rows)
        state = state or RowsSeen(*data.objective.split(data.objective.zero()), 0.0, 0)
        objective = data.objective.scaled((state.weight + new) / new)
        batch = min(self.batch_size, n)
        rate = (
            stochastic.stable_step_size(objective, batch) if self.learning_rate == "auto" else float(self.learning_rate)
        )
        start = data.theta(state.coef, state.intercept)
        begin = stochastic.initial_sgd(objective, start, data.seed, epoch=state.calls)
        w, b = objective.split(next(stochastic.sgd(objective, begin, rate, batch)).w)
        return RowsSeen(w, data.about_zero(w, b)[0], state.weight + new, state.calls + 1)

    def _finish_batch(self, data: ScoreData, state: RowsSeen) -> dict[str, Any]:
        return {
            "classes_": data.classes,
            "coef_": state.coef.T.astype(data.dtype),
            "intercept_": state.intercept.astype(data.dtype),
            "n_iter_": np.array([state.calls]),
            "certificate_": self._certify(data.objective, nan),  # the earlier rows are not kept: none can hold
            "_state": state,
        }
