"""The support vector classifier with a bounded share of errors."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks.parameters import Instance, Number, OneOf
from groundup.core.estimator.parameters import ignored, parameter
from groundup.core.exceptions import ConvergenceWarning, warn
from groundup.core.types import Array, ArrayLike
from groundup.projects.support_vector_machine.models.pairs import PairwiseMachine
from groundup.projects.support_vector_machine.models.task import Task
from groundup.projects.support_vector_machine.solvers.dual.problem import Dual, DualState
from groundup.projects.support_vector_machine.solvers.dual.starts import filled

NO_MARGIN = 1e-12  # A margin this small, relative to the terms of a score, is none.


class NuSVC(PairwiseMachine):
    """Support vector classifier that is told the share of rows in or beyond the margin.

    At most a share ν of the rows of each pair of classes violates the margin, and at least that share are support
    vectors.

    Parameters
    ----------
    nu : float, default=0.5
        The share ν, above 0 and at most twice the share of the smaller class of each pair.
    kernel, degree, gamma, coef0
        As in `SVC`.
    shrinking : bool, default=True
        Ignored: which variables a solver leaves out for a time changes no answer.
    probability, tol, cache_size
        As in `SVC`.
    class_weight : dict or "balanced" or None, default=None
        Ignored, as in scikit-learn: ν bounds the same share of both classes.
    verbose, max_iter, decision_function_shape, break_ties, random_state, solver
        As in `SVC`.

    Attributes
    ----------
    support_, support_vectors_, n_support_, dual_coef_, intercept_, coef_, classes_, class_weight_, n_iter_
        As in `SVC`.
    fit_status_, shape_fit_, probA_, probB_, certificate_, n_features_in_, feature_names_in_, history_
        As in `SVC`.

    Notes
    -----
    The decision function is in the unit of the margin. Where the classes overlap so much that the margin is no larger
    than the violation that `tol` left, its size is not determined, and differs for rows in another order; a warning
    says so. A larger ν or a smaller `tol` helps.

    Examples
    --------
    >>> from groundup import NuSVC
    >>> model = NuSVC(kernel="linear").fit([[-2.0, -1.0], [-1.0, -1.0], [1.0, 1.0], [2.0, 1.0]], [1, 1, 2, 2])
    >>> print(model.predict([[-0.8, -1.0]]))
    [1]

    Source: B. Schölkopf, A. J. Smola, R. C. Williamson and P. L. Bartlett, New support vector algorithms, Neural
    Computation 12 (2000).
    """

    nu: float = parameter(Number(0, 1, open_low=True), default=0.5)
    class_weight: Mapping[Any, float] | Literal["balanced"] | None = ignored(
        OneOf((None, "balanced")) | Instance((dict,), "a dict of weights"),
        "ν bounds the same share of both classes, as in scikit-learn",
        default=None,
    )

    _weighs_classes: ClassVar[bool] = False

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Task:
        task = super()._prepare(X, y, sample_weight)
        total = np.sort(np.bincount(task.y, task.weight))
        if self.nu * (total[0] + total[-1]) / 2 > total[0] * (1 + 1e-12):
            raise ValueError(
                f"specified nu is infeasible: nu={self.nu:g} asks for more than all rows of the smallest class; "
                f"it can be at most {2 * total[0] / (total[0] + total[-1]):.4g}."
            )
        return task

    def _dual(self, task: Task, rows: Array, signs: Array) -> Dual:
        """Return the dual problem, in which the multipliers of each class keep a sum.

        eq. support_vector_machine:nu-classification
        """
        upper = task.weight[rows] / task.weight[rows].sum()  # their unit does not matter
        sides = [signs > 0, signs < 0]
        total = min(self.nu / 2, *(float(upper[side].sum()) for side in sides))
        start = np.zeros(len(rows))
        for side in sides:
            start[side] = filled(upper[side], total)
        return Dual(task.kernel.subset(rows), signs, np.zeros(len(rows)), upper, start, True)

    def _tolerance(self, problem: Dual) -> float:
        return float(self.tol) / len(problem.sign)  # in LIBSVM, the sum of the bounds is the number of rows

    def _scaled(self, problem: Dual, state: DualState) -> tuple[Array, float]:
        """Return coefficients and intercept in the unit in which the margin is one."""
        upper, lower = problem.levels(state.alpha, state.gradient)
        margin = (lower - upper) / 2
        terms = np.abs(problem.coefficients(state.alpha)).sum() * np.abs(problem.kernel.diagonal).max()
        if margin > NO_MARGIN * terms:
            if state.converged and margin <= state.violation:
                warn(
                    f"NuSVC: the margin, {margin:.2g}, is no larger than the violation that tol={self.tol:g} left, "
                    f"{state.violation:.2g}. It is the unit of the decision function, whose size is therefore not "
                    "determined; increase nu, or decrease tol.",
                    ConvergenceWarning,
                )
            return problem.coefficients(state.alpha) / margin, (upper + lower) / 2 / margin
        if state.converged:
            warn(
                f"NuSVC: nu={self.nu:g} is too small: the classes overlap so much that no margin leaves out only that "
                "share of the rows, and the decision function is zero; increase nu.",
                ConvergenceWarning,
            )
        return problem.coefficients(state.alpha), (upper + lower) / 2
