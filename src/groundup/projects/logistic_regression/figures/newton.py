"""Newton's method on a loss of one weight, and what is left of the digits of a loss when scores are large."""

from typing import Any

import numpy as np

from groundup.core.functions import log1pexp, sigmoid
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, VERMILION
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression

DOUBLED = np.array([-5.0, -3, -1, 1, 3, 5])  # Hours of the worked example from their mean, in halves of an hour.
PASSED = np.array([0, 0, 1, 0, 1, 1])  # 1 for those of the worked example who passed.
OVERSHOT = 2.2  # Start from which full steps on the loss of two opposite rows leave for infinity.


@figure(1, 2, size=(8.4, 3.1))
def parabolas(axes: Any, model: LogisticRegression, data: Dataset) -> None:
    """Newton's step leads to the bottom of a parabola, whatever the data of this run

    Left: the loss of the six students of the worked example against the one weight that is left, and the parabolas that
    have its value, slope and curvature at 0 and at the first step, 0.4; triangles are their lowest points. The second
    parabola can hardly be told from the loss where it is low: that is why digits double. Right: the loss of two rows at
    x = 1, one of each class. From 2.2 it is so straight, and its parabola so flat, that the full step lands at −2.26,
    where the loss is higher; the next ones go farther still. A line search takes a part of the step.
    """
    students, opposite = axes
    omega = np.linspace(-0.25, 1.25, 200)
    students.plot(omega, student_loss(omega)[0], color=BLACK, linestyle="-", label="loss")
    place = 0.0
    for k, (colour, dash) in enumerate(((BLUE, "--"), (ORANGE, "-."))):
        place = _draw_parabola(students, student_loss, place, omega, colour, dash, f"parabola of step {k + 1}")
    students.set(xlabel="ω (log-odds per half hour)", ylabel="loss (nats)", title="six students", ylim=(2.4, 6.6))
    students.legend(loc="upper center", fontsize=8)
    w = np.linspace(-3.8, 3.8, 200)
    opposite.plot(w, opposite_loss(w)[0], color=BLACK, linestyle="-", label="loss")
    place = OVERSHOT
    for k, (colour, dash) in enumerate(((BLUE, "--"), (ORANGE, "-."))):
        place = _draw_parabola(opposite, opposite_loss, place, w, colour, dash, f"parabola of step {k + 1}")
    opposite.set(xlabel="weight w (log-odds)", ylabel="loss (nats)", title="full steps that overshoot", ylim=(0, 4.2))
    opposite.legend(loc="upper center", fontsize=8)


def student_loss(omega: Any) -> tuple[Array, Array, Array]:
    """Return loss, slope and curvature of the six students at weights of any shape."""
    z = np.multiply.outer(omega, DOUBLED)
    p = sigmoid(z)
    value = (log1pexp(z) - PASSED * z).sum(axis=-1)
    return value, ((p - PASSED) * DOUBLED).sum(axis=-1), (p * (1 - p) * DOUBLED**2).sum(axis=-1)


def opposite_loss(w: Any) -> tuple[Array, Array, Array]:
    """Return loss, slope and curvature of two rows at x = 1, one of each class, at weights of any shape."""
    return log1pexp(w) + log1pexp(-np.asarray(w)), np.tanh(np.asarray(w) / 2), 0.5 / np.cosh(np.asarray(w) / 2) ** 2


def _draw_parabola(axes: Any, loss: Any, place: float, along: Array, colour: str, dash: str, label: str) -> float:
    """Draw the parabola that touches a loss at a place, and its lowest point; return where that is."""
    value, slope, curvature = (float(part) for part in loss(place))
    lowest = place - slope / curvature
    axes.plot(along, value + slope * (along - place) + curvature * (along - place) ** 2 / 2, color=colour,
              linestyle=dash, linewidth=1.5, label=label)  # fmt: skip
    axes.plot(place, value, "o", color=colour, markersize=6, linestyle="")
    axes.plot(lowest, value + slope * (lowest - place) / 2, "v", color=colour, markeredgecolor=BLACK, markersize=7,
              linestyle="", zorder=4)  # fmt: skip
    return lowest


@figure(size=(8.4, 3.1))
def naive_losses(axes: Any, model: LogisticRegression, data: Dataset) -> None:
    """A sure mistake, computed in four ways, whatever the data of this run

    The computed loss of a row of class 0 whose score is z, in double precision; it should be about z. The logarithm of
    1 − p is infinite from z = 36.74 on, where p rounds to 1. With 1e-15 added inside the logarithm no mistake costs
    more than 34.5, and the slope is gone: the surest mistakes are the ones that nothing corrects. The logarithm of
    1 + exp(z) overflows at 709.79. The stable form is right everywhere. Crosses mark where a form breaks.
    """
    z = np.geomspace(3, 3000, 800)
    axes.loglog(z, log1pexp(z), color=GREEN, alpha=0.35, linestyle="-", linewidth=8)
    axes.text(1200, 2000, "max(z, 0) + log1p(e⁻ᶻ), always right", color=GREEN, fontsize=9, ha="right", va="bottom")
    drawn = (
        (from_probability(z), VERMILION, "--", 4.5, "−log(1 − p), then infinite", (30, 50)),
        (from_probability(z, 1e-15), PURPLE, "-.", 2, "−log(1 − p + 10⁻¹⁵), never above 34.5", (2900, 18)),
        (from_exponential(z), BLUE, (0, (5, 1)), 2, "log(1 + eᶻ), then infinite", (560, 900)),
    )
    for loss, colour, dash, width, words, place in drawn:
        finite = np.isfinite(loss)
        axes.loglog(z[finite], loss[finite], color=colour, linestyle=dash, linewidth=width)
        if not finite.all():
            axes.loglog(z[finite][-1], loss[finite][-1], "x", color=colour, markersize=10, markeredgewidth=2.5)
        axes.text(*place, words, color=colour, fontsize=9, ha="right", va="bottom")
    axes.set(xlabel="score z of a row of class 0", ylabel="computed loss (nats)", ylim=(2.5, 4000))


def from_probability(z: Array, added: float = 0.0) -> Array:
    """Return the loss of a row of class 0 as minus the logarithm of a computed 1 − p, to which a number is added."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(1 - 1 / (1 + np.exp(-z)) + added))


def from_exponential(z: Array) -> Array:
    """Return the loss of a row of class 0 as the logarithm of 1 + exp(z), which overflows."""
    with np.errstate(over="ignore"):
        return np.asarray(np.log(1 + np.exp(z)))
