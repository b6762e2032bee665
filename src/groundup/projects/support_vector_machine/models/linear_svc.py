"""The linear support vector classifier."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.labels import as_labels, balanced_weights, class_weighted, require_classes
from groundup.core.checks.parameters import Instance, OneOf
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.linear.prediction import LinearDecision
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.support_vector_machine.models.linear_machine import LinearData, LinearMachine, as_weights
from groundup.projects.support_vector_machine.solvers.linear.design import Design
from groundup.projects.support_vector_machine.solvers.linear.piecewise_losses import PiecewiseLoss
from groundup.projects.support_vector_machine.solvers.linear.problem import LinearProblem, LinearState, Output


class LinearSVC(LinearMachine, LinearDecision):
    """Linear support vector classifier, for many rows or sparse ones.

    Minimises ``½ ‖w‖² + C Σ weight · max(0, 1 − y (x·w + b))²`` for classes y of ±1, one class against the others where
    there are more than two. As in scikit-learn's, the intercept is the slope of a constant column, and penalised: b is
    `intercept_scaling` times a parameter that counts in ``‖w‖²``.

    Parameters
    ----------
    penalty : {"l1", "l2"}, default="l2"
        ``½ ‖w‖²``, or ``‖w‖₁``, which sets slopes exactly to zero.
    loss : {"hinge", "squared_hinge"}, default="squared_hinge"
        "hinge" is ``max(0, 1 − y (x·w + b))``.
    dual : bool or "auto", default="auto"
        Both problems have the same solution, so that it changes nothing; True and False are refused where scikit-learn
        refuses them.
    tol : float, default=1e-4
        The fit ends when the objective is proved to be within ``tol²`` of its minimum, relatively: an error of the
        objective is about the square of that of the parameters.
    C : float, default=1.0
        Inverse strength of the penalty.
    multi_class : {"ovr"}, default="ovr"
        "crammer_singer", the joint problem of all classes, is refused with a message.
    fit_intercept : bool, default=True
        Whether the scores have a constant term.
    intercept_scaling : float, default=1.0
        The constant column; the larger, the less the intercept is penalised.
    class_weight : dict, "balanced" or None, default=None
        Weight of the rows of each class; "balanced" gives all classes the same weight in total. With more than two
        classes it is, as in scikit-learn, that of the class against the others, whose rows keep their weights.
    verbose : int, default=0
        Whether to print the iterations.
    random_state : int, Generator, RandomState or None, default=None
        Seed of the order in which "dual-cd" visits the rows.
    max_iter : int, default=1000
        Largest number of iterations.
    solver : {"auto", "dual-cd"}, default="auto"
        "auto" takes Newton steps that count the active rows only, on a rounded loss for "hinge"; in the dual problem
        where there are fewer rows than parameters; and proximal Newton steps for "l1". "dual-cd" is the textbook's, one
        row at a time.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    coef_ : ndarray of shape (1, d), or (K, d) for more than two classes
        Slopes of the scores.
    intercept_ : ndarray of shape (1,) or (K,)
        Scores where all features are zero; 0.0 without intercepts.
    n_iter_ : int
        Iterations taken.
    certificate_ : Certificate
        The duality gap, relative.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import LinearSVC
    >>> model = LinearSVC().fit([[1.0], [2.0], [3.0], [4.0]], ["fail", "fail", "pass", "pass"])
    >>> print(model.predict([[1.5], [3.5]]))
    ['fail' 'pass']
    """

    penalty: Literal["l1", "l2"] = parameter(OneOf(("l1", "l2")), default="l2", kw_only=False)
    loss: Literal["hinge", "squared_hinge"] = parameter(
        OneOf(("hinge", "squared_hinge")), default="squared_hinge", kw_only=False
    )
    multi_class: Literal["ovr", "crammer_singer"] = parameter(OneOf(("ovr", "crammer_singer")), default="ovr")
    class_weight: Mapping[Any, float] | Literal["balanced"] | None = parameter(
        OneOf((None, "balanced")) | Instance((dict,), "a dict of weights"), default=None
    )

    coef_: Array = fitted("k d")
    intercept_: Any = fitted("k", "")
    n_iter_: int = fitted()

    def _form(self) -> tuple[str, str]:
        return self.penalty, self.loss

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed, or not together."""
        super().check_parameters()
        if self.multi_class == "crammer_singer":
            raise InvalidParameterError(
                "LinearSVC: multi_class='crammer_singer', one problem for all classes together, is not available; use "
                "multi_class='ovr', or SoftmaxRegression, which is such a problem."
            )

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> LinearData:
        name, matrix = type(self).__name__, self._input(X)
        labels = as_labels(y, len(matrix), owner=name)
        rows = Samples(matrix, labels, inputs.as_weight(sample_weight, len(matrix))).present()
        classes = np.unique(rows.y)
        require_classes(classes, name)
        codes = np.searchsorted(classes, rows.y)
        balance = self._class_factors(classes, codes, rows.weight)
        if len(classes) == 2:
            weight = rows.weight if balance is None else balance[codes] * (1.0 if rows.weight is None else rows.weight)
            outputs = [self._output(codes == 1, weight)]
        else:
            outputs = []
            for k in range(len(classes)):
                weight = rows.weight
                if balance is not None:
                    weight = np.where(codes == k, balance[k], 1.0) * (1.0 if weight is None else weight)
                outputs.append(self._output(codes == k, weight))
        problem = LinearProblem(Design(rows.X, self._constant()), tuple(outputs))
        return LinearData(problem, classes, matrix.dtype, self._seed())

    def _class_factors(self, classes: Array, codes: Array, weight: Array | None) -> Array | None:
        """Weight of each class, (K,); None if all are one."""
        if self.class_weight == "balanced":
            return balanced_weights(codes, len(classes), weight)
        return class_weighted(self.class_weight, classes, np.arange(len(classes)), None)

    def _output(self, positive: Array, weight: Array | None) -> Output:
        loss = PiecewiseLoss(as_weights(weight, float(self.C)), 0.0, self.loss == "squared_hinge", two_sided=False)
        return Output(1.0, np.where(positive, 1.0, -1.0), loss)

    def _finish(self, data: LinearData, state: LinearState) -> dict[str, Any]:
        coef, intercept, common = self._shared(data, state)
        return {"classes_": data.classes, "coef_": coef, "intercept_": intercept} | common

    def _class_scores(self, X: ArrayLike) -> Array:
        scores = self.decision_function(X)
        return scores if scores.ndim > 1 else np.column_stack([-scores, scores])
