"""The estimator behind all linear classifiers: data in, an objective, a solver, attributes out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import inf, isfinite, isinf, nan
from typing import Any, Self

import numpy as np

from groundup.core import seeds
from groundup.core.checks import inputs
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
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.linear import stochastic
from groundup.core.linear.gap import gap
from groundup.core.linear.objective import SAMPLE, ScoreObjective, centre_of, in_large_blocks
from groundup.core.linear.prediction import LinearScores
from groundup.core.linear.solvers import ALIASES, METHODS, ScoreState, Way, solve
from groundup.core.optimize.losses import Loss
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike, Seed

SMOOTH_ONLY = ("newton", "lbfgs", "gd")  # solvers that no corner may stand in the way of
ROUNDING = 1e-12  # of the objective: no sum over many rows is known better


@dataclass(frozen=True)
class ScoreData:
    """An objective, and what the estimator must remember of the data's form."""

    objective: ScoreObjective
    classes: Array
    dtype: Any
    origin: Array | None  # of a warm start
    seed: int


class LinearClassifier(LinearScores):
    """Base of classifiers whose scores are linear; subclasses choose the loss.

    The parameters and attributes are described where they are public: in `LogisticRegression` and
    `SoftmaxRegression`.
    """

    penalty: str | None = parameter(OneOf(("deprecated", "l1", "l2", "elasticnet", None)), default="deprecated")
    C: float = parameter(Positive | OneOf((inf,)), default=1.0)
    l1_ratio: float = parameter(Number(0, 1), default=0.0)
    dual: bool = ignored(Boolean(), "both problems have the same solution", default=False)
    tol: float = parameter(Number(0), default=1e-4)
    fit_intercept: bool = parameter(Boolean(), default=True)
    intercept_scaling: float = ignored(Positive, "the intercept is not penalised", default=1)
    class_weight: Mapping[Any, float] | str | None = parameter(
        OneOf((None, "balanced")) | Instance((dict,), "a dict of weights"), default=None
    )
    random_state: Seed = parameter(RandomState, default=None)
    solver: str = parameter(OneOf(("auto", *METHODS)), default="auto", aliases=ALIASES)
    max_iter: int = parameter(Count, default=200)
    verbose: int = parameter(Verbosity, default=0)
    warm_start: bool = parameter(Boolean(), default=False)
    n_jobs: int | None = ignored(Jobs, "matrix products use all cores already", default=None)
    learning_rate: float | str = parameter(Positive | OneOf(("auto",)), default="auto")
    batch_size: int = parameter(Count, default=32)

    n_iter_: Array = fitted()

    def _loss(self, K: int) -> tuple[Loss, int]:
        """The loss for K classes, and its number of scores."""
        raise NotImplementedError

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a hyper-parameter, or a pair of them, that is not allowed."""
        super().check_parameters()
        C, l1_ratio = self._strength()
        if self.canonical("solver") in SMOOTH_ONLY and l1_ratio > 0 and isfinite(C):
            raise InvalidParameterError(
                f"{type(self).__name__}: solver={self.solver!r} needs a penalty without corners (l1_ratio=0), got "
                f"l1_ratio={l1_ratio!r}; use 'auto', 'prox-newton', 'saga' or 'sgd'."
            )

    def _strength(self) -> tuple[float, float]:
        """Return C and l1_ratio, where `penalty` (scikit-learn's older way to say them) is heeded."""
        if self.penalty is None:
            return inf, 0.0
        fixed = {"l1": 1.0, "l2": 0.0}
        return float(self.C), fixed.get(self.penalty, float(self.l1_ratio))

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> ScoreData:
        matrix, labels, weight = self._informative(X, y, sample_weight)
        classes = np.unique(labels)
        codes = np.searchsorted(classes, labels)  # for a few classes faster than the inverse of the sort
        require_classes(classes, type(self).__name__)
        weight = class_weighted(self.class_weight, classes, codes, weight)
        objective = self._objective(matrix, codes, weight, len(classes))
        seed = int(seeds.as_generator(self.random_state).integers(2**31))
        return ScoreData(objective, classes, matrix.dtype, self._origin(objective, classes), seed)

    def _informative(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> tuple[Array, Array, Array | None]:
        """Validated rows, classes and weights, without the rows of weight zero and the classes that only they have."""
        name = type(self).__name__
        matrix = self._input(X)
        inputs.require_squares(matrix[:: -(-len(matrix) // SAMPLE)], "X")
        labels = as_labels(y, len(matrix), owner=name)
        weight = inputs.as_weight(sample_weight, len(matrix))
        if weight is None or (present := weight > 0).all():
            return matrix, labels, weight
        return matrix[present], labels[present], weight[present]

    def _objective(self, X: Array, codes: Array, weight: Array | None, K: int) -> ScoreObjective:
        loss, outputs = self._loss(K)
        strength, l1_ratio = self._strength()
        bare, rows = isinf(strength), in_large_blocks(Samples(X, codes, weight))
        return ScoreObjective(
            rows,
            loss,
            outputs,
            C=1.0 if bare else strength,
            l1=0.0 if bare else l1_ratio,
            l2=0.0 if bare else 1.0 - l1_ratio,
            centre=centre_of(rows) if self.fit_intercept else None,
        )

    def _origin(self, objective: ScoreObjective, classes: Array) -> Array | None:
        """Where a warm start begins: at the earlier fit, if it had the same columns and classes."""
        coef = getattr(self, "coef_", None) if self.warm_start else None
        if coef is None or coef.shape != (objective.outputs, objective.n_features):
            return None
        if not np.array_equal(self.classes_, classes):
            return None
        return objective.join(coef.T.astype(np.float64), self.intercept_.astype(np.float64))

    def _way(self, seed: int) -> Way:
        return Way(self.canonical("solver"), self.tol, self.max_iter, self.learning_rate, self.batch_size, seed)

    def _iterate(self, data: ScoreData, start: ScoreState | None) -> Iterator[ScoreState]:
        return solve(data.objective, self._way(data.seed), data.origin, start)

    def _finish(self, data: ScoreData, state: ScoreState) -> dict[str, Any]:
        objective = data.objective
        theta = objective.join(state.coef, state.intercept)
        relative = state.gap
        if not state.converged:
            theta, absolute = gap(objective, theta)
            relative = absolute / objective.yardstick(state.loss)
        w, b = objective.coefficients(theta)
        return {
            "classes_": data.classes,
            "coef_": w.T.astype(data.dtype),
            "intercept_": b.astype(data.dtype),
            "n_iter_": np.array([max(1, state.iteration)]),
            "certificate_": self._certify(objective, inf if state.separable else relative),
        }

    def _certify(self, objective: ScoreObjective, relative: float) -> Certificate:
        penalised = objective.l1 + objective.l2 > 0
        return Certificate(
            "The parameters minimise the penalised cross-entropy."
            if penalised
            else "The parameters minimise the cross-entropy: they maximise the likelihood.",
            ("duality gap" if penalised else "bound by the Newton decrement") + ", relative to the objective",
            relative,
            max(self.tol**2, ROUNDING),
        )

    def _advice(self, state: ScoreState) -> str:
        if state.separable:
            return (
                f"{type(self).__name__}: the classes can be separated, so that without a penalty there is no best "
                "model: the likelihood rises for ever as the coefficients grow, and the estimate does not exist. "
                "These coefficients are where the fit stopped; choose a finite C."
            )
        return (
            f"{type(self).__name__}(solver={self.solver!r}) stopped after {state.iteration} iterations before its "
            "distance to the minimum was proved to be within tol: increase max_iter, scale the features, raise tol, "
            "or use solver='auto'."
        )

    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, classes: ArrayLike = None, sample_weight: ArrayLike = None
    ) -> Self:
        """Go once over more rows by stochastic gradient steps, which get shorter from call to call.

        What is minimised is the objective of all rows seen so far, taken to be like the new ones; the rows themselves
        are not kept, so that the result is near the minimum only, and no certificate can hold.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Samples, at least one.
        y : array-like of shape (n,)
            Their classes.
        classes : array-like of shape (K,), optional
            All classes there will be; needed by the first call, and must not change.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Without `classes` in the first call, for other ones later, and for a `y` that is none of them.
        """
        self.check_parameters()
        known: Array | None = getattr(self, "classes_", None)
        if classes is None:
            if known is None:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            every = known
        else:
            every = np.unique(np.asarray(classes))
        if known is not None and not np.array_equal(known, every):
            raise ValueError(f"classes={every.tolist()} is not the same as on the last call: {known.tolist()}.")
        if len(every) < 2:
            raise ValueError(f"classes must be at least 2, got only one class: {every.tolist()}.")
        matrix, labels, weight = self._informative(X if known is None else self._new_rows(X), y, sample_weight)
        strange = ~np.isin(labels, every)
        if strange.any():
            raise ValueError(f"y has {labels[strange].tolist()[0]!r}, which is not among classes={every.tolist()}.")
        codes = np.searchsorted(every, labels)
        weight = class_weighted(self.class_weight, every, codes, weight)
        new = float(len(codes)) if weight is None else float(weight.sum())
        seen, calls = getattr(self, "_seen", (0.0, 0))
        objective = self._objective(matrix, codes, weight, len(every))
        objective = objective.scaled((seen + new) / new)
        theta = (
            objective.zero()
            if known is None
            else objective.join(self.coef_.T.astype(np.float64), self.intercept_.astype(np.float64))
        )
        batch = min(self.batch_size, len(codes))
        rate = stochastic.safe_rate(objective, batch) if self.learning_rate == "auto" else float(self.learning_rate)
        seed = int(seeds.as_generator(self.random_state).integers(2**31))
        begin = stochastic.begin(objective, theta, remember=False)
        (sweep,) = islice(stochastic.sgd(objective, begin, calls, rate, batch, seed), 1)
        w, b = objective.split(sweep.w)
        vars(self).update(
            self._columns(X)
            | {
                "classes_": every,
                "coef_": w.T.astype(matrix.dtype),
                "intercept_": b.astype(matrix.dtype),
                "n_iter_": np.array([calls + 1]),
                "certificate_": self._certify(objective, nan),
                "history_": {},
                "_seen": (seen + new, calls + 1),
            }
        )
        return self
