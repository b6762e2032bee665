"""What the linear classifier and the linear regression share: parameters, fits by states, and the certificate."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from groundup.core import seeds
from groundup.core.checks.accepts import Accepts
from groundup.core.checks.parameters import Boolean, Count, OneOf, Positive, RandomState, Verbosity
from groundup.core.estimator.base import Estimator
from groundup.core.estimator.certificate import Certificate
from groundup.core.estimator.parameters import parameter
from groundup.core.exceptions import InvalidParameterError
from groundup.core.text import remedies
from groundup.core.types import Array, Seed
from groundup.projects.support_vector_machine.solvers.linear.problem import Judge, LinearProblem, LinearState, joined
from groundup.projects.support_vector_machine.solvers.linear.solvers import gap, solve

SUM_ROUNDING = 1e-12  # Relative rounding error of an objective that is a sum over many rows.
SMALLEST_WEIGHT = 1e-140  # Takes the place of a class's weight of zero, by which forces are divided.
# scikit-learn's LIBLINEAR solves these combinations of penalty and loss, each in the primal, in the dual, or in both.
DUAL_FORMS: dict[tuple[str, str], tuple[bool, ...]] = {
    ("l1", "squared_hinge"): (False,),
    ("l2", "hinge"): (True,),
    ("l2", "squared_hinge"): (False, True),
    ("l2", "epsilon_insensitive"): (True,),
    ("l2", "squared_epsilon_insensitive"): (False, True),
}


@dataclass(frozen=True)
class LinearData:
    """The problem, and the classes and dtype of the data."""

    problem: LinearProblem
    classes: Array | None
    dtype: Any
    seed: int


class LinearMachine(Estimator):
    """Base of `LinearSVC` and `LinearSVR`, where the parameters are described."""

    accepts = Accepts(sparse=True)
    _proves = True

    tol: float = parameter(Positive, default=1e-4)
    C: float = parameter(Positive, default=1.0)
    fit_intercept: bool = parameter(Boolean(), default=True)
    intercept_scaling: float = parameter(Positive, default=1.0)
    dual: bool | Literal["auto"] = parameter(Boolean() | OneOf(("auto",)), default="auto")
    verbose: int = parameter(Verbosity, default=0)
    random_state: Seed = parameter(RandomState, default=None)
    max_iter: int = parameter(Count, default=1000)
    solver: Literal["auto", "dual-cd"] = parameter(OneOf(("auto", "dual-cd")), default="auto")

    def _form(self) -> tuple[str, str]:
        """Return penalty and loss."""
        raise NotImplementedError

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for hyper-parameters that are not allowed, or not together."""
        super().check_parameters()
        penalty, loss = self._form()
        forms = DUAL_FORMS.get((penalty, loss))
        if forms is None:
            said = f"The combination of penalty={penalty!r} and loss={loss!r} is not supported"
        elif self.dual != "auto" and self.dual not in forms:
            said = f"The combination of penalty={penalty!r} and loss={loss!r} are not supported when dual={self.dual}"
        elif penalty == "l1" and self.solver == "dual-cd":
            said = "solver='dual-cd' is for penalty='l2'"
        else:
            return
        raise InvalidParameterError(
            f"Unsupported set of arguments: {said}, Parameters: penalty={penalty!r}, loss={loss!r}, dual={self.dual!r}"
        )

    def _constant(self) -> float:
        return float(self.intercept_scaling) if self.fit_intercept else 0.0

    def _seed(self) -> int:
        return int(seeds.as_generator(self.random_state).integers(2**31))

    def _iterate(self, data: LinearData, start: LinearState | None) -> Iterator[LinearState]:
        return solve(data.problem, self._form()[0], self.solver, self.tol, self.max_iter, data.seed, start)

    def _shared(self, data: LinearData, state: LinearState) -> tuple[Array, Any, dict[str, Any]]:
        """Return slopes (t, d) and intercepts in the precision of the data, and what both models have."""
        judge, worst = Judge.of(data.problem, self.tol), state.gap
        if not state.converged:
            W = joined(data.problem, state.coef, state.intercept)
            worst = float(judge.relative(*gap(data.problem, W, state.iterate)).max())
        certificate = Certificate(
            f"The parameters minimise the {self._form()[1].replace('_', ' ')} loss with its penalty.",
            "duality gap, relative to the objective",
            worst,
            max(self.tol**2, SUM_ROUNDING),
        )
        intercept = state.intercept.astype(data.dtype) if self.fit_intercept else 0.0
        common = {"n_iter_": max(1, state.iteration), "certificate_": certificate}
        return state.coef.astype(data.dtype), intercept, common

    def _advice(self, state: LinearState) -> str:
        if state.iteration < self.max_iter:
            remedy = remedies("scale the features", "lower C", "raise tol", solver=self.solver)
            return (
                f"Liblinear failed to converge. {type(self).__name__} stopped after {state.iteration} iterations, "
                "where rounding leaves no lower objective, before its distance to the minimum was proved to be "
                f"within tol: {remedy}."
            )
        remedy = remedies("increase max_iter", "scale the features", "raise tol", solver=self.solver)
        return (
            f"Liblinear failed to converge, increase the number of iterations. {type(self).__name__} stopped after "
            f"{state.iteration} iterations before its distance to the minimum was proved to be within tol: {remedy}."
        )


def as_weights(base: Array | None, C: float) -> Array | float:
    """Return C times the weights of the rows, or C alone where all weigh one."""
    return C if base is None else np.maximum(C * base, SMALLEST_WEIGHT)
