"""Two parabolas on the objective of the worked example: one that touches it, and one that also lies above it."""

from typing import Any

import numpy as np

from groundup.core.functions import logsumexp
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, ORANGE, SKY
from groundup.projects.softmax_regression import textbook
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression

LINE, CLASSES = np.array([[-1.0], [0.0], [1.0]]), np.eye(3)  # the worked example
STEPS = 12
SETTLED = 60  # steps of Böhning's algorithm after which nothing changes any more
DIGITS = 1e-15  # Smallest excess that is shown: below it there is only rounding.


def objective_along(w: Array) -> Array:
    """Return the objective of the worked example at the weights (−w, 0, w) without intercepts.

    The outer samples have the scores (−w, 0, w) or their mirror image, the middle one has three zeros.
    """
    scores = np.stack([-w, np.zeros_like(w), w], axis=-1)
    return np.asarray(2 * (logsumexp(scores, axis=-1) - w) + np.log(3) + w**2)


def excesses(states: Any, minimum: float) -> Array:
    """Return how far the objective of each state is above its minimum, no less than what rounding leaves."""
    return np.maximum([J - minimum for _, _, J in states], DIGITS)


@figure(1, 2, size=(8.4, 3.3))
def parabolas(axes: Any, model: SoftmaxRegression, data: Dataset) -> None:
    """A parabola that touches, and one that lies above, whatever the data of this run

    Left: the objective of the three samples of the worked example at the weights (−w, 0, w), and two parabolas with its
    value and slope at 0. Newton's has its curvature there as well, and need not lie above it elsewhere; Böhning's is so
    curved that it does. Triangles are their lowest points: Newton's step is the longer one, Böhning's can never lead
    uphill. Right: the excess, how far the objective is above its minimum, after each step. Böhning's algorithm
    multiplies it by 0.17 a step, less than the factor guaranteed by the smallest probability met; Newton's method
    squares it, up to a factor, until there is only rounding.
    """
    curve, descent = axes
    w = np.linspace(-0.4, 1.5, 200)
    curve.plot(w, objective_along(w), color=BLACK, linestyle="-", label="objective")
    for name, curvature, shade, dash in (("Newton", 10 / 3, ORANGE, "-."), ("Böhning", 4.0, BLUE, "--")):
        lowest = 2 / curvature  # the slope at zero is −2
        curve.plot(
            w, 3 * np.log(3) - 2 * w + curvature * w**2 / 2, color=shade, linestyle=dash, label=f"{name}'s parabola"
        )
        curve.plot(lowest, 3 * np.log(3) - lowest, "v", color=shade, markeredgecolor=BLACK, markersize=7, linestyle="")
    curve.plot(0, 3 * np.log(3), "o", color=BLACK, markersize=5, linestyle="")
    curve.set(xlabel="weight w (nats per cm)", ylabel="objective (nats)", title="from w = 0", ylim=(2.55, 4.1))
    curve.legend(loc="upper center", fontsize=8)
    bohning = list(textbook.bohning(LINE, CLASSES, 1.0, SETTLED))
    newton = list(textbook.newton(LINE, CLASSES, 1.0, STEPS))
    minimum = min(J for _, _, J in bohning)
    factor = guaranteed(bohning)
    first, steps = bohning[0][2] - minimum, np.arange(STEPS)
    descent.semilogy(steps, first * factor**steps, color=SKY, linestyle=":", linewidth=2,
                     label=f"guaranteed: times {factor:.2f}")  # fmt: skip
    descent.semilogy(steps, excesses(bohning[:STEPS], minimum), "o--", color=BLUE, markersize=4, label="Böhning")
    descent.semilogy(steps[:5], excesses(newton[:5], minimum), "s-.", color=ORANGE, markersize=4, label="Newton")
    descent.set(xlabel="step", ylabel="excess (nats)", title="step by step", ylim=(3e-16, 3))
    descent.set_xticks(range(0, STEPS, 2))
    descent.legend(loc="lower right", fontsize=8)


def guaranteed(states: Any) -> float:
    """Return one minus twice the smallest probability of all states: the factor that the theorem promises a step."""
    return 1 - 2 * min(float(textbook.probabilities(LINE, W, b).min()) for W, b, _ in states)
