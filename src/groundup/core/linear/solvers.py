"""From an objective to a minimum: the solvers of linear classifiers, each yielding states until one is proved good.

| solver | penalty | what it is |
|---|---|---|
| newton | none, L2 | the whole Hessian, an n × n matrix for wide data, products with directions for several scores |
| lbfgs | none, L2 | the Hessian learned on the way, from a sample's or from a bound |
| gd | none, L2 | plain gradient descent |
| sgd, saga | any | mini-batches |
| prox-newton | any | a quadratic model plus the penalty, minimised by coordinate descent |
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from groundup.core.linear import preconditioners, proximal_newton, stochastic
from groundup.core.linear.gap import gap
from groundup.core.linear.objective import ScoreObjective
from groundup.core.linear.separation import separated
from groundup.core.optimize import descent, newton
from groundup.core.storage import record
from groundup.core.types import Array

SMALL = 1e8  # rows × columns² of each score, up to which Newton steps cost less than what avoids them
CHECKED = 10  # iterations of a slow method between two looks at the duality gap
Progress = newton.Point | descent.Descent | stochastic.Sweep


@record
class ScoreState:
    """One iterate of any solver.

    Parameters
    ----------
    iteration : int
        Steps taken, passes over the data for stochastic methods.
    coef : ndarray of shape (d, t)
        Slopes.
    intercept : ndarray of shape (t,)
        Intercepts; zeros without any.
    loss : float
        The whole objective, penalties included.
    gap : float
        By how much the objective may yet fall, relative to its value; infinite where that was not looked at. A bound
        where `converged`, an estimate otherwise.
    converged : bool
        Whether the gap was proved to be within the tolerance.
    separable : bool
        Whether, without a penalty, the classes were found to be separable where the iteration ends: there is no minimum
        then, however small the gap.
    progress : Progress
        What the solver goes on from.
    """

    iteration: int
    coef: Array
    intercept: Array
    loss: float
    gap: float
    converged: bool
    separable: bool
    progress: Progress


@dataclass(frozen=True)
class Way:
    """How to descend.

    Parameters
    ----------
    solver : str
        See the module's text; "auto" for the one that suits the data.
    tol : float
        Root of the largest gap, relative to the objective.
    max_iter : int
        Most iterations.
    learning_rate : float or "auto"
        Of "gd", "sgd" and "saga".
    batch_size : int
        Of "sgd" and "saga".
    seed : int
        Of the shuffling.
    """

    solver: str
    tol: float
    max_iter: int
    learning_rate: float | str = "auto"
    batch_size: int = 32
    seed: int = 0


def chosen(objective: ScoreObjective) -> str:
    """The solver that suits the data."""
    if objective.l1:
        return "prox-newton"
    n, (p, t) = len(objective.rows), objective.zero().shape
    return "newton" if max(n, p) * p**2 * t <= SMALL else "lbfgs"


def solve(
    objective: ScoreObjective, way: Way, theta: Array | None = None, start: ScoreState | None = None
) -> Iterator[ScoreState]:
    """States until the gap is proved small enough, no step helps any more, or there have been `max_iter` of them.

    Parameters
    ----------
    objective : ScoreObjective
        What to minimise.
    way : Way
        How.
    theta : ndarray of shape (p, t), optional
        Where to begin; by default where the solver likes to.
    start : ScoreState, optional
        An earlier state to go on from.

    Raises
    ------
    FloatingPointError
        When a fixed step is so long that the iterates grow without bound.
    """
    iteration = 0 if start is None else start.iteration
    points = _points(objective, way, theta, start)
    if start is None:
        yield (start := _state(objective, next(points), 0, way))
    while not (start.converged or start.separable or _stalled(start.progress)) and iteration < way.max_iter:
        iteration += 1
        point = next(points)
        if not np.isfinite(point.value).all():
            raise FloatingPointError(
                f"solver={way.solver!r} diverged at iteration {iteration}: learning_rate={way.learning_rate!r} is too "
                "large, or the features are of very different sizes; scale them, or use solver='auto'."
            )
        yield (start := _state(objective, point, iteration, way))


def _stalled(point: Progress) -> bool:
    """Whether no step lowers the objective any more, as far as rounding lets one see."""
    return isinstance(point, newton.Point) and point.step == 0


def _points(objective: ScoreObjective, way: Way, theta: Array | None, start: ScoreState | None) -> Iterator[Progress]:
    """Points of the chosen method without end, with the one that it begins at unless it goes on from a state."""
    name = chosen(objective) if way.solver == "auto" else way.solver
    begin, go = METHODS[name](objective, way, theta)
    point = begin() if start is None else start.progress
    if start is None:
        yield point
    iteration = 0 if start is None else start.iteration
    yield from go(point, iteration)


Method = tuple[Callable[[], Any], Callable[[Any, int], Iterator[Any]]]  # begins; goes on from a point and an iteration


def _newton(objective: ScoreObjective, way: Way, theta: Array | None) -> Method:
    n, parameters = len(objective.rows), objective.zero().size
    if objective.outputs == 1 and parameters > n and preconditioners.wide_suits(objective):
        direction = preconditioners.wide(objective)
    elif n * parameters**2 <= SMALL or (objective.outputs == 1 and parameters <= preconditioners.DENSE):
        direction = preconditioners.dense(objective)
    else:
        direction = preconditioners.by_products(objective)
    origin = objective.zero() if theta is None else theta
    return lambda: newton.begin(objective, origin), lambda at, _: newton.newton(objective, at, direction)


def _lbfgs(objective: ScoreObjective, way: Way, theta: Array | None) -> Method:
    n, p = len(objective.rows), len(objective.zero())
    origin = objective.zero() if theta is None else theta
    if p > min(n, preconditioners.DENSE):
        known = preconditioners.scaled(objective)
    elif preconditioners.sample_size(objective):
        lowest, known = preconditioners.sampled(objective)
        origin = lowest if theta is None else theta
    else:
        known = preconditioners.bounded(objective)
    return lambda: newton.begin(objective, origin), lambda at, _: newton.lbfgs(objective, at, known)


def _gd(objective: ScoreObjective, way: Way, theta: Array | None) -> Method:
    origin = objective.zero() if theta is None else theta
    rate = 1 / float(np.linalg.norm(objective.bound(), 2)) if way.learning_rate == "auto" else float(way.learning_rate)
    return lambda: descent.begin(objective, origin), lambda at, _: descent.gradient_descent(objective, at, rate)


def _stochastic(objective: ScoreObjective, way: Way, theta: Array | None, *, remember: bool) -> Method:
    origin = objective.zero() if theta is None else theta
    batch = min(way.batch_size, len(objective.rows))
    rate = stochastic.safe_rate(objective, batch) if way.learning_rate == "auto" else float(way.learning_rate)
    sweeps = stochastic.saga if remember else stochastic.sgd
    return (
        lambda: stochastic.begin(objective, origin, remember=remember),
        lambda at, epoch: sweeps(objective, at, epoch, rate, batch, way.seed),
    )


def _proximal(objective: ScoreObjective, way: Way, theta: Array | None) -> Method:
    origin = objective.zero() if theta is None else theta
    return (
        lambda: newton.begin(objective, origin),
        lambda at, _: proximal_newton.proximal_newton(objective, at),
    )


METHODS: Mapping[str, Callable[[ScoreObjective, Way, Array | None], Method]] = {
    "newton": _newton,
    "lbfgs": _lbfgs,
    "gd": _gd,
    "sgd": partial(_stochastic, remember=False),
    "saga": partial(_stochastic, remember=True),
    "prox-newton": _proximal,
}
# scikit-learn's names of solvers for the same minimum.
ALIASES = {"newton-cholesky": "newton", "newton-cg": "newton", "liblinear": "auto", "sag": "saga"}


def _state(objective: ScoreObjective, point: Progress, iteration: int, way: Way) -> ScoreState:
    theta = point.w
    value = float(np.sum(point.value) + objective.corner.value(theta).sum())
    yardstick = objective.yardstick(value)
    fall, allowed = _hope(objective, point, iteration), way.tol**2 * yardstick
    near = fall <= allowed
    ends = near or iteration == way.max_iter or _stalled(point)
    separable = ends and objective.l1 == objective.l2 == 0 and separated(objective, theta, point)
    if near and not separable:
        theta, fall = gap(objective, theta)
    w, b = objective.coefficients(theta)
    return ScoreState(
        iteration, w, b, value, fall / yardstick, near and not separable and fall <= allowed, separable, point
    )


def _hope(objective: ScoreObjective, point: Progress, iteration: int) -> float:
    """A guess of the gap that costs nothing: only where it is small is the gap itself worth a pass over the data."""
    if objective.l1:
        fast = isinstance(point, newton.Point)
        return 0.0 if fast or iteration % CHECKED == 0 else np.inf
    if objective.l2:  # strong convexity: no more than half the squared gradient
        return float(np.vdot(point.gradient, point.gradient)) / (2 * objective.l2)
    if isinstance(point, newton.Point):
        return point.promise
    return 0.0 if iteration % CHECKED == 0 else np.inf
