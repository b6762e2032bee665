"""Logistic regression, with inference where there is no penalty."""

from dataclasses import replace
from math import isinf
from typing import Any

import numpy as np

from groundup.core.estimator.parameters import fitted
from groundup.core.linear import peer
from groundup.core.linear.classifier import LinearClassifier, ScoreData
from groundup.core.linear.solvers import ScoreState
from groundup.core.optimize.losses import Likelihood, Logistic, Softmax
from groundup.core.rows import Samples
from groundup.core.types import Array
from groundup.projects.logistic_regression.models import inference
from groundup.projects.logistic_regression.models.inference import Evidence


class LogisticRegression(LinearClassifier):
    """Logistic regression, penalised unless C is infinite.

    With more than two classes it is softmax regression.

    Minimises ``C Σ weight · cross-entropy + (1 − l1_ratio) / 2 · ‖w‖² + l1_ratio · ‖w‖₁``; the intercept is free.

    Parameters
    ----------
    C : float, default=1.0
        Inverse strength of the penalty; ``inf`` for none.
    l1_ratio : float, default=0.0
        Share of the L1 norm in the penalty: 0 is ridge, 1 lasso, which sets coefficients exactly to zero.
    fit_intercept : bool, default=True
        Whether the scores have a constant term, which is never penalised.
    class_weight : dict, "balanced" or None, default=None
        Weight of the rows of each class; "balanced" gives all classes the same weight in total.
    solver : str, default="auto"
        "newton" (iteratively reweighted least squares with a line search; in its n × n form where there are more
        columns than rows), "lbfgs" (quasi-Newton, from the Hessian of a sample of the rows), "gd" (gradient descent),
        "sgd" and "saga" (mini-batches) or "prox-newton" (for non-smooth penalties). "auto" takes "prox-newton" with
        an L1 penalty, "newton" for small data; for large data it begins with "lbfgs" and goes on, where a dozen steps
        do not suffice, with Newton steps by conjugate gradients (dense rows in memory; others stay with "lbfgs").
        scikit-learn's "newton-cholesky", "newton-cg", "liblinear" and "sag" are taken as well: its names refuse the
        penalties that they refuse there, and "liblinear" gives double precision.
    tol : float, default=1e-4
        The fit ends when the objective is proved to be within ``tol²`` of its minimum, relatively: an error of the
        objective is about the square of that of the parameters.
    max_iter : int, default=200
        Most iterations; passes over the data for "sgd" and "saga". With 0 the fit stays where it starts.
    warm_start : bool, default=False
        Begin at the coefficients of the last fit.
    learning_rate : float or "auto", default="auto"
        Step of "gd", "sgd" (divided by the root of the epoch) and "saga"; "auto" is safe for the data.
    batch_size : int, default=32
        Rows in a mini-batch of "sgd" and "saga".
    random_state : int, Generator, RandomState or None, default=None
        Seed of their shuffling.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    coef_ : ndarray of shape (1, d), or (K, d) for more than two classes
        Slopes of the scores: changes of the log-odds of the second class.
    intercept_ : ndarray of shape (1,) or (K,)
        Scores where all features are zero.
    n_iter_ : ndarray of shape (1,)
        Iterations taken.
    certificate_ : Certificate
        How far the objective is from its minimum: a duality gap or, without a penalty, the Newton decrement.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import LogisticRegression
    >>> model = LogisticRegression().fit([[1.0], [2.0], [3.0], [4.0]], ["fail", "fail", "pass", "pass"])
    >>> print(model.predict([[1.5], [3.5]]))
    ['fail' 'pass']
    """

    _evidence: Evidence = fitted(required=False)

    def _loss(self, K: int) -> tuple[Likelihood, int]:
        return (Logistic(), 1) if K == 2 else (Softmax(), K)

    def _data(self, X: Array, codes: Array, weight: Array | None, classes: Array) -> ScoreData:
        data = super()._data(X, codes, weight, classes)
        if self.solver != "liblinear":
            return data
        peer.require_liblinear(len(classes), Samples(X, codes))
        return replace(data, dtype=np.dtype(np.float64))  # as from scikit-learn's solver of this name

    def _finish(self, data: ScoreData, state: ScoreState) -> dict[str, Any]:
        fitted = super()._finish(data, state)
        if isinf(self._strength()[0]) and data.objective.outputs == 1 and not state.separable:
            theta = data.theta(state.coef, state.intercept, state.rest)
            evidence = inference.gather(data.objective, theta)
            if data.measured is not None and evidence.center is not None:
                evidence = replace(evidence, center=evidence.center + data.measured.x)
            fitted["_evidence"] = evidence
        return fitted

    def summary(self, confidence: float = 0.95) -> inference.Summary:
        """Return standard errors, tests, odds ratios, and the quality of the fit.

        Parameters
        ----------
        confidence : float, default=0.95
            Level of the intervals, between 0 and 1.

        Returns
        -------
        Summary
            Arrays with the intercept first; printed, it is a table.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For a penalised fit, whose coefficients are biased on purpose; for more than two classes; for classes that
            can be separated, which have no estimate; and for dependent columns.
        """
        self._require_fitted()
        if len(self.classes_) > 2:
            raise ValueError(f"summary is for two classes, the model has {len(self.classes_)}.")
        evidence: Evidence | None = getattr(self, "_evidence", None)
        if evidence is None and isinf(self._strength()[0]):
            raise ValueError(
                "the classes can be separated, as a whole or for some rows: the likelihood has no maximum, so there is "
                "no estimate to test."
            )
        if evidence is None:
            raise ValueError(
                "summary needs a fit without a penalty, C=float('inf'): a penalty biases the coefficients on purpose, "
                "and standard errors say nothing of that bias."
            )
        coef, intercept = self._slopes()[0].astype(np.float64), float(self.intercept_[0])
        names = getattr(self, "feature_names_in_", [f"x{j}" for j in range(self.n_features_in_)])
        return inference.summarize(evidence, coef, intercept, names, confidence)
