"""What boosted histogram trees for numbers and for classes share: bins, iterations, and when to stop."""

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.inputs import as_weight, check_features, feature_names
from groundup.core.checks.parameters import (
    Boolean,
    Count,
    Function,
    Instance,
    Number,
    Numbers,
    OneOf,
    Positive,
    RandomState,
    Share,
    Verbosity,
)
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.estimator.training import Training, adopt
from groundup.core.metrics.scorers import SCORERS, ClassScore, NumberScore, ProbabilityScore, Scorer
from groundup.core.rows import Samples
from groundup.core.seeds import draw_entropy
from groundup.core.statistics.splits import holdout
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.gradient_boosting.certificate import certify_histograms
from groundup.projects.gradient_boosting.models.boosted import BoostedTrees
from groundup.projects.gradient_boosting.models.categories import Categories, find_categories
from groundup.projects.gradient_boosting.models.constraints import interaction_groups, monotonic_signs
from groundup.projects.gradient_boosting.models.decision_tree import NONE, table_of
from groundup.projects.gradient_boosting.models.histogram_ensemble import HistogramEnsemble
from groundup.projects.gradient_boosting.models.judges import judge_by_models, judge_by_scores
from groundup.projects.gradient_boosting.solvers.boosting import Part
from groundup.projects.gradient_boosting.solvers.forest import forest
from groundup.projects.gradient_boosting.solvers.histogram.bins import find_bins
from groundup.projects.gradient_boosting.solvers.histogram.boosting import (
    HistogramBoosting,
    HistogramState,
    Iterations,
    Judge,
    boost_histograms,
)
from groundup.projects.gradient_boosting.solvers.histogram.rules import HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.table import binned_table
from groundup.projects.gradient_boosting.solvers.loss import Loss
from groundup.projects.gradient_boosting.solvers.losses import LOSSES, AbsoluteLoss, Quantile, SquaredLoss

DIFFERENCES = (SquaredLoss, AbsoluteLoss, Quantile)  # Losses of y - F alone.
MANY = 10_000  # Rows above which early_stopping="auto" stops early.


@dataclass
class HistogramData:
    """Rows of positive weight, those to stop by, their loss, and what is known of targets and columns."""

    samples: Samples
    validation: Samples | None
    unit: float  # mean weight, by which the weights were divided
    loss: Loss
    known: Mapping[str, Any]
    categories: Categories
    names: Array | None
    start: Array = field(default_factory=lambda: np.zeros(0))  # scores from which boosting starts, once arranged
    boosting: HistogramBoosting | None = None


class HistGradientBoosting(BoostedTrees):
    """Base of models boosted on histograms; a model says which losses there are, and how targets are read."""

    accepts = Accepts(missing=True, mixed=True)

    learning_rate: float = parameter(Positive, default=0.1)
    max_iter: int = parameter(Count, default=100)
    max_leaf_nodes: int | None = parameter(NONE | Number(2, whole=True), default=31)
    max_depth: int | None = parameter(NONE | Count, default=None)
    min_samples_leaf: int = parameter(Count, default=20)
    l2_regularization: float = parameter(Number(0), default=0.0)
    max_features: float = parameter(Share(), default=1.0)
    max_bins: int = parameter(Number(2, 255, whole=True), default=255)
    categorical_features: Sequence[Any] | Array | Literal["from_dtype"] | None = parameter(
        NONE | OneOf(("from_dtype",)) | Numbers(), default="from_dtype"
    )
    monotonic_cst: ArrayLike = parameter(NONE | Numbers() | Instance((Mapping,), "a mapping of names"), default=None)
    interaction_cst: Sequence[Collection[int]] | Literal["pairwise", "no_interactions"] | None = parameter(
        NONE | OneOf(("pairwise", "no_interactions")) | Instance((list, tuple), "a list or a tuple of groups"),
        default=None,
    )
    warm_start: bool = parameter(Boolean(), default=False)
    early_stopping: bool | Literal["auto"] = parameter(OneOf(("auto",)) | Boolean(), default="auto")
    scoring: NumberScore | ClassScore | ProbabilityScore | Scorer | Literal["loss"] | None = parameter(
        NONE | OneOf(("loss", *SCORERS)) | Function(), default="loss"
    )
    validation_fraction: float | None = parameter(NONE | Share(below=True) | Count, default=0.1)
    n_iter_no_change: int = parameter(Count, default=10)
    tol: float = parameter(Number(0), default=1e-7)
    verbose: int = parameter(Verbosity, default=0)
    random_state: Seed = parameter(RandomState, default=None)

    loss: str
    n_iter_: int = fitted()
    do_early_stopping_: bool = fitted()
    train_score_: Array = fitted("*")
    validation_score_: Array = fitted("*")
    is_categorical_: Array | None = fitted(kinds="b")
    _ensemble: HistogramEnsemble = fitted()

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _learning(self, samples: Samples) -> tuple[Loss, Samples, Mapping[str, Any]]:
        """Return the loss, the samples with targets as numbers, and the fitted attributes that these give."""
        raise NotImplementedError

    def _target(self, y: Array, known: Mapping[str, Any]) -> Array:
        """Return targets of other rows as numbers."""
        raise NotImplementedError

    def _prepare(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike,
        X_val: ArrayLike = None,
        y_val: ArrayLike = None,
        sample_weight_val: ArrayLike = None,
    ) -> HistogramData:
        self._check_validation(X_val, y_val)
        warm = self.warm_start and hasattr(self, "_ensemble")
        if warm and self.max_iter < self.n_iter_:
            raise ValueError(
                f"max_iter={self.max_iter} must be larger than or equal to n_iter_={self.n_iter_} when warm_start==True"
            )
        found = self._ensemble.categories if warm else find_categories(X, self.categorical_features, self.max_bins)
        matrix = self._input(found.numbered(X))
        rows = Samples(matrix, self._read(y, len(matrix)), as_weight(sample_weight, len(matrix)))
        rows = Samples(table_of(matrix), rows.y, rows.weight)
        loss, samples, known = self._learning(rows.present())
        unit = samples.total / len(samples)  # the least sum of Hessians of a leaf is one of rows of weight one
        if samples.weight is not None:
            samples = Samples(samples.X, samples.y, samples.weight / unit)
        names, d = feature_names(X), matrix.shape[1]
        monotonic_signs(self.monotonic_cst, names, found.mask(d), type(self).__name__)
        interaction_groups(self.interaction_cst, d)
        validation = None
        if X_val is not None:
            held = self._input(found.numbered(X_val))
            if held.shape[1] != d:
                raise ValueError(f"X_val has {held.shape[1]} features, but X has {d}.")
            target = self._target(self._read(y_val, len(held)), known)
            validation = Samples(held, target, as_weight(sample_weight_val, len(held))).present()
        return HistogramData(samples, validation, unit, loss, known, found, names)

    def _check_validation(self, X_val: Any, y_val: Any) -> None:
        """Raise ValueError for rows to stop by without targets, targets without rows, and both where nobody asks."""
        if (y_val is None) != (X_val is None):
            one, other = ("X_val", "y_val") if y_val is None else ("y_val", "X_val")
            raise ValueError(f"{one} is provided, but {other} was not provided.")
        if X_val is not None and self.early_stopping is False:
            raise ValueError(
                "X_val and y_val are passed to fit while at the same time early_stopping is False. When passing X_val "
                "and y_val to fit, early_stopping should be set to either 'auto' or True."
            )

    def _iterate(self, data: HistogramData, start: HistogramState | None) -> Iterator[HistogramState]:
        previous = start or self._previous()
        entropy = previous.entropy if previous else draw_entropy(self.random_state)
        if start is None and previous is not None and previous.converged:
            yield previous  # no more trees than before
        yield from boost_histograms(self._arranged(data, entropy), self._rules(data), entropy, previous)

    def _previous(self) -> HistogramState | None:
        """Return the last state of the fit before, if this one starts from there."""
        if not (self.warm_start and hasattr(self, "_ensemble")):
            return None
        one, trees = self._ensemble, self._ensemble.forest.trees()
        stages = tuple(trees[at : at + one.K] for at in range(0, len(trees), one.K))
        return HistogramState(
            stages=stages,
            loss=float(one.losses[-1]),
            validation_loss=self.history_.get("validation_loss", (None,))[-1],
            losses=one.losses,
            train_score=self.train_score_,
            validation_score=self.validation_score_,
            iteration=len(stages),
            converged=len(stages) >= self.max_iter,
            entropy=one.entropy,
        )

    def _stops_early(self, data: HistogramData) -> bool:
        if self.early_stopping != "auto":
            return bool(self.early_stopping)
        return len(data.samples) > MANY or data.validation is not None

    def _rules(self, data: HistogramData) -> Iterations:
        d = data.samples.X.shape[1]
        growth = HistogramRules(
            max_leaf_nodes=self.max_leaf_nodes,
            max_depth=self.max_depth,
            min_samples_leaf=self.min_samples_leaf,
            l2=self.l2_regularization / data.unit,
            monotonic=monotonic_signs(self.monotonic_cst, data.names, data.categories.mask(d), type(self).__name__),
            groups=interaction_groups(self.interaction_cst, d),
            max_features=self.max_features,
        )
        patience = self.n_iter_no_change if self._stops_early(data) else None
        return Iterations(growth, self.learning_rate, self.max_iter, patience, self.tol)

    def _arranged(self, data: HistogramData, entropy: tuple[int, ...]) -> HistogramBoosting:
        """Return the rows to learn from in bins and those held out, with the scores from which boosting starts."""
        if data.boosting is not None:
            return data.boosting
        samples, held = data.samples, data.validation
        stops = self._stops_early(data)
        if stops and held is None and self.validation_fraction is not None:
            samples, held = (samples.take(rows) for rows in self._split(samples, entropy))
        X = table_of(samples.X)
        bins = find_bins(X, data.categories.mask(X.shape[1]), self.max_bins, samples.weight, entropy[0])
        table = binned_table(bins.codes(X), bins.edges, bins.has_missing, bins.is_categorical)
        warm = self.warm_start and hasattr(self, "_ensemble")
        start = self._ensemble.start if warm else data.loss.start(samples.y, samples.weight)
        # Losses that see nothing but y - F get both without the start, which cancels far from zero.
        shift = start if isinstance(data.loss, DIFFERENCES) else np.zeros(len(start))
        parts = [None if one is None else _part(one, start, shift) for one in (samples, held)]
        assert parts[0] is not None
        data.start = start
        data.boosting = HistogramBoosting(parts[0], parts[1], table, data.loss, None, self.n_iter_ if warm else 0)
        if stops and self.scoring != "loss":
            judge = self._judge(data, samples, held, entropy)
            data.boosting.judge = lambda stages, F, held: judge(
                stages, F + shift[:, None], None if held is None else held + shift[:, None]
            )
        return data.boosting

    def _judge(self, data: HistogramData, samples: Samples, held: Samples | None, entropy: tuple[int, ...]) -> Judge:
        """Return what scores the model after each iteration."""
        about: Any = (data.known.get("classes_"), samples, held, entropy[0])
        if not callable(self.scoring):
            default = "accuracy" if self.kind == "classifier" else "r2"
            return judge_by_scores(SCORERS[self.scoring or default], data.loss, *about)
        plain = data.categories.of_numbers()

        def fitted(stages: tuple[Any, ...]) -> Any:
            """Return the model after some iterations, which takes rows of numbers."""
            model = copy.copy(self)
            found = self._sum_of(data, stages, np.zeros(len(stages)), entropy)
            found["_ensemble"] = replace(found["_ensemble"], categories=plain)
            adopt(model, found | {"n_features_in_": samples.X.shape[1]})
            return model

        return judge_by_models(self.scoring, fitted, *about)

    def _split(self, samples: Samples, entropy: tuple[int, ...]) -> tuple[Array, Array]:
        """Return the numbers of the rows to learn from and of those held out."""
        n, wanted = len(samples), self.validation_fraction
        assert wanted is not None
        share = wanted / n if isinstance(wanted, (int, np.integer)) else max(wanted, 1 / n)
        classes = samples.y if self.kind == "classifier" else None
        if share >= 1:
            raise ValueError(f"validation_fraction={wanted} of {n} rows leaves none of them to learn from.")
        learned, out = holdout(n, share, entropy[0] % 2**32, classes)
        if not len(out) or not len(learned):
            raise ValueError(f"validation_fraction={wanted} of {n} rows holds none of them out, or all.")
        return learned, out

    def _sum_of(
        self, data: HistogramData, stages: tuple[Any, ...], losses: Array, entropy: tuple[int, ...]
    ) -> dict[str, Any]:
        """Return the fitted attributes that predictions need."""
        self._arranged(data, entropy)
        name = next(name for name, kind in LOSSES.items() if type(data.loss) is kind)
        trees, loss = forest([tree for stage in stages for tree in stage]), data.loss
        one = HistogramEnsemble(trees, name, loss.alpha, loss.K, data.start, data.categories, losses, entropy)
        return dict(data.known) | {"n_iter_": len(stages), "n_trees_per_iteration_": loss.K, "_ensemble": one}

    def _finish(self, data: HistogramData, state: HistogramState) -> dict[str, Any]:
        arranged, d = self._arranged(data, state.entropy), data.samples.X.shape[1]
        found = self._sum_of(data, state.stages, state.losses, state.entropy)
        return found | {
            "do_early_stopping_": self._stops_early(data),
            "train_score_": state.train_score,
            "validation_score_": state.validation_score,
            "is_categorical_": data.categories.mask(d) if len(data.categories.columns) else None,
            "certificate_": certify_histograms(arranged, found["_ensemble"].forest, self._rules(data), state),
        }

    def _advice(self, state: HistogramState) -> str:
        return f"{type(self).__name__} was stopped after {state.iteration} of {self.max_iter} iterations."

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike = None,
        sample_weight: ArrayLike = None,
        *,
        X_val: ArrayLike = None,
        y_val: ArrayLike = None,
        sample_weight_val: ArrayLike = None,
    ) -> Self:
        """Fit the model: add trees until there are `max_iter`, or the score rises no more.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As of every estimator; X may be a data frame with columns of categories, NaN stands for a missing entry.
        X_val, y_val, sample_weight_val : array-like, optional
            Rows that decide when to stop, in place of some of the rows to learn from.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As every estimator.
        """
        validation: Any = {"X_val": X_val, "y_val": y_val, "sample_weight_val": sample_weight_val}
        return self._trained(Training(self, X, y, sample_weight, **validation), X, y, sample_weight)

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        one, T, d = fitted["_ensemble"], fitted["n_iter_"], fitted["n_features_in_"]
        if wrong := one.complaint(T, d):
            raise ValueError(f"has {wrong}.")

    # --- predictions ------------------------------------------------------------------------------------------------

    def _new_rows(self, X: ArrayLike) -> Any:
        self._require_fitted()
        categories = self._ensemble.categories
        if not len(categories.columns):
            return super()._new_rows(X)
        table: Any = X if hasattr(X, "shape") else np.asarray(X)
        if len(table.shape) == 2:
            check_features(self, X, table.shape[1])  # before categories are looked up in columns
        return self._input(categories.numbered(table))

    def _start(self, X: Array) -> Array:
        return np.repeat(self._ensemble.start[:, None], len(X), axis=1)

    def _constant_start(self) -> Array:
        return np.asarray(self._ensemble.start)

    def dependence_along_paths(self, grid: Array, features: Array) -> Array:
        """Return the scores for entries of some columns, the others averaged along the paths, of shape (K, P).

        Parameters
        ----------
        grid, features : ndarray
            Entries of shape (P, f), categories as in the fit, and their columns.

        Returns
        -------
        ndarray of shape (K, P)

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted()
        return super().dependence_along_paths(self._ensemble.categories.among(features).numbered(grid), features)

    @property
    def _rate(self) -> float:
        return 1.0  # values are steps that are taken


def _part(samples: Samples, start: Array, shift: Array) -> Part:
    rows = Samples(samples.X, samples.y - shift[0], samples.weight) if shift.any() else samples
    return Part(rows, np.repeat((start - shift)[:, None], len(samples), axis=1))
