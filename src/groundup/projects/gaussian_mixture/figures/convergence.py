"""How quickly EM converges: the rate where components overlap, and what acceleration saves."""

import warnings
from functools import cache
from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import colour, marker
from groundup.plotting.style import BLACK, BLUE, DASHES, ORANGE
from groundup.projects.gaussian_mixture.demonstration import complete, plain_start, rows_shown
from groundup.projects.gaussian_mixture.figures import drawing
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture

DISTANCES = (2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0)  # Of two means, in standard deviations.
DRAWN = (2.0, 3.0, 4.0, 6.0)  # Those of which the right panel shows every step.
LINE = np.linspace(-12.0, 12.0, 481)  # Values whose weights are the density itself, so that nothing is left to chance.
MEASURED = 250  # Iterations after which the rate is read.
SHIFT = 1e-3  # Of the start from the fixed point, in standard deviations: far above rounding, and nearly linear.
ROWS = 2000  # Most rows of the race.
STEPS = 600  # Most E-steps of it.
CLOSE = 1e-10  # Nats a row: change at which a run, and distance from the end at which a curve, ends.
OVERLAP = 2.5  # Standard deviations between the two components of it.


@figure(1, 2, size=(10.4, 4.2))
def slow(axes: Any, model: GaussianMixture, data: Dataset) -> None:
    """Why EM is slow where components overlap, whatever the data of this run

    Two components of equal weight and variance in one dimension. Left: near its end each iteration leaves the same
    part of the error. The points are measured in EM; the line is computed from the curvatures of the log-likelihood:
    the largest share of information, in any direction, that is missing because nobody says which component a sample
    is from. Right: the error of the parameters by iteration. At six standard deviations an iteration leaves a fifth of
    the error, at three nine tenths, and at two nearly all.
    """
    found = {distance: errors(distance) for distance in DISTANCES}
    rate = [measured_rate(error) for error in found.values()]
    line = np.linspace(DISTANCES[0], DISTANCES[-1], 20)
    axes[0].plot(line, [missing_information(distance) for distance in line], color=ORANGE,
                 label="fraction of missing information")  # fmt: skip
    axes[0].plot(DISTANCES, rate, "o", color=BLUE, markeredgecolor=BLACK, label="measured rate of EM")
    axes[0].set(xlabel="distance of the means (standard deviations)", ylabel="error left by one iteration",
                ylim=(0, 1.05), title="rate of convergence")  # fmt: skip
    for place, distance in enumerate(DRAWN):
        error = found[distance][found[distance] > 1e-12]
        axes[1].plot(
            np.arange(1, len(error) + 1), error, color=colour(place), linestyle=DASHES[place], label=f"{distance:g}"
        )
    axes[1].set(xlabel="iteration", ylabel="error of the parameters", yscale="log", ylim=(1e-13, 1),
                title="the error by iteration")  # fmt: skip
    axes[0].legend()
    axes[1].legend(title="distance of the means", ncols=len(DRAWN), loc="upper right")


def pair(distance: float) -> tuple[Array, Array, Array]:
    """Return weights, means and variances of two components at a distance."""
    return np.array([0.5, 0.5]), np.array([-distance / 2, distance / 2]), np.ones(2)


def log_density(numbers: Array, x: Array) -> Array:
    """Return the log-density at x of two components with the parameters (log-odds, means, log-variances)."""
    log_weights = -np.logaddexp(0, [numbers[0], -numbers[0]])
    mean, variance = numbers[1:3], np.exp(numbers[3:])
    joint = log_weights - 0.5 * (x[:, None] - mean) ** 2 / variance - 0.5 * np.log(2 * np.pi * variance)
    return np.logaddexp(joint[:, 0], joint[:, 1])


def at_fixed_point(distance: float) -> tuple[Array, Array]:
    """Return the parameters of two components as numbers without limits, and the weights of `LINE` that give them."""
    numbers = np.array([0.0, -distance / 2, distance / 2, 0.0, 0.0])
    weight = np.exp(log_density(numbers, LINE))
    return numbers, weight / weight.sum()


@cache
def missing_information(distance: float, h: float = 1e-3) -> float:
    """Return the largest eigenvalue of the fraction of missing information."""
    numbers, weight = at_fixed_point(distance)
    steps = h * np.eye(5)

    def value(point: Array) -> float:
        return float(weight @ log_density(point, LINE))

    def bend(a: Array, b: Array) -> float:
        same, opposite = (
            value(numbers + a + b) + value(numbers - a - b),
            value(numbers + a - b) + value(numbers - a + b),
        )
        return (same - opposite) / (4 * h * h)

    observed = np.array([[bend(a, b) for b in steps] for a in steps])
    complete = np.diag([0.25, 0.5, 0.5, 0.25, 0.25])  # with known components: weight, means, log-variances
    return float(np.linalg.eigvals(np.eye(5) + np.linalg.solve(complete, observed)).real.max())


@cache  # The same in every run, and half a second.
def errors(distance: float) -> Array:
    """Return the distance from the fixed point after each iteration of EM."""
    weights, means, variances = pair(distance)
    _, weight = at_fixed_point(distance)
    aside = np.array([SHIFT, -SHIFT])
    mixture = GaussianMixture(
        2, covariance_type="spherical", weights_init=weights + aside, means_init=(means + SHIFT)[:, None],
        precisions_init=1 / (variances + aside), reg_covar=0.0, tol=0.0, max_iter=MEASURED,
    )  # fmt: skip
    states = mixture.steps(LINE[:, None], sample_weight=weight)
    found = [
        np.concatenate([state.fit.mixture.weights, state.fit.mixture.means[:, 0], state.fit.mixture.covariances])
        for state in states
        if state.step == "M"
    ]
    path = np.array(found)
    return np.asarray(np.linalg.norm(path - np.concatenate([weights, means, variances]), axis=1))


def measured_rate(error: Array) -> float:
    """Return the part of the error that an iteration leaves, from the last iterations before rounding decides."""
    last = int((error > 1e-9).sum()) - 1
    first = last // 2
    return float((error[last] / error[first]) ** (1 / max(last - first, 1)))


@figure(1, 2, size=(10.4, 4.0))
def progress(axes: Any, model: GaussianMixture, data: Dataset) -> None:
    """Plain and accelerated EM from the same start

    SQUAREM extrapolates from two iterations of EM, and goes back where that would lower the likelihood. Left: the mean
    log-density at every E-step on the rows of this run, from wide components at rows drawn at random; the two may end
    in different maxima. Right, whatever the data of this run: how far the log-density is below the end for two
    components that are two and a half standard deviations apart. On a logarithmic axis plain EM is a straight line,
    whose slope is its rate; the more the components overlap, the more acceleration saves. At most 2000 rows are used.
    """
    drawing.note_left_out(axes[0], data)
    X = rows_shown(complete(data).X, len(model.means_))[:ROWS]
    if len(X) < len(model.means_):
        raise NotApplicable("Fewer rows without a missing entry than components.")
    start = plain_start(model, X)
    overlapping = overlapping_races()
    end = max(value.max() for value in overlapping)
    for place, accelerated in enumerate((False, True)):
        name = "accelerated" if accelerated else "plain"
        style = {"color": colour(place), "linestyle": DASHES[place], "marker": marker(place), "markersize": 3.5}
        value = race(start, X, None, accelerated=accelerated)
        axes[0].plot(np.arange(1, len(value) + 1), value, label=f"{name}: {plural(len(value), 'E-step')}", **style)
        gap = end - overlapping[place]
        shown = int((gap > CLOSE).sum())
        label = f"{name}: {plural(len(gap), 'E-step')}"
        axes[1].plot(np.arange(1, shown + 1), gap[:shown], label=label, **style)
    axes[0].set(xlabel="E-step", ylabel="mean log-density (nats a row)", title="the rows of this run")
    axes[1].set(xlabel="E-step", ylabel="below the end (nats a row)", title="two components that overlap", yscale="log")
    for panel in axes:
        panel.legend()
        panel.xaxis.get_major_locator().set_params(integer=True)


@cache
def overlapping_races() -> tuple[Array, Array]:
    """Return the mean log-density at every E-step for two components that overlap, plain and accelerated."""
    start = GaussianMixture(
        2, covariance_type="spherical", weights_init=[0.3, 0.7], means_init=[[-OVERLAP], [0.0]], precisions_init=[1, 1],
        reg_covar=0.0,
    )  # fmt: skip
    _, weight = at_fixed_point(OVERLAP)
    return race(start, LINE[:, None], weight, accelerated=False), race(start, LINE[:, None], weight, accelerated=True)


def race(start: GaussianMixture, X: Array, weight: Array | None, *, accelerated: bool) -> Array:
    """Return the mean log-density at every E-step."""
    mixture = start.set_params(tol=CLOSE, max_iter=STEPS, accelerated=accelerated)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        states = mixture.steps(X, sample_weight=weight)
        return np.array([state.log_likelihood for state in states if state.step == "E"])
