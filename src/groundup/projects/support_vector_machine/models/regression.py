"""What `SVR` and `NuSVR` share."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from groundup.core.checks.inputs import as_target, warn_of_column
from groundup.core.estimator.parameters import fitted
from groundup.core.estimator.regressor import Regressor
from groundup.core.types import Array, ArrayLike
from groundup.projects.support_vector_machine.certificate import certify, judge
from groundup.projects.support_vector_machine.models.machine import KernelMachine
from groundup.projects.support_vector_machine.models.task import Task
from groundup.projects.support_vector_machine.solvers.dual.parts import MachineState, solve_in_turn
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual


class RegressionMachine(KernelMachine, Regressor):
    """Base class of the regressions with a tube, within which errors cost nothing."""

    n_iter_: int = fitted()

    def _dual(self, task: Task) -> Dual:
        """Return the dual problem."""
        raise NotImplementedError

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Task:
        return self._task(X, lambda n: single_target(y, n, type(self).__name__), sample_weight)

    def _iterate(self, data: Task, start: MachineState | None) -> Iterator[MachineState]:
        yield from solve_in_turn(lambda k: self._dual(data), 1, self._solve, (), start)

    def _finish(self, data: Task, state: MachineState) -> dict[str, Any]:
        problem, last = self._dual(data), state.parts[0]
        levels = problem.levels(last.alpha, last.gradient)
        level = np.array([(levels[0] + levels[-1]) / 2])
        found = self._found_with(data, problem.coefficients(last.alpha)[None], level, state)
        certificate = certify([judge(problem, last.alpha, self._tolerance(problem))], self._convex)
        return found | {"n_iter_": last.iteration, "certificate_": certificate}

    def predict(self, X: ArrayLike) -> Array:
        """Return the predicted targets of the rows.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit; of a precomputed kernel, its values with the rows of the fit.

        Returns
        -------
        ndarray of shape (n,)

        Raises
        ------
        NotFittedError, ValueError, TypeError
            Before `fit`, and for data that it does not accept.
        """
        return self._decide(X)[:, 0]


def single_target(y: ArrayLike, n: int, owner: str) -> Array:
    """Return a target of shape (n,); a single column is taken with a warning."""
    target = as_target(y, n, owner=owner)
    if target.ndim == 2:
        if target.shape[1] > 1:
            raise ValueError(f"y should be a 1d array, got an array of shape {target.shape} instead.")
        warn_of_column()
    return target.reshape(-1)
