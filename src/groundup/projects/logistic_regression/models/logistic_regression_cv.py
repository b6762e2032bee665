"""Logistic regression with a penalty from cross-validation over a grid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.labels import as_labels, balanced_weights, require_classes
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
from groundup.core.containers.csr import form_of, in_form
from groundup.core.containers.view import rows_of
from groundup.core.estimator.parameters import fitted, ignored, parameter
from groundup.core.estimator.search import Passed, Search, at_rows
from groundup.core.linear.prediction import LinearScores
from groundup.core.linear.solvers import ALIASES, SolverAlias, SolverName
from groundup.core.metrics.scorers import SCORERS, ClassScore, ProbabilityScore, Scorer
from groundup.core.rows import Samples
from groundup.core.statistics.splits import Splitting, splits
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.logistic_regression.models import cv_attributes
from groundup.projects.logistic_regression.models.grid import GridData, GridState, best_place, best_places
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

FINAL_TOLERANCE = 0.01  # The final model is fitted to this part of tol, which costs a few iterations.
SCORINGS = (None, "warn", *get_args(ClassScore), *get_args(ProbabilityScore))


class LogisticRegressionCV(Search, LinearScores):
    """Logistic regression with cross-validated C and l1_ratio.

    Parameters
    ----------
    Cs : int or sequence of float, default=10
        Inverse strengths of the penalty; a number of them is spread from 1e-4 to 1e4.
    l1_ratios : sequence of float or None, default="warn"
        Shares of the L1 norm in the penalty. None and, as in scikit-learn 1.9, the default are (0.0,), for which the
        older attributes have no axis.
    cv : int, splitter, iterable of (train, test), or None, default=None
        Folds; a number of them has the same share of every class in each; None is 5.
    scoring : str, callable or None, default="warn"
        What is best, by scikit-learn's name of the score, or ``scoring(model, X, y) -> float``, which with sample
        weights is called with ``sample_weight`` as well (under routing, if it asks for them). None and the default are
        "accuracy", the share of right classes; "neg_log_loss" judges the probabilities themselves.
    refit : bool, default=True
        Whether the best penalty is fitted to all rows. Otherwise coefficients, C and l1_ratio are means over the folds,
        each with its own best.
    use_legacy_attributes : bool, default="warn"
        Whether attributes have the shapes that scikit-learn is giving up: True and the default. `C_`, `l1_ratio_` are
        then arrays and `scores_`, `coefs_paths_` dicts with an entry for each class (of two, the second), with axes
        (n_folds, n_cs, n_l1_ratios), and `n_iter_` has one more axis.
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
    classes_, coef_, intercept_, n_features_in_, feature_names_in_, history_
        Of the last fit, with the best penalty, to all rows: as for `LogisticRegression`.
    certificate_ : Certificate
        Of that fit; none with ``refit=False``.

    Examples
    --------
    >>> from groundup import LogisticRegressionCV
    >>> X, y = [[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]], [0, 0, 1, 0, 1, 1]
    >>> model = LogisticRegressionCV(
    ...     Cs=[0.1, 1.0], l1_ratios=(0.0,), cv=3, scoring="neg_log_loss", use_legacy_attributes=False
    ... ).fit(X, y)
    >>> model.C_
    0.1
    """

    watched: ClassVar[str] = "score"

    accepts = Accepts(sparse=True)

    Cs: int | Sequence[float] | Array = parameter(Count | Each(Positive | OneOf((inf,))), default=10)
    l1_ratios: Sequence[float] | Array | Literal["warn"] | None = parameter(
        Each(Number(0, 1)) | OneOf((None, "warn")), default="warn"
    )
    fit_intercept: bool = parameter(Boolean(), default=True)
    cv: Any = parameter(OneOf((None,)) | Splitting(), default=None)
    dual: bool = ignored(Boolean(), "both problems have the same solution", default=False)
    penalty: Literal["deprecated", "l1", "l2", "elasticnet"] = parameter(
        OneOf(("deprecated", "l1", "l2", "elasticnet")), default="deprecated"
    )
    scoring: ClassScore | ProbabilityScore | Literal["warn"] | Scorer | None = parameter(
        OneOf(SCORINGS) | Function(), default="warn"
    )
    solver: SolverName | SolverAlias = parameter(OneOf(get_args(SolverName)), default="auto", aliases=ALIASES)
    tol: float = parameter(Number(0), default=1e-4)
    max_iter: int = parameter(Number(0, whole=True), default=200)
    class_weight: Mapping[Any, float] | Literal["balanced"] | None = parameter(
        OneOf((None, "balanced")) | Instance((dict,), "a dict of weights"), default=None
    )
    n_jobs: int | None = ignored(Jobs, "matrix products use all cores already", default=None)
    verbose: int = parameter(Verbosity, default=0)
    refit: bool = parameter(Boolean(), default=True)
    intercept_scaling: float = ignored(Positive, "the intercept is not penalised", default=1.0)
    random_state: Seed = parameter(RandomState, default=None)
    use_legacy_attributes: bool | Literal["warn"] = parameter(Boolean() | OneOf(("warn",)), default="warn")

    C_: float | Array = fitted()
    l1_ratio_: float | Array = fitted()
    Cs_: Array = fitted("c", finite=False)
    l1_ratios_: Array = fitted("r")
    scores_: Array | dict[Any, Array] = fitted(finite=False)
    coefs_paths_: Array | dict[Any, Array] = fitted(finite=False)
    n_iter_: Array = fitted(kinds="iu")

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed.

        Pairs of them are checked as well.
        """
        super().check_parameters()
        for share in cv_attributes.l1_ratios_of(self.penalty, self.l1_ratios):
            self._model(1.0, float(share), None).check_parameters()

    def _model(self, C: float, l1_ratio: float, class_weight: Mapping[Any, float] | None) -> LogisticRegression:
        """Return the model of one point of the grid."""
        return LogisticRegression(
            C=C,
            l1_ratio=l1_ratio,
            dual=self.dual,
            fit_intercept=self.fit_intercept,
            class_weight=class_weight,
            solver=self.solver,
            tol=self.tol,
            max_iter=self.max_iter,
            warm_start=True,
            random_state=self.random_state,
        )

    def most_states(self) -> int | None:
        """Return None: the grid's size follows from the data."""
        return None

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike, passed: Passed | None = None) -> GridData:
        cv_attributes.warn_of_older_parameters(self)
        name = type(self).__name__
        matrix = self._input(X)
        labels = as_labels(y, len(matrix), owner=name)
        weight = inputs.as_weight(sample_weight, len(matrix))
        passed = (passed or self._passed("fit", sample_weight, {})).present(weight)
        rows = Samples(matrix, labels, weight).present()
        classes = np.unique(rows.y)
        require_classes(classes, name)
        Cs = np.geomspace(1e-4, 1e4, self.Cs) if isinstance(self.Cs, int) else np.asarray(self.Cs, dtype=np.float64)
        ratios = np.asarray(cv_attributes.l1_ratios_of(self.penalty, self.l1_ratios), dtype=np.float64)
        cv = 5 if self.cv is None else self.cv
        folds = splits(cv, X, rows.y, stratified=True, weight=weight, passed=passed.split)
        class_weight = self.class_weight
        if isinstance(class_weight, str):  # of all rows, as in scikit-learn: a fold may lack a class
            balance = balanced_weights(np.searchsorted(classes, rows.y), len(classes), rows.weight)
            class_weight = dict(zip(classes.tolist(), balance.tolist(), strict=True))
        grid = (class_weight, classes, folds, Cs, ratios, form_of(X))
        return GridData(rows.X, rows.y, rows.weight, passed.score, *grid)

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
                model = self._model(float(data.Cs[strength]), float(data.l1_ratios[share]), data.class_weight)
                vars(model)["_known_classes"] = data.classes  # the rows of a fold may lack some
                self._continue(model, data.classes, paths[fold, share, strength - 1] if strength else None)
            model.set_params(C=float(data.Cs[strength]))
            model.fit(rows_of(data.X, train), data.y[train], None if data.weight is None else data.weight[train])
            scores, paths, n_iter = scores.copy(), paths.copy(), n_iter.copy()
            scores[place] = self._score(model, data, test)
            columns = [model.coef_, model.intercept_[:, None]] if self.fit_intercept else [model.coef_]
            paths[place] = np.hstack(columns)
            n_iter[place] = model.n_iter_[0]
            yield (start := GridState(iteration, float(scores[place]), scores, paths, n_iter))
        final = self._final(data, start)
        yield replace(final, iteration=start.iteration + 1, score=best_place(scores)[1], converged=True)

    def _final(self, data: GridData, state: GridState) -> GridState:
        """Return the state with the final model: that of the best penalty so far, fitted to all rows, or a mean."""
        if not self.refit:
            paths = [state.paths[place] for place in best_places(state.scores)]
            mean, d = np.mean(paths, axis=0).astype(data.X.dtype), data.X.shape[1]
            return replace(
                state, coef=mean[:, :d], intercept=mean[:, d] if self.fit_intercept else np.zeros_like(mean[:, 0])
            )
        (share, strength), _ = best_place(state.scores)
        model = self._model(float(data.Cs[strength]), float(data.l1_ratios[share]), data.class_weight)
        model.set_params(tol=FINAL_TOLERANCE * self.tol).fit(data.X, data.y, data.weight)
        return replace(state, coef=model.coef_, intercept=model.intercept_, certificate=model.certificate_)

    def _continue(self, model: LogisticRegression, classes: Array, path: Array | None) -> None:
        """Let a warm start begin at the previous fit, also after a checkpoint."""
        if path is not None:
            d = path.shape[1] - int(self.fit_intercept)
            model.classes_, model.coef_ = classes, path[:, :d]
            model.intercept_ = path[:, d] if self.fit_intercept else np.zeros(len(path))

    def _score(self, model: LogisticRegression, data: GridData, test: Array) -> float:
        given = at_rows(data.score, test, len(data.y))
        rows = rows_of(data.X, test)
        shown = rows if data.form is None else in_form(rows, data.form)
        return float(self._scorer()(model, shown, data.y[test], **given))

    def _finish(self, data: GridData, state: GridState) -> dict[str, Any]:
        final = state if state.converged else self._final(data, state)  # the search may have been interrupted
        places = [best_place(state.scores)[0]] if self.refit else [place[1:] for place in best_places(state.scores)]
        found = {
            "C_": float(np.mean([data.Cs[strength] for _, strength in places])),
            "l1_ratio_": float(np.mean([data.l1_ratios[share] for share, _ in places])),
            "scores_": state.scores,
            "coefs_paths_": state.paths,
            "n_iter_": state.n_iter,
        }
        if self.use_legacy_attributes:
            given = not (self.l1_ratios is None or isinstance(self.l1_ratios, str))
            found = cv_attributes.legacy(found, data.classes, with_ratios=given)
        if final.certificate is not None:
            found["certificate_"] = final.certificate
        return found | {
            "Cs_": data.Cs,
            "l1_ratios_": data.l1_ratios,
            "classes_": data.classes,
            "coef_": final.coef,
            "intercept_": final.intercept,
        }

    # --- the score ---------------------------------------------------------------------------------------------------

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None, **params: Any) -> float:
        """Return the score that `scoring` names.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.
        y : array-like of shape (n,)
            Their true classes.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.
        **params : object
            For the scorer, where scikit-learn's routing is enabled.

        Returns
        -------
        float
            Higher is better.

        Raises
        ------
        NotFittedError, TypeError, ValueError
            As `predict`, and for a `y` of another length.
        """
        passed = self._passed("score", sample_weight, params)
        self._require_fitted()
        return float(self._scorer()(self, X, y, **passed.score))

    def _scorer(self) -> Scorer:
        scoring = self._scorer_to_route()
        return SCORERS[scoring] if isinstance(scoring, str) else scoring

    def _scorer_to_route(self) -> Any:
        return "accuracy" if self.scoring is None or self.scoring == "warn" else self.scoring

    def _requestable(self, method: str) -> list[str]:
        return [] if method == "score" else super()._requestable(method)  # the scorer asks, not the model

    def _advice(self, state: GridState) -> str:
        return f"LogisticRegressionCV stopped before its grid was searched: C_ is the best of {state.iteration} fits."
