"""Support vector regression."""

import numpy as np
from numpy import inf

from groundup.core.checks.parameters import Number, OneOf, Positive
from groundup.core.estimator.parameters import parameter
from groundup.projects.support_vector_machine.models.regression import RegressionMachine
from groundup.projects.support_vector_machine.models.task import Task
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual


class SVR(RegressionMachine):
    """Support vector regression: the flattest function within a tube around the targets.

    Minimises ``½ ‖w‖² + C Σ max(0, |y − f(x)| − ε)``.

    Parameters
    ----------
    C : float, default=1.0
        Price of an error of one beyond the tube; inf stands for 1e10.
    epsilon : float, default=0.1
        Half the width of the tube, in the unit of y.
    kernel, degree, gamma, coef0
        As in `SVC`.
    shrinking : bool, default=True
        Ignored: which variables a solver leaves out for a time changes no answer.
    tol, cache_size, verbose, max_iter, solver
        As in `SVC`.

    Attributes
    ----------
    support_ : ndarray of int of shape (v,)
        Numbers of the support vectors: the rows on or outside the tube.
    support_vectors_ : ndarray or sparse matrix of shape (v, d)
        The support vectors; empty for kernel functions and precomputed kernels.
    n_support_ : ndarray of int of shape (1,)
        Their number.
    dual_coef_ : ndarray or sparse matrix of shape (1, v)
        Their coefficients in the decision function.
    intercept_ : ndarray of shape (1,)
        The constant.
    coef_ : ndarray or sparse matrix of shape (1, d)
        Weights of the columns, with a linear kernel only.
    n_iter_ : int
        Number of steps.
    fit_status_ : int
        0 if the solver reached its tolerance, else 1.
    shape_fit_ : tuple of int
        Shape of the X of the fit.
    certificate_ : Certificate
        The violation of the optimality conditions, and the duality gap.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import SVR
    >>> model = SVR(kernel="linear", C=100).fit([[0.0], [1.0], [2.0], [3.0]], [0.0, 1.0, 2.0, 3.0])
    >>> print(model.coef_.round(3), model.intercept_.round(3))
    [[0.933]] [0.1]
    """

    C: float = parameter(Positive | OneOf((inf,)), default=1.0)
    epsilon: float = parameter(Number(0), default=0.1)

    def _dual(self, task: Task) -> Dual:
        """Return the dual problem: a variable for each side of the tube.  eq. support_vector_machine:tube-dual"""
        n = len(task.y)
        return Dual(
            task.kernel,
            np.repeat([1.0, -1.0], n),
            np.concatenate([self.epsilon - task.y, self.epsilon + task.y]),
            np.tile(self._bound * task.weight, 2),
            np.zeros(2 * n),
            False,
            np.tile(np.arange(n), 2),
        )
