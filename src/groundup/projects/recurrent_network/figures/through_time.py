"""Derivatives on their way back: norms by spectral radius, a matrix that grows first, and clipping."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, VERMILION
from groundup.projects.recurrent_network import textbook
from groundup.projects.recurrent_network.example import SHEARED

UNITS, STEPS = 32, 60
RADII = {0.8: (BLUE, "v"), 1.0: (GREEN, "o"), 1.2: (VERMILION, "^")}
INPUT = 0.5  # Spread of the inputs that drive the bent network.
POWERS = {0: ("-", BLACK), 2: ("--", ORANGE), 9: ("-", VERMILION), 30: ("-.", BLUE)}
CLIFF_U, CLIFF_STEPS, TARGET, RATE, LIMIT = 1.25, 20, -0.5, 0.05, 1.0  # A network at whose bias 0 the loss has a cliff.
STEEP = np.array([2.6, 0.5])  # A gradient whose entries differ.


@figure(1, 2, size=(9.8, 4.2))
def gradient_norms(axes: Any, model: Any, data: Dataset) -> None:
    """How much of a derivative is left on its way back, for three spectral radii

    A vector of length 1, the derivative by the last state, is led back through a network of 32 units step by step.
    Its weights are random, and scaled to the spectral radius that the legend names. Left: no bends, so that every step
    multiplies by the same matrix. After a few steps, in which the matrix has no single factor, the curves follow the
    powers of the radius (dotted). Right: the same matrices with tanh, and random inputs. Each state that is not zero
    has a slope below 1, and takes its share away: the derivative vanishes even where the radius is above 1.
    """
    rng = np.random.default_rng(0)
    W = rng.normal(size=(UNITS, UNITS))
    d, X = rng.normal(size=UNITS), INPUT * rng.normal(size=(STEPS, UNITS))
    W /= np.abs(np.linalg.eigvals(W)).max()
    back = np.arange(STEPS + 1)
    for radius, (shade, mark) in RADII.items():
        for panel, scale in zip(axes, (0.0, 1.0), strict=True):
            H = textbook.forward(scale * X, np.zeros(UNITS), np.eye(UNITS), radius * W, np.zeros(UNITS))
            left = led_back(d / np.linalg.norm(d), H, radius * W)
            panel.plot(back, left, "-", marker=mark, markevery=6, color=shade, label=f"spectral radius {radius:g}")
        axes[0].plot(back, radius**back, ":", color=shade, linewidth=1.2)
    for panel, title in zip(axes, ("without bends", "with tanh, and inputs"), strict=True):
        panel.set(yscale="log", xlabel="steps back", title=title, ylim=(1e-13, 1e7))
    axes[0].set_ylabel("length of the derivative")
    axes[0].legend(loc="lower left")


def led_back(d: Array, H: Array, U: Array) -> Array:
    """Return the lengths of a derivative by the last state at 0, 1, 2, ... steps back."""
    lengths = [float(np.linalg.norm(d))]
    for h in H[:0:-1]:
        d = U @ (d * (1 - h**2))
        lengths.append(float(np.linalg.norm(d)))
    return np.array(lengths)


@figure(1, 2, size=(9.8, 4.4))
def non_normal(axes: Any, model: Any, data: Dataset) -> None:
    """A matrix with the spectral radius 0.9 whose powers grow first

    Left: the norm of the k-th power of the matrix with 0.9 on its diagonal, 2 above it and 0 below (solid), against a
    diagonal matrix with the same eigenvalues (dashed). The eigenvalues decide where it ends, not how it begins: the
    norm rises to almost 8 in nine steps, and is below 1 only after 44. Right: what powers of the matrix make of
    all vectors of length 1. The circle is stretched in one direction and squeezed in the other one, again and again
    along almost the same line, before the factors 0.9 prevail.
    """
    k = np.arange(61)
    powers = [np.linalg.matrix_power(SHEARED, j) for j in k]
    norms = np.array([np.linalg.norm(power, 2) for power in powers])
    axes[0].plot(k, norms, "-", color=VERMILION, label="0.9 twice, and 2 above")
    axes[0].plot(k, 0.9**k, "--", color=BLUE, label="0.9 twice, and 0 above")
    axes[0].axhline(1, color=BLACK, linewidth=0.8)
    below = int(np.argmax(norms[1:] < 1)) + 1
    for j, words, place in ((int(norms.argmax()), f"{norms.max():.2f} at k = {norms.argmax()}", (14, 8.0)),
                            (below, f"below 1 from k = {below} on", (35, 3.2))):  # fmt: skip
        axes[0].plot(j, norms[j], "o", color=VERMILION)
        axes[0].annotate(words, (j, norms[j]), place, fontsize=9, va="center",
                         arrowprops={"arrowstyle": "-", "color": "#666666"})  # fmt: skip
    axes[0].set(xlabel="k", ylabel="norm of the k-th power", ylim=(0, 9), title="norms of the powers")
    axes[0].legend(loc="center right")
    angle = np.linspace(0, 2 * np.pi, 400)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    for j, (dash, shade) in POWERS.items():
        axes[1].plot(*(powers[j] @ circle), dash, color=shade, label=f"k = {j}")
    axes[1].set(xlabel="first entry", ylabel="second entry", title="the unit circle after k steps", ylim=(-4.5, 4.5),
                aspect="equal")  # fmt: skip
    axes[1].legend(loc="upper left")


@figure(1, 2, size=(9.8, 4.2))
def clipping(axes: Any, model: Any, data: Dataset) -> None:
    """A cliff of the loss, and two kinds of clipping

    Left: the loss of a network of one unit after 20 steps, against its bias. At 0 it is decided to which of two states
    the network goes, and a tiny change of the bias decides otherwise: the loss is flat on both sides, and nearly
    vertical between. A plain step from the cliff leaves the picture; a step along the gradient that is
    shortened to the length 1 goes down and stays near. Right: a gradient of two entries. Shortened as a whole it keeps
    its direction, and ends on the circle. Limited entry by entry it ends in the square, and points elsewhere.
    """
    cliff(axes[0])
    by_norm, by_entry = textbook.clip(STEEP, LIMIT), np.clip(STEEP, -LIMIT, LIMIT)
    angle = np.linspace(0, 2 * np.pi, 200)
    axes[1].plot(np.cos(angle), np.sin(angle), "-", color=BLUE, linewidth=0.8)
    axes[1].plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], "--", color=VERMILION, linewidth=0.8)
    for end, shade, words, place in ((STEEP, BLACK, "the gradient", (1.7, 0.75)),
                                     (by_norm, BLUE, "clipped by its norm", (1.12, -0.55)),
                                     (by_entry, VERMILION, "clipped entry by entry", (0.65, 1.25))):  # fmt: skip
        axes[1].annotate("", end, (0, 0), arrowprops={"arrowstyle": "-|>", "color": shade, "linewidth": 2,
                                                      "shrinkA": 0, "shrinkB": 0})  # fmt: skip
        axes[1].annotate(words, end, place, fontsize=10, color=shade,
                         arrowprops={"arrowstyle": "-", "color": "#999999"})  # fmt: skip
    axes[1].set(xlim=(-1.2, 2.9), ylim=(-1.2, 1.5), aspect="equal", xlabel="derivative by the first weight",
                ylabel="by the second weight", title="directions")  # fmt: skip


def cliff(panel: Any) -> None:
    """Draw the loss against the bias, a plain step and a clipped one."""
    biases = np.linspace(-0.12, 0.12, 1201)
    panel.plot(biases, [last_loss(b)[0] for b in biases], "-", color=BLACK)
    start = 0.002
    value, slope = last_loss(start)
    near = start - RATE * min(slope, LIMIT)
    panel.plot(start, value, "o", color=BLACK, zorder=4)
    words = f"plain step to b = {start - RATE * slope:.1f}".replace("-", "−")
    panel.text(-0.01, value + 0.03, words, color=VERMILION, fontsize=10, ha="right")
    panel.annotate("", (-0.125, value), (start, value), annotation_clip=False,
                   arrowprops={"arrowstyle": "-|>", "color": VERMILION, "linewidth": 2})  # fmt: skip
    panel.annotate("", (near, last_loss(near)[0]), (start, value),
                   arrowprops={"arrowstyle": "-|>", "color": BLUE, "linewidth": 2})  # fmt: skip
    panel.plot(near, last_loss(near)[0], "s", color=BLUE)
    panel.text(near, last_loss(near)[0] + 0.04, "clipped step", color=BLUE, fontsize=10, ha="right")
    panel.text(0.01, value, f"slope {slope:.0f}", fontsize=10, va="center")
    panel.set(xlabel="bias b", ylabel="loss after 20 steps", title="a cliff")


def last_loss(b: float) -> tuple[float, float]:
    """Return the loss of the last state, and its derivative by the bias."""
    x = np.zeros(CLIFF_STEPS)
    h = textbook.scalar_forward(x, 0.0, CLIFF_U, b)
    d = np.append(np.zeros(CLIFF_STEPS - 1), h[-1] - TARGET)
    return float((h[-1] - TARGET) ** 2 / 2), float(textbook.scalar_backward(x, h, CLIFF_U, d)[2])
