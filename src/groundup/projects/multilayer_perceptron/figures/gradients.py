"""Derivatives: on the graph of the worked example, through many layers, and checked by differences."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from groundup.core.nn.activations import Relu, Tanh
from groundup.core.nn.dense import Dense
from groundup.core.nn.layer import Layer
from groundup.core.nn.network import Network
from groundup.core.nn.parameters import views
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.multilayer_perceptron import textbook

LAYERS, UNITS, ROWS = 10, 100, 200
SPREADS = (0.5, 1.0, 2.0)  # Of initial weights, in units of the good one.
U = float(np.finfo(float).eps) / 2  # Unit of rounding.
STEPS = np.logspace(-16, 0, 65)

X1, Y1 = np.array([[1.0, 2.0]]), np.array([[2.0]])  # The first row of the worked example, and its network.
W1, B1 = np.array([[0.5, 1.0], [0.5, -1.0]]), np.array([-0.5, 0.0])
W2, B2 = np.array([[1.0], [0.5]]), np.array([0.0])

# --- the computation graph ------------------------------------------------------------------------------------------


@figure(size=(9.6, 4.6))
def graph(axes: Any, model: Any, data: Dataset) -> None:
    """A network of two inputs, two hidden units and one score, with all values and all derivatives

    The first row of the worked example, and its own loss (the mean over two rows has half of these derivatives). Black
    numbers go from left to right: inputs, sums, outputs of the units, score and loss. Orange numbers below them go back
    from right to left: the derivative of the loss by what is in the circle. At each arrow stand its weight and, in
    brackets, the derivative by the weight. Each is a product of two neighbours: what came in on the left, times what
    came back on the right. The derivative by a bias is that by its sum. The sum of the lower unit is negative,
    so that relu gives 0 out, and nothing comes back through it: its weights do not learn from this row.
    """
    Z1, A1, Z2 = textbook.forward(X1, W1, B1, W2, B2)
    D2 = textbook.squared_error_slope(Z2, Y1)
    dW1, _, dW2, _ = textbook.backward(X1, Z1, A1, W2, D2)
    DA = D2 @ W2.T
    D1 = DA * textbook.relu_slope(Z1)
    dX = D1 @ W1.T
    places = {"x": (0.0, (1.0, -1.0)), "z": (2.6, (1.0, -1.0)), "a": (4.4, (1.0, -1.0)), "s": (6.6, (0.0,)),
              "L": (8.4, (0.0,))}  # fmt: skip
    for i in range(2):
        for j in range(2):
            tell = f"{W1[i, j]:g} ({plain(dW1[i, j])})"
            arrow(axes, spot(places, "x", i), spot(places, "z", j), tell, 0.27 if i != j else 0.5)
        arrow(axes, spot(places, "z", i), spot(places, "a", i), "relu", 0.5)
        arrow(axes, spot(places, "a", i), spot(places, "s", 0), f"{W2[i, 0]:g} ({plain(dW2[i, 0])})", 0.5)
    arrow(axes, spot(places, "s", 0), spot(places, "L", 0), "½(s − 2)²", 0.5)
    shown = {"x": (X1[0], dX[0]), "z": (Z1[0], D1[0]), "a": (A1[0], DA[0]), "s": (Z2[0], D2[0]),
             "L": (np.array([textbook.squared_error(Z2, Y1)]), np.ones(1))}  # fmt: skip
    for name, (values, slopes) in shown.items():
        for k, (value, slope) in enumerate(zip(values, slopes, strict=True)):
            node(axes, spot(places, name, k), value, slope)
    for name, words in {"x": "inputs", "z": "sums, with biases\n−0.5 and 0", "a": "outputs", "s": "score",
                        "L": "loss"}.items():  # fmt: skip
        axes.text(places[name][0], 1.85, words, ha="center", va="center", fontsize=11)
    axes.set(xlim=(-0.6, 9.0), ylim=(-1.75, 2.15), aspect="equal")
    axes.set_axis_off()


def spot(places: dict[str, tuple[float, tuple[float, ...]]], name: str, k: int) -> Array:
    """Return where the k-th circle of a kind is."""
    x, heights = places[name]
    return np.array([x, heights[k]])


def plain(value: float) -> str:
    """Return a number with a minus sign as print has it, and without one for zero."""
    return f"{value + 0.0:g}".replace("-", "−")


def node(axes: Any, place: Array, value: float, slope: float) -> None:
    """Draw a circle with its value, and below it the derivative of the loss by it."""
    axes.plot(*place, "o", markersize=34, color="white", markeredgecolor=BLACK, markeredgewidth=1.3, zorder=3)
    axes.text(*place, plain(value), ha="center", va="center", fontsize=12, zorder=4)
    axes.text(place[0], place[1] - 0.52, plain(slope), ha="center", va="center", fontsize=11, color=VERMILION,
              weight="bold", zorder=4)  # fmt: skip


def arrow(axes: Any, start: Array, end: Array, words: str, share: float) -> None:
    """Draw an arrow between two circles, with words at a share of its length."""
    way = (end - start) / np.linalg.norm(end - start)
    axes.annotate("", end - 0.4 * way, start + 0.4 * way, arrowprops={"arrowstyle": "->", "color": "#666666"}, zorder=1)
    axes.text(*(start + share * (end - start)), words.replace("-", "−"), ha="center", va="center", fontsize=10,
              bbox={"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none"}, zorder=2)  # fmt: skip


# --- magnitudes layer by layer --------------------------------------------------------------------------------------


@figure(2, 2, size=(9.8, 6.2))
def magnitudes(axes: Any, model: Any, data: Dataset) -> None:
    """How large activations and derivatives are in each of ten layers, for three initial spreads of the weights

    Rows of the run go forward through ten layers of a hundred units, and derivatives of the same size come back from
    the last one. Left: the root mean square of the outputs of a layer. Right: that of the derivatives by its sums.
    Weights with the variance derived in the chapter keep both within a factor of a few. Half of that spread loses a
    constant factor in every layer: nothing arrives, and the first layers do not learn. Twice of it gains one, in relu
    without limit; tanh saturates instead: its outputs stay below 1, and derivatives grow slowly.
    """
    X = data.X[some_rows(len(data.X), ROWS)]
    X = (X - X.mean(axis=0)) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1.0)
    if not np.any(X):
        raise NotApplicable("All rows are equal: in standard units nothing goes forward.")
    X = X / np.sqrt((X**2).mean())
    kinds: tuple[tuple[str, Layer, float], ...] = (("relu", Relu(), 2.0), ("tanh", Tanh(), 1.0))
    shades = (BLUE, GREEN, VERMILION)
    for line, (name, bend, gain) in zip(axes, kinds, strict=True):
        for spread, shade, mark in zip(SPREADS, shades, "vo^", strict=True):
            sizes = through_layers(X, bend, spread, gain)
            label = "variance derived" if spread == 1 else f"{spread:g} times its spread"
            for panel, values in zip(line, sizes, strict=True):
                panel.plot(np.arange(1, LAYERS + 1), values, "-", marker=mark, color=shade, label=label)
        line[0].set_title(f"{name}: outputs")
        line[1].set_title(f"{name}: derivatives")
        for panel in line:
            panel.set(yscale="log", xlabel="layer", xticks=np.arange(1, LAYERS + 1))
        line[0].set_ylabel("root mean square")
    axes[0, 0].legend(loc="best")


def through_layers(X: Array, bend: Layer, spread: float, gain: float) -> tuple[Array, Array]:
    """Return the root mean squares of outputs and of derivatives by the sums, layer by layer."""
    rng = np.random.default_rng(0)
    sizes = [X.shape[1], *[UNITS] * LAYERS]
    weights = [rng.normal(0, spread * np.sqrt(gain / d), (d, h)) for d, h in pairwise(sizes)]
    flow, outputs, memories = X.T, [], []
    for W in weights:
        flow, memory = bend.forward({}, W.T @ flow)
        outputs.append(flow)
        memories.append(memory)
    back, slopes = rng.normal(size=flow.shape), []
    for W, memory in zip(reversed(weights), reversed(memories), strict=True):
        slope = bend.backward({}, memory, back, {})
        slopes.append(slope)
        back = W @ slope
    return root_mean_squares(outputs), root_mean_squares(slopes[::-1])


def root_mean_squares(layers: list[Array]) -> Array:
    """Return the root mean square of each layer's numbers."""
    return np.array([np.sqrt((one**2).mean()) for one in layers])


# --- the gradient check ---------------------------------------------------------------------------------------------


@figure(size=(7.4, 4.6))
def check(axes: Any, model: Any, data: Dataset) -> None:
    """The error of a gradient check against the length of its step

    The derivative of a small network's loss along one direction, by differences, next to the one that backpropagation
    gives. With long steps the curvature of the loss is in the way, and the error falls with the step, or with its
    square for central differences. With short steps the difference of two nearly equal losses loses its digits, and
    the error rises again. In between lies the best step, about the cube root of the rounding unit for central
    differences (dashed), and it leaves ten digits at most. A step in the imaginary direction subtracts nothing: its
    error falls until all digits are right, and stays there.
    """
    value, slope = small_problem()
    h = STEPS
    found = {
        "forward differences": (np.array([(value(s) - value(0.0)) / s for s in h]).real, ORANGE, "s"),
        "central differences": (np.array([(value(s) - value(-s)) / (2 * s) for s in h]).real, BLUE, "o"),
        "complex step": (np.array([value(1j * s).imag / s for s in h]), GREEN, "^"),
    }
    for name, (derivative, shade, mark) in found.items():
        error = np.maximum(np.abs(derivative - slope) / abs(slope), U)
        axes.plot(h, error, "-", marker=mark, markersize=3.5, linewidth=1.2, color=shade, label=name)
    best = U ** (1 / 3)
    axes.axvline(best, color=BLACK, linestyle="--", linewidth=1)
    axes.text(best * 1.3, 3e-1, f"u^(1/3) = {best:.0e}".replace("e-0", "e−"), fontsize=9, ha="left", va="center")
    axes.set(xscale="log", yscale="log", xlabel="step τ", ylabel="relative error of the derivative", ylim=(3e-17, 3))
    axes.legend(loc="lower right")


def small_problem() -> tuple[Callable[[complex], complex], float]:
    """Return the loss of a tanh network along a direction, and its slope by backpropagation."""
    rng = np.random.default_rng(2)
    network = Network((Dense(3, 4), Tanh(), Dense(4, 1)))
    w, s = network.initial((0,), np.float64)
    X, y, v = rng.normal(size=(3, 6)), rng.normal(size=(1, 6)), rng.normal(size=len(w))

    def value(step: complex) -> complex:
        at = w + step * v
        z = network.apply(network.bound(at, s.astype(at.dtype)), X)
        return complex(((z - y) ** 2).mean() / 2)

    p, gradient = network.bound(w, s), np.zeros_like(w)
    z, memories = network.forward(p, X)
    network.backward(p, memories, (z - y) / z.size, views(network.shapes, gradient))
    return value, float(gradient @ v)
