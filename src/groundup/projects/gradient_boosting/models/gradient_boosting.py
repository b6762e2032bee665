"""What boosted regressors and classifiers share: a fit by stages, and predictions after each of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.inputs import as_weight
from groundup.core.checks.parameters import Boolean, Count, Number, OneOf, RandomState, Share, Verbosity
from groundup.core.estimator.history import History
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.estimator.training import Training
from groundup.core.exceptions import warn
from groundup.core.rows import Samples
from groundup.core.seeds import draw_entropy
from groundup.core.statistics.splits import holdout
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.gradient_boosting.certificate import certify_boosting
from groundup.projects.gradient_boosting.models.boosted import BoostedTrees
from groundup.projects.gradient_boosting.models.decision_tree import (
    NONE,
    MaxFeatures,
    features_of,
    rows_needed,
    table_of,
)
from groundup.projects.gradient_boosting.models.decision_tree_regressor import DecisionTreeRegressor
from groundup.projects.gradient_boosting.models.initial import Constant, Initial, fitted_initial, initial_scores
from groundup.projects.gradient_boosting.solvers.boosting import Boosting, BoostingRules, BoostingState, Part, boost
from groundup.projects.gradient_boosting.solvers.forest import Forest, forest
from groundup.projects.gradient_boosting.solvers.growth import GrowthRules
from groundup.projects.gradient_boosting.solvers.loss import Loss
from groundup.projects.gradient_boosting.solvers.losses import LOSSES, name_of
from groundup.projects.gradient_boosting.solvers.splits import SplitRules

Monitor = Callable[[int, Any, Mapping[str, Any]], Any]


@record
class Ensemble:
    """What predictions need, and what a warm start goes on from.

    Parameters
    ----------
    forest : Forest
        All trees, those of an iteration one after the other.
    loss : str
        Name of the loss.
    alpha : float
        Its quantile.
    K : int
        Number of scores of a row, and of trees of an iteration.
    rate : float
        Learning rate.
    best, out_of_bag : ndarray
        As of `BoostingState`.
    entropy : tuple of int
        Seed of all random numbers.
    """

    forest: Forest
    loss: str
    alpha: float
    K: int
    rate: float
    best: Array
    out_of_bag: Array
    entropy: tuple[int, ...]


class GradientBoosting(BoostedTrees):
    """Base of models boosted as Friedman has it; a model says which losses there are, and how targets are read."""

    accepts = Accepts(missing=True, sparse=True)

    learning_rate: float = parameter(Number(0), default=0.1)
    n_estimators: int = parameter(Count, default=100)
    subsample: float = parameter(Number(0, 1, open_low=True), default=1.0)
    criterion: Literal["deprecated", "friedman_mse", "squared_error"] = ignored(
        OneOf(("deprecated", "friedman_mse", "squared_error")), "both criteria choose the same splits",
        default="deprecated",
    )  # fmt: skip
    min_samples_split: float = parameter(Number(2, whole=True) | Share(), default=2)
    min_samples_leaf: float = parameter(Count | Share(below=True), default=1)
    min_weight_fraction_leaf: float = parameter(Number(0, 0.5), default=0.0)
    max_depth: int | None = parameter(NONE | Count, default=3)
    min_impurity_decrease: float = parameter(Number(0), default=0.0)
    init: Any = parameter(Initial("predict"), default=None)
    random_state: Seed = parameter(RandomState, default=None)
    max_features: int | float | Literal["sqrt", "log2"] | None = parameter(MaxFeatures, default=None)
    verbose: int = parameter(Verbosity, default=0)
    max_leaf_nodes: int | None = parameter(NONE | Number(2, whole=True), default=None)
    warm_start: bool = parameter(Boolean(), default=False)
    validation_fraction: float = parameter(Share(below=True), default=0.1)
    n_iter_no_change: int | None = parameter(NONE | Count, default=None)
    tol: float = parameter(Number(0), default=1e-4)
    ccp_alpha: float = parameter(Number(0), default=0.0)

    watched: ClassVar[str] = "loss"

    loss: str
    init_: Any = fitted()
    n_estimators_: int = fitted()
    max_features_: int = fitted()
    train_score_: Array = fitted("t")
    oob_scores_: Array = fitted("t", required=False)
    oob_improvement_: Array = fitted("t", required=False)
    oob_score_: float = fitted(required=False)
    _ensemble: Ensemble = fitted()

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _learning(self, samples: Samples) -> tuple[Loss, Array, Mapping[str, Any]]:
        """Return the loss, the targets as numbers, and the fitted attributes that they give."""
        raise NotImplementedError

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> "BoostingData":
        if self.criterion != "deprecated":
            warn("'criterion' has no effect, and will be removed in 1.11 of scikit-learn: leave it out.", FutureWarning)
        matrix = self._new_rows(X) if self._goes_on else self._input(X)
        rows = Samples(matrix, self._read(y, len(matrix)), as_weight(sample_weight, len(matrix))).present()
        if self.subsample < 1 and len(rows) == 1:
            raise ValueError(f"subsample={self.subsample:g} of a single row leaves none out.")
        loss, targets, known = self._learning(rows)
        samples = Samples(table_of(rows.X), targets, rows.weight)
        if self._goes_on:
            self._require_same(loss, known)
        return BoostingData(samples, loss, known)

    @property
    def _goes_on(self) -> bool:
        """Whether a fit starts from the trees of the one before."""
        return self.warm_start and hasattr(self, "_ensemble")

    def _require_same(self, loss: Loss, known: Mapping[str, Any]) -> None:
        """Raise ValueError where the trees of the fit before cannot be gone on from."""
        if self.n_estimators < self.n_estimators_:
            raise ValueError(
                f"n_estimators={self.n_estimators} must be larger or equal to estimators_.shape[0]="
                f"{self.n_estimators_} when warm_start==True"
            )

    def _iterate(self, data: "BoostingData", start: BoostingState | None) -> Iterator[BoostingState]:
        previous = start or self._previous()
        entropy = previous.entropy if previous else draw_entropy(self.random_state)
        states = boost(self._arranged(data, entropy), self._rules(data), entropy, previous, self.n_iter_no_change)
        if start is None and previous is not None and previous.converged:
            yield previous  # no more trees than before
        yield from states

    def _previous(self) -> BoostingState | None:
        """Return the last state of the fit before, if this one starts from there."""
        if not self._goes_on:
            return None
        one, trees = self._ensemble, self._ensemble.forest.trees()
        stages = tuple(trees[at : at + one.K] for at in range(0, len(trees), one.K))
        out = one.out_of_bag if self.subsample < 1 else np.zeros(0)
        best = (
            one.best if len(one.best) == (self.n_iter_no_change or 0) else np.full(self.n_iter_no_change or 0, np.inf)
        )
        done = len(stages) >= self.n_estimators
        return BoostingState(
            stages, float(self.train_score_[-1]), self.train_score_, out, None, best, len(stages), done, one.entropy
        )

    def _rules(self, data: "BoostingData") -> BoostingRules:
        n, d = data.samples.X.shape
        least = rows_needed(self.min_samples_leaf, n, 1)
        splits = SplitRules(
            min_samples_leaf=least,
            min_weight_leaf=self.min_weight_fraction_leaf * data.samples.total,
            max_features=features_of(self.max_features, d),
        )
        growth = GrowthRules(
            splits,
            max_depth=self.max_depth,
            min_samples_split=rows_needed(self.min_samples_split, n, 2),
            max_leaf_nodes=self.max_leaf_nodes,
            min_impurity_decrease=self.min_impurity_decrease,
        )
        return BoostingRules(growth, self.learning_rate, self.n_estimators, self.subsample, self.ccp_alpha, self.tol)

    def _arranged(self, data: "BoostingData", entropy: tuple[int, ...]) -> Boosting:
        """Return the rows to learn from and those held out, with the scores from which boosting starts."""
        if data.boosting is not None:
            return data.boosting
        samples, held = data.samples, None
        if self.n_iter_no_change is not None:
            classes = samples.y if self.kind == "classifier" else None
            learned, out = holdout(len(samples), self.validation_fraction, entropy[0] % 2**32, classes)
            if not len(out):
                raise ValueError(
                    f"validation_fraction={self.validation_fraction} of {len(samples)} rows holds none of them out."
                )
            samples, held = samples.take(learned), samples.take(out)
        data.init = self.init_ if self._goes_on else fitted_initial(self.init, data.loss, samples)
        train, held_out = (None if rows is None else self._part(data, rows) for rows in (samples, held))
        assert train is not None
        data.boosting = Boosting(train, held_out, data.loss, self.n_estimators_ if self._goes_on else 0)
        return data.boosting

    def _part(self, data: "BoostingData", samples: Samples) -> Part:
        """Return rows with the scores from which boosting starts.

        Losses of a regression see nothing but y - F: both without the start, which cancels far from zero.
        """
        start = initial_scores(data.init, data.loss, samples.X)
        if self.kind == "classifier":
            return Part(samples, start)
        return Part(Samples(samples.X, samples.y - start[0], samples.weight), np.zeros_like(start))

    def _finish(self, data: "BoostingData", state: BoostingState) -> dict[str, Any]:
        arranged = self._arranged(data, state.entropy)
        out, trees = state.out_of_bag, forest([tree for stage in state.stages for tree in stage])
        name, K, rules = name_of(data.loss), data.loss.K, self._rules(data)
        found = dict(data.known) | {
            "init_": data.init,
            "n_estimators_": state.iteration,
            "n_trees_per_iteration_": K,
            "max_features_": features_of(self.max_features, data.samples.X.shape[1]),
            "train_score_": state.losses,
            "_ensemble": Ensemble(trees, name, data.loss.alpha, K, rules.rate, state.best, out, state.entropy),
            "certificate_": certify_boosting(arranged, trees, rules, state),
        }
        if len(out):
            before = np.zeros(state.iteration - len(out) + 1)  # iterations that left no rows out
            found |= {
                "oob_scores_": np.concatenate([before, out[1:]]),
                "oob_improvement_": np.concatenate([before, out[:-1] - out[1:]]),
                "oob_score_": float(out[-1]),
            }
        return found

    def most_states(self) -> int:
        """Return the largest possible number of states of a fit."""
        return self.n_estimators

    def _advice(self, state: BoostingState) -> str:
        return f"{type(self).__name__} was stopped after {state.iteration} of {self.n_estimators} iterations."

    def fit(
        self, X: ArrayLike, y: ArrayLike = None, sample_weight: ArrayLike = None, monitor: Monitor | None = None
    ) -> Self:
        """Fit the model: add trees until there are `n_estimators`.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As of every estimator.
        monitor : callable, optional
            ``monitor(i, model, {"state": state})`` is called after iteration i, and ends the fit if it returns True.
            The trees and losses so far are those of the state; the model does not change before the end.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As every estimator.
        FloatingPointError
            Where the losses grow without bound: for a learning rate that is too large.
        """
        if monitor is None:
            return super().fit(X, y, sample_weight)
        training = Training(self, X, y, sample_weight)
        return self._finished(training, self._watched(training, monitor))

    def _watched(self, training: Training[Self], monitor: Monitor) -> Iterator[BoostingState]:
        for state in training:
            yield state
            if monitor(state.iteration - 1, self, {"state": state}):
                training.state = replace(state, converged=True)  # done as asked
                return

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        one, T = fitted["_ensemble"], len(fitted["train_score_"])
        if wrong := one.forest.complaint(fitted["n_features_in_"]):
            raise ValueError(f"has trees {wrong}.")
        if one.K < 1 or len(one.forest) != T * one.K or one.forest.nodes.value.shape[1:] != (1, 1):
            raise ValueError(f"has {len(one.forest)} trees instead of {one.K} for each of {T} iterations.")
        if one.loss not in LOSSES or not (np.isfinite(one.rate) and np.isfinite(one.alpha)):
            raise ValueError("has trees of an unknown loss.")
        start = fitted["init_"]
        constant = isinstance(start, Constant) and start.scores.shape == (one.K,) and np.isfinite(start.scores).all()
        if not constant and not (isinstance(start, str) and start == "zero"):
            raise ValueError(f"has an init_ that no file may hold, or of another number of scores: {start!r}.")

    # --- predictions ------------------------------------------------------------------------------------------------

    @property
    def estimators_(self) -> Array:
        """The trees as models, of shape (n_estimators_, K), each with its own depth as `max_depth`."""
        self._require_fitted()
        one, d = self._ensemble, self.n_features_in_
        own = DecisionTreeRegressor.parameter_names()
        parameters = {name: value for name, value in self.get_params().items() if name in own and name != "criterion"}
        found = np.empty(len(one.forest), dtype=object)
        for number, tree in enumerate(one.forest.trees()):
            model = DecisionTreeRegressor(**parameters | {"max_depth": max(1, tree.max_depth)})
            known = {"n_features_in_": d, "n_outputs_": 1, "max_features_": self.max_features_, "tree_": tree}
            vars(model).update(known | {"history_": History()})
            found[number] = model
        return found.reshape(-1, one.K)

    def _start(self, X: Array) -> Array:
        return initial_scores(self.init_, self._loss, X)

    def _constant_start(self) -> Array:
        if not isinstance(self.init_, Constant | str):
            raise ValueError(f"The trees improve another model, whose part they cannot explain: init={self.init_!r}.")
        return initial_scores(self.init_, self._loss, np.zeros((1, self.n_features_in_)))[:, 0]

    @property
    def averages_along_paths(self) -> bool:
        """Whether `partial_dependence` averages along the paths, where it may choose: not with an `init`."""
        return self.init is None

    def dependence_along_paths(self, grid: Array, features: Array) -> Array:
        """Return the scores for entries of some columns, the others averaged along the paths, of shape (K, P).

        Parameters
        ----------
        grid, features : ndarray
            Entries of shape (P, f), and their columns.

        Returns
        -------
        ndarray of shape (K, P)

        Raises
        ------
        NotFittedError
            Before `fit`.

        Warns
        -----
        UserWarning
            For trees that improve an `init`, which is left out.
        """
        if self.init is not None:
            warn(
                "Using recursion method with a non-constant init predictor will lead to incorrect partial dependence "
                f"values. Got init={self.init!r}.",
                UserWarning,
            )
        return super().dependence_along_paths(grid, features)

    @property
    def _rate(self) -> float:
        return float(self._ensemble.rate)


@dataclass
class BoostingData:
    """Rows of positive weight, their loss, what is known of their targets, and how they are arranged."""

    samples: Samples
    loss: Loss
    known: Mapping[str, Any]
    boosting: Boosting | None = None
    init: Any = None
