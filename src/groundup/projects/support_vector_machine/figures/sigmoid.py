"""Platt's sigmoid: from decision values to probabilities."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.projects.support_vector_machine.demonstration import Pair, fixed, pair_of
from groundup.projects.support_vector_machine.models.linear_svc import LinearSVC
from groundup.projects.support_vector_machine.solvers.sigmoid import fit_sigmoid

FEWEST = 20  # Held-out rows from which their shares are drawn.
BINS = 8  # Of decision values, with as many rows each.
WILSON = 1.0  # Standard deviations of the intervals.


@figure(1, 2, size=(10.8, 4.2))
def sigmoid(axes: Any, model: Any, data: Dataset) -> None:
    """Probabilities from decision values

    Left: held-out rows in groups of neighbouring decision values, each with the share of the second class in it and
    bars of one standard deviation (Wilson's); the curve is the sigmoid 1 / (1 + exp(A f + B)) that was fitted to
    decision values of rows which the machine had not seen. Dotted: the sigmoid of the decision values of the rows of
    the fit itself, which are larger than those of new rows; it is too sure. Right: the same shares against the
    probabilities; on the diagonal they keep what they say.
    """
    pair = pair_of(model, data)
    unseen = pair.data.held_out
    if isinstance(pair.machine, LinearSVC):
        raise NotApplicable("The linear machine is not calibrated.")
    if unseen is None or len(unseen.X) < FEWEST:
        raise NotApplicable("There are too few held-out rows to compare probabilities with.")
    try:
        machine = fixed(pair.machine, probability=True, random_state=0).fit(pair.data.X, pair.data.y)
    except ValueError as why:
        raise NotApplicable(f"The folds cannot be fitted: {why}") from why
    f, positive = machine.decision_function(unseen.X), np.asarray(unseen.y) == machine.classes_[1]
    A, B = float(machine.probA_[0]), -float(machine.probB_[0])  # of the second class
    draw_curves(axes[0], pair, A, B, f)
    p = probability(f, A, B)
    order = np.array_split(np.argsort(f, kind="stable"), min(BINS, len(f) // 5))
    share, low, high = wilson(np.array([positive[own].sum() for own in order]), np.array(list(map(len, order))))
    for panel, where in ((axes[0], f), (axes[1], p)):
        middle = [float(where[own].mean()) for own in order]
        panel.errorbar(middle, share, [share - low, high - share], fmt="o", color=BLUE, elinewidth=1.0, zorder=3)
    axes[0].set(xlabel="decision f(x)", ylabel=f"share of {pair.names[1]}")
    axes[1].plot([0, 1], [0, 1], "-", color="#888888", linewidth=0.8)
    axes[1].set(xlabel=f"probability of {pair.names[1]}", ylabel=f"share of {pair.names[1]}")
    axes[1].set_title(f"{len(f):,} held-out rows in {len(order)} groups")
    axes[0].set_title(f"A = {A:.2f}, B = {B:.2f}")


def draw_curves(axes: Any, pair: Pair, A: float, B: float, f: Array) -> None:
    """Draw the sigmoid of decision values not seen, and that of the rows of the fit."""
    flattered = fit_sigmoid(pair.machine.decision_function(pair.data.X), pair.sign > 0)
    widest = max(float(np.abs(f).max()), 1.5)
    x = np.linspace(-widest, widest, 300)
    axes.plot(x, probability(x, A, B), "-", color=ORANGE, label="fitted to rows not seen")
    axes.plot(x, probability(x, *flattered), ":", color=VERMILION, label="fitted to the rows of the fit")
    axes.axvline(0.0, color=BLACK, linewidth=0.8)
    axes.legend(loc="upper left")


def probability(f: Array, A: float, B: float) -> Array:
    """Return ``1 / (1 + exp(A f + B))`` without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0, A * f + B)))


def wilson(hits: Array, n: Array) -> tuple[Array, Array, Array]:
    """Return shares, and the ends of Wilson's intervals."""
    z2, share = WILSON**2, hits / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = WILSON * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2)) / (1 + z2 / n)
    return share, np.minimum(centre - half, share), np.maximum(centre + half, share)
