"""The smallest autoencoder: two weights, whose error can be seen whole."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, VERMILION
from groundup.projects.autoencoder import textbook
from groundup.projects.autoencoder.example import MU, NEAR_SADDLE, RATE, START, X

REACH, GRID = 1.5, 121
STEPS = 60


@figure(1, 3, size=(12.6, 4.2))
def plane(axes: Any, model: Any, data: Dataset) -> None:
    """Two minima and a saddle

    Left: four days on two thermometers, the principal axis, and the points that stand for the days when the weights are
    the axis, of length one. Middle: the error over both weights of a linear autoencoder with one code, whose decoder
    has the encoder's weights, as lines of equal error, and steps of gradient descent from two starts. There are two
    minima (crosses), the axis and its opposite, which are equally good. Zero (plus) is a maximum: any small code is
    better than none. Two saddles (squares) are the other principal axis. Right: the error after each step. Near the
    saddle descent waits a long time; it ends where the principal axis is, and nothing falls below that.
    """
    values, vectors = np.linalg.eigh(X.T @ X / len(X))
    first, other = vectors[:, 1] * np.sign(vectors[0, 1]), vectors[:, 0] * np.sign(vectors[0, 0])
    draw_points(axes[0], first)
    a = np.linspace(-REACH, REACH, GRID)
    surface = errors_of(np.stack(np.meshgrid(a, a), axis=-1))
    least = float(values[0] / 2)
    levels = least + (float(surface.max()) - least) * np.linspace(0, 1, 16)[1:] ** 3
    middle = axes[1]
    middle.contour(a, a, surface, levels=levels, colors=["#999999"], linewidths=0.7, linestyles="-")
    for start, shade, mark, dashes in ((START, BLUE, "o", "-"), (NEAR_SADDLE, VERMILION, "^", "--")):
        steps = list(textbook.linear_descent(X, start, RATE, STEPS))
        path = np.vstack([start.T, *(w.T for w, _ in steps)])
        middle.plot(*path.T, dashes, marker=mark, markersize=4, linewidth=1.2, color=shade)
        axes[2].plot([errors_of(start.T)[0], *(error for _, error in steps)], dashes, marker=mark, markersize=4,
                     color=shade, label=f"from ({start[0, 0]:g}, {start[1, 0]:g})".replace("-", "−"))  # fmt: skip
    middle.plot(*np.stack([first, -first]).T, "x", color=BLACK, markersize=9, markeredgewidth=2, linewidth=0)
    middle.plot(*np.stack([other, -other]).T, "s", color=BLACK, markersize=5, linewidth=0, fillstyle="none")
    middle.plot(0, 0, "+", color=BLACK, markersize=10, markeredgewidth=1.6)
    middle.grid(False)
    middle.set(
        xlabel="weight of the first",
        ylabel="weight of the second",
        xlim=(-REACH, REACH),
        ylim=(-REACH, REACH),
        aspect="equal",
    )
    axes[2].axhline(least, color=GREEN, linestyle=":", label=f"principal axis: {least:g}")
    axes[2].set(xlabel="step", ylabel="half of the mean squared distance", ylim=(0, None))
    axes[2].legend(loc="upper right")


def draw_points(axes: Any, first: Array) -> None:
    """Draw the four points and their reconstructions on the principal axis."""
    feet = textbook.decode_linear(textbook.encode_linear(X, MU, first[:, None]), MU, first[:, None])
    axes.plot(*np.outer([-4, 4], first).T, "-", color="#999999", linewidth=1.2)
    for point, foot in zip(X, feet, strict=True):
        axes.plot(*np.stack([point, foot]).T, "-", color=ORANGE, linewidth=1.2)
    axes.plot(*X.T, "o", color=BLUE, markersize=6, linewidth=0)
    axes.plot(*feet.T, "s", color=VERMILION, markersize=5, linewidth=0)
    axes.set(
        xlabel="first thermometer (°C)", ylabel="second thermometer (°C)", xlim=(-4, 4), ylim=(-4, 4), aspect="equal"
    )


def errors_of(weights: Array) -> Array:
    """Return the error of the example for weights of shape (…, 2)."""
    flat = weights.reshape(-1, 2, 1)
    return np.array([textbook.linear_error(X, MU, one) for one in flat]).reshape(weights.shape[:-1])
