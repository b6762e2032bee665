"""The support vector classifier."""

import numpy as np
from numpy import inf

from groundup.core.checks.parameters import OneOf, Positive
from groundup.core.estimator.parameters import parameter
from groundup.core.types import Array
from groundup.projects.support_vector_machine.models.pairs import PairwiseMachine
from groundup.projects.support_vector_machine.models.task import Task
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual, DualState


class SVC(PairwiseMachine):
    """Support vector classifier: the widest margin between two classes, in the space of a kernel.

    Minimises ``½ ‖w‖² + Σ C_i max(0, 1 − y f(x))``; more than two classes are told apart by pairs, which vote.

    Parameters
    ----------
    C : float, default=1.0
        Price of a violation of the margin by one, times the weights of its row and its class; inf stands for 1e10.
    kernel : {"linear", "poly", "rbf", "sigmoid", "precomputed"} or callable, default="rbf"
        See `groundup.core.kernels.Kernel`. With "precomputed", X holds the kernel values of all pairs of rows; a
        function takes two sets of rows, and returns their kernel values as a matrix.
    degree : int, default=3
        Degree of "poly".
    gamma : {"scale", "auto"} or float, default="scale"
        Factor of "rbf", "poly" and "sigmoid"; "auto" is one over the number of columns, "scale" that over the variance
        of all entries, in which rows count by their weights.
    coef0 : float, default=0.0
        Constant of "poly" and "sigmoid".
    shrinking : bool, default=True
        Ignored: which variables a solver leaves out for a time changes no answer.
    probability : bool, default=False
        Whether to calibrate probabilities, by sigmoids of decision values from five folds. It takes six fits, and the
        most probable class need not be the predicted one. "deprecated" is False.
    tol : float, default=1e-3
        Largest violation of the optimality conditions, in the unit of the decision function.
    cache_size : float, default=200
        Memory for kernel values in MiB. The kernel table of all pairs of rows is held only if it is not larger.
    class_weight : dict or "balanced" or None, default=None
        Factors of C by class, one where there is none; "balanced" gives all classes the same total weight.
    verbose : int, default=False
        Whether to print the states.
    max_iter : int, default=-1
        Largest number of steps for each pair of classes; -1 sets no limit.
    decision_function_shape : {"ovr", "ovo"}, default="ovr"
        Whether `decision_function` has a column for each class or for each pair.
    break_ties : bool, default=False
        Whether `predict` looks at decision values where classes have as many votes.
    random_state : int, Generator, RandomState or None, default=None
        Source of the folds of `probability`.
    solver : {"auto", "smo"}, default="auto"
        "smo" takes one pair of variables a step, "auto" is fast.

    Attributes
    ----------
    support_ : ndarray of int of shape (v,)
        Numbers of the support vectors, sorted by class.
    support_vectors_ : ndarray or sparse matrix of shape (v, d)
        The support vectors; empty for kernel functions and precomputed kernels.
    n_support_ : ndarray of int of shape (K,)
        Number of support vectors of each class.
    dual_coef_ : ndarray or sparse matrix of shape (K - 1, v)
        Coefficients of each support vector in the decisions between its class and the others.
    intercept_ : ndarray of shape (K (K - 1) / 2,)
        Constants of the decision functions.
    coef_ : ndarray or sparse matrix of shape (K (K - 1) / 2, d)
        Weights of the columns, with a linear kernel only.
    classes_ : ndarray of shape (K,)
        The classes, sorted.
    class_weight_ : ndarray of shape (K,)
        Their factors of C.
    n_iter_ : ndarray of int of shape (K (K - 1) / 2,)
        Number of steps for each pair.
    fit_status_ : int
        0 if the solver reached its tolerance, else 1.
    shape_fit_ : tuple of int
        Shape of the X of the fit.
    probA_, probB_ : ndarray of shape (K (K - 1) / 2,)
        The probability of the first class of a pair is ``1 / (1 + exp(A f + B))``, where f is positive for that class;
        empty without `probability`.
    certificate_ : Certificate
        The violation of the optimality conditions, and the duality gap.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    The intercept is the mean over the support vectors that are free, strictly between their bounds; where none is free,
    it is the middle of the interval of possible ones.

    Examples
    --------
    >>> from groundup import SVC
    >>> model = SVC(kernel="linear").fit([[0.0], [2.0], [3.0]], ["no", "yes", "yes"])
    >>> print(model.dual_coef_, model.intercept_)
    [[-0.5  0.5]] [-1.]
    """

    C: float = parameter(Positive | OneOf((inf,)), default=1.0)

    def _dual(self, task: Task, rows: Array, signs: Array) -> Dual:
        """Return the dual problem.  eq. support_vector_machine:dual"""
        n = len(rows)
        return Dual(task.kernel.subset(rows), signs, -np.ones(n), self._bound * task.weight[rows], np.zeros(n))

    def _scaled(self, problem: Dual, state: DualState) -> tuple[Array, float]:
        return problem.coefficients(state.alpha), problem.levels(state.alpha, state.gradient)[0]
