"""The one-class machine."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from groundup.core.checks.parameters import Number
from groundup.core.estimator.detector import Detector
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.types import Array, ArrayLike
from groundup.projects.support_vector_machine.certificate import certify, judge
from groundup.projects.support_vector_machine.models.machine import KernelMachine
from groundup.projects.support_vector_machine.models.task import Task
from groundup.projects.support_vector_machine.solvers.dual.parts import MachineState, solve_in_turn
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual
from groundup.projects.support_vector_machine.solvers.dual.starts import filled

FRONTIER_ROUNDING = 1e-10  # Distance from the frontier that rounding explains, relative to its score.


class OneClassSVM(KernelMachine, Detector):
    """One-class support vector machine: a frontier around most of the rows.

    It separates the rows, in the space of the kernel, from the origin by the widest margin. At most a share ν of them
    is outside, and at least that share are support vectors.

    Parameters
    ----------
    nu : float, default=0.5
        The share ν, above 0 and at most 1.
    kernel, degree, gamma, coef0
        As in `SVC`.
    shrinking : bool, default=True
        Ignored: which variables a solver leaves out for a time changes no answer.
    tol, cache_size, verbose, max_iter, solver
        As in `SVC`.

    Attributes
    ----------
    support_, support_vectors_, n_support_, dual_coef_, coef_, n_iter_, fit_status_, shape_fit_
        As in `SVR`.
    intercept_ : ndarray of shape (1,)
        The constant of the decision function.
    offset_ : ndarray of shape (1,)
        The same with the other sign: the score of the frontier.
    certificate_ : Certificate
        The violation of the optimality conditions, and the duality gap.
    n_features_in_, feature_names_in_, history_
        As for every estimator.

    Notes
    -----
    Scores are sums of weights times kernel values, as in scikit-learn: with weights twice as large they are, too.

    Examples
    --------
    >>> from groundup import OneClassSVM
    >>> model = OneClassSVM(gamma="auto", nu=0.5).fit([[0.0], [0.44], [0.45], [0.46], [1.0]])
    >>> print(model.predict([[0.44], [3.0]]))
    [ 1 -1]

    Source: B. Schölkopf, J. C. Platt, J. Shawe-Taylor, A. J. Smola and R. C. Williamson, Estimating the support of a
    high-dimensional distribution, Neural Computation 13 (2001).
    """

    nu: float = parameter(Number(0, 1, open_low=True), default=0.5)

    offset_: Array = fitted("1")  # type: ignore[assignment]
    n_iter_: int = fitted()
    _translates: ClassVar[bool] = False

    def _dual(self, task: Task) -> Dual:
        """Return the dual problem.  eq. support_vector_machine:one-class"""
        n, upper = len(task.weight), task.weight / task.weight.sum()
        return Dual(task.kernel, np.ones(n), np.zeros(n), upper, filled(upper, self.nu))

    def _tolerance(self, problem: Dual) -> float:
        return float(self.tol) / len(problem.sign)  # in LIBSVM, the sum of the bounds is the number of rows

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Task:
        return self._task(X, np.ones, sample_weight)

    def _iterate(self, data: Task, start: MachineState | None) -> Iterator[MachineState]:
        yield from solve_in_turn(lambda k: self._dual(data), 1, self._solve, (), start)

    def _finish(self, data: Task, state: MachineState) -> dict[str, Any]:
        problem, last = self._dual(data), state.parts[0]
        unit = float(data.weight.sum())
        level = unit * np.array(problem.levels(last.alpha, last.gradient))
        found = self._found_with(data, unit * problem.coefficients(last.alpha)[None], level, state)
        certificate = certify([judge(problem, last.alpha, self._tolerance(problem))], self._convex)
        offset = -found["_level"].astype(found["_vectors"].dtype)
        return found | {"offset_": offset, "n_iter_": last.iteration, "certificate_": certificate}

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the score of each row minus that of the frontier.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; of a precomputed kernel, its values with the rows of the fit.

        Returns
        -------
        ndarray of shape (n,)
            Negative for outliers.

        Raises
        ------
        NotFittedError, ValueError, TypeError
            Before `fit`, and for data that it does not accept.
        """
        return self._decide(X)[:, 0]

    def predict(self, X: ArrayLike) -> Array:
        """Return 1 for inliers and -1 for outliers; rows on the frontier are inliers, also if rounding says otherwise.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, as for `decision_function`.

        Returns
        -------
        ndarray of int of shape (n,)

        Raises
        ------
        NotFittedError, ValueError, TypeError
            As `decision_function`.
        """
        values = self.decision_function(X)
        return np.where(values < -FRONTIER_ROUNDING * np.abs(self.offset_), -1, 1)

    def score_samples(self, X: ArrayLike) -> Array:
        """Return the score of each row: its kernel values with the support vectors, times their coefficients.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, as for `decision_function`.

        Returns
        -------
        ndarray of shape (n,)

        Raises
        ------
        NotFittedError, ValueError, TypeError
            As `decision_function`.
        """
        return self.decision_function(X) + self.offset_
