"""The linear support vector regression."""

from typing import Any, Literal

import numpy as np

from groundup.core.checks import inputs
from groundup.core.checks.parameters import Number, OneOf
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.linear.regressor import LinearRegressor
from groundup.core.rows import Samples
from groundup.core.types import Array, ArrayLike
from groundup.projects.support_vector_machine.models.linear_machine import LinearData, LinearMachine, as_weights
from groundup.projects.support_vector_machine.solvers.linear.design import Design
from groundup.projects.support_vector_machine.solvers.linear.piecewise_losses import PiecewiseLoss
from groundup.projects.support_vector_machine.solvers.linear.problem import LinearProblem, LinearState, Output


class LinearSVR(LinearMachine, LinearRegressor):
    """Linear support vector regression, for many rows or sparse ones.

    Minimises ``½ ‖w‖² + C Σ weight · max(0, |y − x·w − b| − ε)``. As in scikit-learn's, the intercept is the slope of a
    constant column, and penalised: b is `intercept_scaling` times a parameter that counts in ``‖w‖²``.

    Parameters
    ----------
    epsilon : float, default=0.0
        Residuals up to ε cost nothing; in the unit of y.
    tol : float, default=1e-4
        The fit ends when the objective is proved to be within ``tol²`` of its minimum, relatively: an error of the
        objective is about the square of that of the parameters.
    C : float, default=1.0
        Inverse strength of the penalty.
    loss : {"epsilon_insensitive", "squared_epsilon_insensitive"}, default="epsilon_insensitive"
        The excess, or its square.
    fit_intercept : bool, default=True
        Whether the model has a constant term.
    intercept_scaling : float, default=1.0
        The constant column; the larger, the less the intercept is penalised.
    dual : bool or "auto", default="auto"
        Both problems have the same solution, so that it changes nothing; False is refused where scikit-learn refuses
        it.
    verbose : int, default=0
        Whether to print the iterations.
    random_state : int, Generator, RandomState or None, default=None
        Seed of the order in which "dual-cd" visits the rows.
    max_iter : int, default=1000
        Largest number of iterations.
    solver : {"auto", "dual-cd"}, default="auto"
        "auto" takes Newton steps that count the active rows only, on a rounded loss unless it is squared, and in
        the dual problem where there are fewer rows than parameters; "dual-cd" is the textbook's, one row at a time.

    Attributes
    ----------
    coef_ : ndarray of shape (d,)
        Slopes.
    intercept_ : ndarray of shape (1,)
        Constant term; 0.0 without one.
    n_iter_ : int
        Iterations taken.
    certificate_ : Certificate
        The duality gap, relative.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import LinearSVR
    >>> model = LinearSVR(C=100.0, tol=1e-6).fit([[-1.0], [0.0], [1.0]], [-2.0, 0.0, 2.0])
    >>> print(model.coef_.round(6), model.predict([[3.0]]).round(6))
    [2.] [6.]
    """

    epsilon: float = parameter(Number(0), default=0.0)
    loss: Literal["epsilon_insensitive", "squared_epsilon_insensitive"] = parameter(
        OneOf(("epsilon_insensitive", "squared_epsilon_insensitive")), default="epsilon_insensitive"
    )

    coef_: Array = fitted("d")
    intercept_: Any = fitted("1", "")
    n_iter_: int = fitted()

    def _form(self) -> tuple[str, str]:
        return "l2", self.loss

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> LinearData:
        name, matrix = type(self).__name__, self._input(X)
        target = inputs.as_target(y, len(matrix), owner=name)
        if target.ndim == 2:
            if target.shape[1] > 1:
                raise ValueError(
                    f"y should be a 1d array, got an array of shape {target.shape} instead: {name} has one target."
                )
            inputs.warn_of_column()
        rows = Samples(matrix, target.ravel(), inputs.as_weight(sample_weight, len(matrix))).present()
        squared = self.loss == "squared_epsilon_insensitive"
        loss = PiecewiseLoss(as_weights(rows.weight, float(self.C)), float(self.epsilon), squared, two_sided=True)
        problem = LinearProblem(Design(rows.X, self._constant()), (Output(rows.y, 1.0, loss),))
        return LinearData(problem, None, matrix.dtype, self._seed())

    def _finish(self, data: LinearData, state: LinearState) -> dict[str, Any]:
        coef, intercept, common = self._shared(data, state)
        return {"coef_": coef[0], "intercept_": np.atleast_1d(intercept) if self.fit_intercept else 0.0} | common

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = False
        return tags
