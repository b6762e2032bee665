"""Support vector regression with a bounded share of errors."""

import numpy as np
from numpy import inf

from groundup.core.checks.parameters import Number, OneOf, Positive
from groundup.core.estimator.parameters import parameter
from groundup.projects.support_vector_machine.models.regression import RegressionMachine
from groundup.projects.support_vector_machine.models.task import Task
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual
from groundup.projects.support_vector_machine.solvers.dual.starts import filled


class NuSVR(RegressionMachine):
    """Support vector regression that chooses the width of its tube by a share of rows.

    At most a share ν of the rows lies outside the tube, and at least that share are support vectors.

    Parameters
    ----------
    nu : float, default=0.5
        The share ν, above 0 and at most 1.
    C : float, default=1.0
        Price of an error of one beyond the tube, in relation to the flatness of the function; inf stands for 1e10.
    kernel, degree, gamma, coef0
        As in `SVC`.
    shrinking : bool, default=True
        Ignored: which variables a solver leaves out for a time changes no answer.
    tol, cache_size, verbose, max_iter, solver
        As in `SVC`.

    Attributes
    ----------
    support_, support_vectors_, n_support_, dual_coef_, intercept_, coef_, n_iter_, fit_status_, shape_fit_
        As in `SVR`.
    certificate_ : Certificate
        The violation of the optimality conditions, and the duality gap.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Examples
    --------
    >>> from groundup import NuSVR
    >>> model = NuSVR(kernel="linear", C=100, nu=0.5).fit([[0.0], [1.0], [2.0], [3.0]], [0.0, 1.0, 2.0, 3.0])
    >>> print(model.predict([[1.5]]).round(3))
    [1.5]

    Source: B. Schölkopf, A. J. Smola, R. C. Williamson and P. L. Bartlett, New support vector algorithms, Neural
    Computation 12 (2000).
    """

    nu: float = parameter(Number(0, 1, open_low=True), default=0.5)
    C: float = parameter(Positive | OneOf((inf,)), default=1.0)

    def _dual(self, task: Task) -> Dual:
        """Return the dual problem, whose tube is the multiplier of a sum.  eq. support_vector_machine:nu-regression"""
        upper = self._bound * task.weight
        start = filled(upper, self.nu * float(upper.sum()) / 2)
        n = len(upper)
        return Dual(
            task.kernel,
            np.repeat([1.0, -1.0], n),
            np.concatenate([-task.y, task.y]),
            np.tile(upper, 2),
            np.tile(start, 2),
            True,
            np.tile(np.arange(n), 2),
        )
