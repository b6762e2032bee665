"""Logistic regression with a penalty from cross-validation over a grid."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.labels import as_labels, require_classes
from groundup.core.checks.parameters import (
    Boolean,
    Count,
    Each,
    Function,
    Instance,
    Jobs,
    Number,
    OneOf,
    Positive,
    RandomState,
    Verbosity,
)
from groundup.core.containers.view import rows_of
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.linear.prediction import LinearScores
from groundup.core.linear.solvers import ALIASES, SolverAlias, SolverName
from groundup.core.metrics import accuracy_score, log_loss, roc_auc_score
from groundup.core.rows import Samples
from groundup.core.statistics.splits import Splits, Splitting, splits
from groundup.core.storage import record
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

FINAL_TOLERANCE = 0.01  # The final model is fitted to this part of tol, which costs a few iterations.
Scoring = Callable[[Any, Array, Array, Array | None], float]


def _neg_log_loss(model: Any, X: Array, y: Array, weight: Array | None) -> float:
    return -log_loss(y, model.predict_proba(X), labels=model.classes_, sample_weight=weight)


def _accuracy(model: Any, X: Array, y: Array, weight: Array | None) -> float:
    return accuracy_score(y, model.predict(X), weight)


def _roc_auc(model: Any, X: Array, y: Array, weight: Array | None) -> float:
    return roc_auc_score(y, model.decision_function(X), weight)


ScoringName = Literal["neg_log_loss", "accuracy", "roc_auc"]
SCORINGS: Mapping[ScoringName, Scoring] = {"neg_log_loss": _neg_log_loss, "accuracy": _accuracy, "roc_auc": _roc_auc}


@record
class GridState:
    """A fit of the grid search or, in the end, of the best penalty to all rows.

    Parameters
    ----------
    iteration : int
        Fits so far: folds × l1_ratios × Cs, and the final one.
    score : float
        Score of the last fit on its fold's test rows; in the end, the best mean score.
    scores : ndarray of shape (n_folds, n_l1_ratios, n_cs)
        Scores of all fits; NaN for later ones.
    paths : ndarray of shape (n_folds, n_l1_ratios, n_cs, t, p)
        Their coefficients, the intercept (where there is one) last.
    n_iter : ndarray of shape (n_folds, n_l1_ratios, n_cs)
        Their iterations.
    coef, intercept : ndarray or None
        Coefficients of the final model, as fitted attributes.
    certificate : Certificate or None
        Its certificate.
    converged : bool
        Whether the grid is searched and the final model is fitted.
    """

    iteration: int
    score: float
    scores: Array
    paths: Array
    n_iter: Array
    coef: Array | None = None
    intercept: Array | None = None
    certificate: Certificate | None = None
    converged: bool = False


@dataclass(frozen=True)
class GridData:
    """Rows, folds and the grid."""

    X: Array
    y: Array
    weight: Array | None
    classes: Array
    folds: Splits
    Cs: Array
    l1_ratios: Array


class LogisticRegressionCV(LinearScores):
    """Logistic regression with cross-validated C and l1_ratio.

    Parameters
    ----------
    Cs : int or sequence of float, default=10
        Inverse strengths of the penalty; a number of them is spread from 1e-4 to 1e4.
    l1_ratios : sequence of float, default=(0.0,)
        Shares of the L1 norm in the penalty.
    cv : int, splitter, iterable of (train, test), or None, default=None
        Folds; a number of them has the same share of every class in each; None is 5.
    scoring : {"neg_log_loss", "accuracy", "roc_auc"} or callable, default="neg_log_loss"
        What is best: minus the mean cross-entropy, the share of right classes, the area under the ROC curve, or
        ``scoring(model, X, y) -> float``. The first judges the probabilities themselves.
    fit_intercept, class_weight, solver, tol, max_iter, random_state
        As for `LogisticRegression`.

    Attributes
    ----------
    C_, l1_ratio_ : float
        The best of them; the first of equally good ones.
    Cs_, l1_ratios_ : ndarray
        The grid.
    scores_ : ndarray of shape (n_folds, n_l1_ratios, n_cs)
        Score of each fit on the test rows of its fold.
    coefs_paths_ : ndarray of shape (n_folds, n_l1_ratios, n_cs, t, p)
        Coefficients of each fit, the intercept (where there is one) last.
    n_iter_ : ndarray of shape (n_folds, n_l1_ratios, n_cs)
        Iterations of each fit.
    classes_, coef_, intercept_, certificate_, n_features_in_, feature_names_in_, history_
        Of the last fit, with the best penalty, to all rows: as for `LogisticRegression`.
    """

    watched: ClassVar[str] = "score"

    Cs: int | Sequence[float] | Array = parameter(Count | Each(Positive), default=10)
    l1_ratios: Sequence[float] | Array = parameter(Each(Number(0, 1)), default=(0.0,))
    fit_intercept: bool = parameter(Boolean(), default=True)
    cv: Any = parameter(OneOf((None,)) | Splitting(), default=None)
    dual: bool = ignored(Boolean(), "both problems have the same solution", default=False)
    penalty: Literal["deprecated"] = ignored(OneOf(("deprecated",)), "l1_ratios says it", default="deprecated")
    scoring: ScoringName | Callable[[Any, Array, Array], float] = parameter(
        OneOf(get_args(ScoringName)) | Function(), default="neg_log_loss"
    )
    solver: SolverName | SolverAlias = parameter(OneOf(get_args(SolverName)), default="auto", aliases=ALIASES)
    tol: float = parameter(Number(0), default=1e-4)
    max_iter: int = parameter(Count, default=200)
    class_weight: Mapping[Any, float] | Literal["balanced"] | None = parameter(
        OneOf((None, "balanced")) | Instance((dict,), "a dict of weights"), default=None
    )
    n_jobs: int | None = ignored(Jobs, "matrix products use all cores already", default=None)
    verbose: int = parameter(Verbosity, default=0)
    refit: Literal[True] = ignored(OneOf((True,)), "the best penalty is always fitted to all rows", default=True)
    intercept_scaling: float = ignored(Positive, "the intercept is not penalised", default=1.0)
    random_state: Seed = parameter(RandomState, default=None)
    use_legacy_attributes: Literal[False] = ignored(OneOf((False,)), "attributes have their new shapes", default=False)

    C_: float = fitted()
    l1_ratio_: float = fitted()
    Cs_: Array = fitted("c")
    l1_ratios_: Array = fitted("r")
    scores_: Array = fitted("f r c", finite=False)
    coefs_paths_: Array = fitted("f r c k *", finite=False)
    n_iter_: Array = fitted("f r c", kinds="iu")

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed.

        Pairs of them are checked as well.
        """
        super().check_parameters()
        for share in self.l1_ratios:
            self._model(1.0, share).check_parameters()

    def _model(self, C: float, l1_ratio: float) -> LogisticRegression:
        """Return the model of one point of the grid."""
        return LogisticRegression(
            C=float(C),
            l1_ratio=float(l1_ratio),
            fit_intercept=self.fit_intercept,
            class_weight=self.class_weight,
            solver=self.solver,
            tol=self.tol,
            max_iter=self.max_iter,
            warm_start=True,
            random_state=self.random_state,
        )

    def most_states(self) -> int | None:
        """Return None: the grid's size follows from the data."""
        return None

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> GridData:
        matrix = self._input(X)
        labels = as_labels(y, len(matrix), owner="LogisticRegressionCV")
        weight = inputs.as_weight(sample_weight, len(matrix))
        rows = Samples(matrix, labels, weight).present()
        classes = np.unique(rows.y)
        require_classes(classes, "LogisticRegressionCV")
        Cs = np.geomspace(1e-4, 1e4, self.Cs) if isinstance(self.Cs, int) else np.asarray(self.Cs, dtype=np.float64)
        folds = splits(5 if self.cv is None else self.cv, rows.X, rows.y, stratified=True, weight=weight)
        for number, (train, _) in enumerate(folds):
            if absent := np.setdiff1d(classes, rows.y[train]).tolist():
                raise ValueError(
                    f"fold {number} of cv trains without the class {absent[0]!r}; use fewer folds or join rare classes."
                )
        return GridData(rows.X, rows.y, rows.weight, classes, folds, Cs, np.asarray(self.l1_ratios, dtype=np.float64))

    def _iterate(self, data: GridData, start: GridState | None) -> Iterator[GridState]:
        if start is not None and start.converged:
            return
        shape = (len(data.folds), len(data.l1_ratios), len(data.Cs))
        if start is None:
            t, p = 1 if len(data.classes) == 2 else len(data.classes), data.X.shape[1] + int(self.fit_intercept)
            empty = np.full(shape, np.nan)
            start = GridState(0, np.nan, empty, np.full((*shape, t, p), np.nan), np.zeros(shape, dtype=int))
        scores, paths, n_iter = start.scores, start.paths, start.n_iter
        model, done = None, start.iteration
        for iteration, place in enumerate(np.ndindex(*shape), start=1):
            if iteration <= done:
                continue
            fold, share, strength = place
            train, test = data.folds[fold]
            if model is None or strength == 0:
                model = self._model(float(data.Cs[strength]), float(data.l1_ratios[share]))
                self._continue(model, data.classes, paths[fold, share, strength - 1] if strength else None)
            model.set_params(C=float(data.Cs[strength]))
            model.fit(rows_of(data.X, train), data.y[train], None if data.weight is None else data.weight[train])
            scores, paths, n_iter = scores.copy(), paths.copy(), n_iter.copy()
            scores[place] = self._score(model, data, test)
            columns = [model.coef_, model.intercept_[:, None]] if self.fit_intercept else [model.coef_]
            paths[place] = np.hstack(columns)
            n_iter[place] = model.n_iter_[0]
            yield (start := GridState(iteration, float(scores[place]), scores, paths, n_iter))
        best, score = self._best_model(data, scores)
        yield replace(
            start,
            iteration=start.iteration + 1,
            score=score,
            coef=best.coef_,
            intercept=best.intercept_,
            certificate=best.certificate_,
            converged=True,
        )

    def _best_model(self, data: GridData, scores: Array) -> tuple[LogisticRegression, float]:
        """Return the model with the best penalty so far, fitted to all rows, and its mean score."""
        (share, strength), score = best_place(scores)
        model = self._model(float(data.Cs[strength]), float(data.l1_ratios[share]))
        model.set_params(tol=FINAL_TOLERANCE * self.tol).fit(data.X, data.y, data.weight)
        return model, score

    def _continue(self, model: LogisticRegression, classes: Array, path: Array | None) -> None:
        """Let a warm start begin at the previous fit, also after a checkpoint."""
        if path is not None:
            d = path.shape[1] - int(self.fit_intercept)
            model.classes_, model.coef_ = classes, path[:, :d]
            model.intercept_ = path[:, d] if self.fit_intercept else np.zeros(len(path))

    def _score(self, model: LogisticRegression, data: GridData, test: Array) -> float:
        X, y = data.X[test], data.y[test]
        if callable(self.scoring):
            return float(self.scoring(model, X, y))
        return SCORINGS[self.scoring](model, X, y, None if data.weight is None else data.weight[test])

    def _finish(self, data: GridData, state: GridState) -> dict[str, Any]:
        if not state.converged:  # the search was interrupted
            best, _ = self._best_model(data, state.scores)
            state = replace(state, coef=best.coef_, intercept=best.intercept_, certificate=best.certificate_)
        (share, strength), _ = best_place(state.scores)
        return {
            "C_": float(data.Cs[strength]),
            "l1_ratio_": float(data.l1_ratios[share]),
            "Cs_": data.Cs,
            "l1_ratios_": data.l1_ratios,
            "scores_": state.scores,
            "coefs_paths_": state.paths,
            "n_iter_": state.n_iter,
            "classes_": data.classes,
            "coef_": state.coef,
            "intercept_": state.intercept,
            "certificate_": state.certificate,
        }

    def _advice(self, state: GridState) -> str:
        return f"LogisticRegressionCV stopped before its grid was searched: C_ is the best of {state.iteration} fits."


def best_place(scores: Array) -> tuple[tuple[int, int], float]:
    """Return the places of the best l1_ratio and C, and their mean score.

    The mean is over the folds so far.
    """
    known = ~np.isnan(scores)
    count = known.sum(axis=0)
    mean = np.where(count > 0, np.where(known, scores, 0).sum(axis=0) / np.maximum(count, 1), -np.inf)
    share, strength = np.unravel_index(int(mean.argmax()), mean.shape)
    return (int(share), int(strength)), float(mean[share, strength])
