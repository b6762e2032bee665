"""Solvers of linear classifiers.

Each yields states until the duality gap is within tolerance.

| solver | penalty | what it is |
|---|---|---|
| gd | none, L2 | gradient descent |
| sgd, saga | any | stochastic gradients of mini-batches |
| newton | none, L2 | the full Hessian, an n × n system for wide data, conjugate gradients for several scores |
| lbfgs | none, L2 | the Hessian estimated from the steps, preconditioned by that of a subsample or by a bound |
| quasi-newton | none, L2 | lbfgs in single precision, a dozen steps in double, then Newton's by conjugate gradients |
| prox-newton | any | a quadratic model plus the penalty, minimised by coordinate descent |
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import inf, isnan
from typing import Literal

import numpy as np

from groundup.core.constants import EPS
from groundup.core.linalg.conjugate_gradients import Preconditioner
from groundup.core.linear import preconditioners, proximal_newton, stochastic
from groundup.core.linear.curvature import fits_single_precision
from groundup.core.linear.gap import gap
from groundup.core.linear.objective import ScoreObjective
from groundup.core.linear.separation import is_separable
from groundup.core.linear.single import SingleSteps
from groundup.core.linear.table import converted
from groundup.core.linear.tangents import Tangents, suffice_for_a_step
from groundup.core.optimize import newton
from groundup.core.optimize.descent import gradient_descent
from groundup.core.optimize.objective import Iterate, Method, drive, initial
from groundup.core.storage import record
from groundup.core.types import Array

AUTO_ROWS = 2000  # Up to this number of rows and
AUTO_OPERATIONS = 1e6  # this number of operations, a whole Newton step takes about a millisecond.
NEWTON_OPERATIONS = 1e8  # Up to this value, the solver "newton" builds the whole Hessian.
WORTH_A_TRIAL = 100  # The bound by tangents is tried where the last step promised at most this many tolerances.
GAP_INTERVAL = 10  # First-order methods compute the duality gap once in this many iterations.


@record
class ScoreState:
    """An iteration of any solver.

    Parameters
    ----------
    iteration : int
        Steps so far; passes over the data for stochastic methods.
    coef : ndarray of shape (d, t)
        Slopes.
    intercept : ndarray of shape (t,)
        Intercepts; zeros without any.
    loss : float
        The whole objective, penalties included.
    gap : float
        Largest possible decrease of the objective, relative to its scale: a bound if `converged`, an estimate
        otherwise, infinite where it was not computed.
    converged : bool
        Whether the gap was proved to be within the tolerance.
    separable : bool
        Whether, without a penalty, the classes were found to be separable at the end of the iteration: then there is no
        minimum, however small the gap.
    iterate : Iterate
        What the solver resumes from.
    rest : ndarray of shape (t,) or None
        What rounding took from the intercepts, which counts for columns far from zero.
    """

    iteration: int
    coef: Array
    intercept: Array
    loss: float
    gap: float
    converged: bool
    separable: bool
    iterate: Iterate
    rest: Array | None = None


@dataclass(frozen=True)
class SolverOptions:
    """Choice of the solver, and when it stops.

    Parameters
    ----------
    solver : str
        A solver of this module, or "auto" for the one that suits the data.
    tol : float
        Square root of the largest gap, relative to the objective.
    max_iter : int
        Largest number of iterations.
    learning_rate : float or "auto"
        Step size of "gd", "sgd" and "saga".
    batch_size : int
        Rows in a mini-batch of "sgd" and "saga".
    seed : int
        Seed of their shuffling.
    """

    solver: str
    tol: float
    max_iter: int
    learning_rate: float | str = "auto"
    batch_size: int = 32
    seed: int = 0


def default_solver(objective: ScoreObjective) -> str:
    """Return the name of the solver that suits the data."""
    if objective.l1:
        return "prox-newton"
    n, parameters = len(objective.rows), objective.zero().size
    small = n <= AUTO_ROWS and (n + parameters / 4) * parameters**2 <= AUTO_OPERATIONS
    return "newton" if small else "quasi-newton"


def solve(
    objective: ScoreObjective, options: SolverOptions, theta: Array | None = None, start: ScoreState | None = None
) -> Iterator[ScoreState]:
    """Yield states until the gap is proved to be small.

    They also end when no step helps any more, and after `max_iter` steps.

    Parameters
    ----------
    objective : ScoreObjective
        What to minimise.
    options : SolverOptions
        How to minimise it.
    theta : ndarray of shape (p, t), optional
        Starting point; each solver has a default.
    start : ScoreState, optional
        An earlier state to resume from.

    Raises
    ------
    FloatingPointError
        When a fixed step size is so large that the iterates grow without bound.
    """

    def diverged(iteration: int) -> str:
        return (
            f"solver={options.solver!r} diverged at iteration {iteration}: learning_rate={options.learning_rate!r} is "
            "too large, or the features are of very different sizes; scale them, or use solver='auto'."
        )

    name = default_solver(objective) if options.solver == "auto" else options.solver
    if name != "quasi-newton":
        objective = converted(objective)
    method = METHODS[name](objective, options, theta)
    tangents = Tangents.of(objective, method.metric)
    yield from drive(method, partial(_judge, objective, options, tangents), options.max_iter, start, diverged)


Solver = Callable[[ScoreObjective, SolverOptions, Array | None], Method]  # the last argument is the starting point


def _gd(objective: ScoreObjective, options: SolverOptions, theta: Array | None) -> Method:
    rate = options.learning_rate
    step_size = 1 / float(np.linalg.norm(objective.curvature_bound(), 2)) if rate == "auto" else float(rate)
    return Method(
        partial(initial, objective, objective.zero() if theta is None else theta),
        partial(gradient_descent, objective, rate=step_size),
    )


def _stochastic(objective: ScoreObjective, options: SolverOptions, theta: Array | None, *, table: bool) -> Method:
    batch, rate = min(options.batch_size, len(objective.rows)), options.learning_rate
    step_size = stochastic.stable_step_size(objective, batch) if rate == "auto" else float(rate)
    first = stochastic.initial_saga if table else stochastic.initial_sgd
    following = stochastic.saga if table else stochastic.sgd
    return Method(
        partial(first, objective, objective.zero() if theta is None else theta, options.seed),
        partial(following, objective, rate=step_size, batch=batch),
    )


def _newton(objective: ScoreObjective, options: SolverOptions, theta: Array | None) -> Method:
    n, parameters = len(objective.rows), objective.zero().size
    if objective.outputs == 1 and parameters > n and preconditioners.kernel_form_is_accurate(objective):
        solve = preconditioners.newton_kernel(objective)
    elif n * parameters**2 <= NEWTON_OPERATIONS or (
        objective.outputs == 1 and parameters <= preconditioners.MAX_DENSE_PARAMETERS
    ):
        solve = preconditioners.newton_direct(objective)
    else:
        solve = preconditioners.newton_cg(objective)
    return Method(
        partial(newton.initial, objective, objective.zero() if theta is None else theta),
        partial(newton.newton, objective, solve=solve),
    )


def _lbfgs(objective: ScoreObjective, options: SolverOptions, theta: Array | None, *, to_the_end: bool) -> Method:
    """L-BFGS to the end or, if not `to_the_end`, in single precision first, and then until its memory is full."""
    if not to_the_end and options.max_iter and fits_single_precision(objective):
        by_slope = not suffice_for_a_step(objective)
        single = SingleSteps(objective, theta, options.tol**2, by_slope=by_slope)
        if single.possible:
            following = partial(_in_both_precisions, objective, single)
            return Method(lambda: single.start, following, single.approximate_step)
    if preconditioners.subsample_size(objective := converted(objective)):
        origin, metric = preconditioners.from_subsample(objective)
        first = partial(newton.initial, objective, origin if theta is None else theta)
    else:
        metric = preconditioners.first_metric(objective)
        first = partial(newton.initial, objective, objective.zero() if theta is None else theta)
    if to_the_end:
        return Method(first, partial(newton.lbfgs, objective, preconditioner=metric), metric)
    return Method(first, partial(_in_double_precision, objective, metric), metric)


def _in_both_precisions(objective: ScoreObjective, single: SingleSteps, iterate: Iterate) -> Iterator[Iterate]:
    for following in single.following(iterate):
        yield (iterate := following)
    yield from _in_double_precision(objective, single.metric, iterate)


def _in_double_precision(objective: ScoreObjective, metric: Preconditioner, iterate: Iterate) -> Iterator[Iterate]:
    """L-BFGS and, where products in single precision are cheap, Newton's steps after some; only now X is converted."""
    objective = converted(objective)
    if preconditioners.products_are_cheap(objective):
        solve = preconditioners.newton_cg(objective)
        yield from newton.quasi_then_truncated(objective, iterate, metric, solve)
    else:
        yield from newton.lbfgs(objective, iterate, metric)


def _prox_newton(objective: ScoreObjective, options: SolverOptions, theta: Array | None) -> Method:
    return Method(
        partial(newton.initial, objective, objective.zero() if theta is None else theta),
        partial(proximal_newton.proximal_newton, objective),
    )


SolverName = Literal["auto", "newton", "lbfgs", "gd", "sgd", "saga", "prox-newton"]
SolverAlias = Literal["newton-cholesky", "newton-cg", "liblinear", "sag"]

METHODS: Mapping[str, Solver] = {
    "newton": _newton,
    "lbfgs": partial(_lbfgs, to_the_end=True),
    "quasi-newton": partial(_lbfgs, to_the_end=False),
    "gd": _gd,
    "sgd": partial(_stochastic, table=False),
    "saga": partial(_stochastic, table=True),
    "prox-newton": _prox_newton,
}
# scikit-learn's names of solvers for the same minimum.
ALIASES: Mapping[SolverAlias, SolverName] = {
    "newton-cholesky": "newton",
    "newton-cg": "newton",
    "liblinear": "auto",
    "sag": "saga",
}


def _judge(
    objective: ScoreObjective, options: SolverOptions, tangents: Tangents | None, iteration: int, iterate: Iterate
) -> ScoreState:
    """The state of an iterate: is it near the minimum, and is there one?"""
    theta, proved = iterate.w, False
    value = float(np.sum(iterate.value) + objective.nonsmooth.value(theta).sum())
    scale = objective.scale(value)
    decrease, allowed = _gap_estimate(objective, iterate, iteration), options.tol**2 * scale
    if iterate.rounding > EPS:  # single precision proves nothing
        return ScoreState(iteration, *objective.coefficients(theta), value, decrease / scale, False, False, iterate)
    near = decrease <= allowed
    last = near or iteration == options.max_iter or iterate.step == 0
    separable = last and objective.l1 == objective.l2 == 0 and is_separable(objective, theta, _last_step(iterate))
    if separable:
        iterate = replace(iterate, step=0.0)  # no step leads to a minimum that does not exist
    elif tangents is not None and (near or iterate.decrease <= WORTH_A_TRIAL * allowed):
        bound = tangents.gap(theta, iterate.gradient, allowed)
        proved = bool(bound <= allowed)
        decrease = min(bound, decrease)
    if near and not proved and not separable:
        theta, decrease = gap(objective, theta)
        proved = bool(decrease <= allowed)
    w, b = objective.coefficients(theta)
    return ScoreState(iteration, w, b, value, decrease / scale, proved, separable, iterate)


def _gap_estimate(objective: ScoreObjective, iterate: Iterate, iteration: int) -> float:
    """Cheap estimate of the gap.

    The exact gap costs a pass over the data, so it is computed only when this is small.
    """
    second_order = not isnan(iterate.decrease)
    if objective.l1:
        return 0.0 if second_order or iteration % GAP_INTERVAL == 0 else inf
    if objective.l2:  # by strong convexity, at most half of the squared gradient
        return float(np.vdot(iterate.gradient, iterate.gradient)) / (2 * objective.l2)
    if second_order:
        return iterate.decrease
    return 0.0 if iteration % GAP_INTERVAL == 0 else inf


def _last_step(iterate: Iterate) -> Array | None:
    """The last step that a second-order method remembers.

    First-order steps are too short to tell of separation.
    """
    if isnan(iterate.decrease) or not len(iterate.memory[0]):
        return None
    return np.asarray(iterate.memory[0][-1])
