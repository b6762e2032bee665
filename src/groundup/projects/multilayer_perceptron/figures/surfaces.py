"""What optimisers do on a surface, and what width can represent."""

from typing import Any

import numpy as np

from groundup.core.nn.optimizers import SGD, Adam, Momentum, Optimizer, RMSProp
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, ORANGE
from groundup.projects.common.words import rounded
from groundup.projects.multilayer_perceptron.models.mlp_regressor import MLPRegressor

RACE = 150  # Steps of the race.
START = (-0.6, 1.2)  # Its weights at the beginning.
RACERS: dict[str, tuple[Optimizer, float]] = {
    "gradient descent": (SGD(), 0.05),
    "momentum": (Momentum(0.9, nesterov=False), 0.01),
    "Nesterov": (Momentum(0.9, nesterov=True), 0.01),
    "RMSProp": (RMSProp(), 0.02),
    "Adam": (Adam(), 0.1),
}
FIFTH = (0, (8, 1.5, 1.5, 1.5, 1.5, 1.5))  # Dashes of a fifth line; the style has four kinds.
WIDTHS = (2, 4, 8, 16, 32, 64)  # Numbers of hidden units.
PICTURED = (4, 8, 32)  # Those that are drawn.
GRID = 301
TRIES = 3  # Starts of training, of which the best one counts.

# --- the race -------------------------------------------------------------------------------------------------------


@figure(1, 2, size=(11.0, 4.6))
def race(axes: Any, model: Any, data: Dataset) -> None:
    """Five optimisers on one surface

    A network of one hidden unit has two weights here: the score is v tanh(w x), and the target is 2 tanh(1.5 x). Left:
    the loss over both weights as lines of equal loss, and the paths of five optimisers from the same start (black dot).
    There are two minima (crosses) of equal loss, since both signs may change together, and a saddle between them at
    zero. Right: the loss after each step. Gradient descent goes straight down and then creeps along the flat floor;
    momentum keeps its speed, overshoots and swings back; RMSProp and Adam take steps of about the same length however
    flat it is. No order among them holds on every surface, and each has a step size of its own.
    """
    w, v = np.meshgrid(np.linspace(-3.2, 3.2, 121), np.linspace(-3.6, 3.6, 121))
    levels = np.geomspace(1e-3, float(surface(w, v).max()), 14)
    axes[0].contour(w, v, surface(w, v), levels=levels, colors=["#999999"], linewidths=0.7, linestyles="-")
    for name, (optimizer, rate) in RACERS.items():
        path = raced(optimizer, rate, RACE)
        dashes = {"linestyle": FIFTH} if name == "Adam" else {}
        (line,) = axes[0].plot(*path.T, linewidth=1.6, label=name, **dashes)
        axes[0].plot(*path[-1], "o", color=line.get_color(), markersize=6)
        style = {"color": line.get_color(), "linestyle": line.get_linestyle()} | dashes
        axes[1].plot(np.maximum(surface(*path.T), 1e-16), label=f"{name}, step size {rate:g}", **style)
    axes[0].plot(*START, "o", color=BLACK, markersize=7)
    axes[0].plot([1.5, -1.5], [2, -2], "x", color=BLACK, markersize=9, markeredgewidth=2)
    axes[0].plot(0, 0, "+", color=BLACK, markersize=9, markeredgewidth=1.5)
    axes[0].grid(False)
    axes[0].set(xlabel="weight w of the input", ylabel="weight v of the unit", xlim=(-3.2, 3.2), ylim=(-3.6, 3.6))
    axes[1].set(xlabel="step", ylabel="loss", yscale="log")
    axes[1].legend(loc="upper right")


INPUTS = np.linspace(-2, 2, 41)


def surface(w: Array, v: Array) -> Array:
    """Return half of the mean squared error of ``v tanh(w x)``, for arrays of weights."""
    r = v[..., None] * np.tanh(w[..., None] * INPUTS) - 2 * np.tanh(1.5 * INPUTS)
    return np.asarray((r**2).mean(axis=-1) / 2)


def slope(at: Array) -> Array:
    """Return the gradient of `surface` at (w, v)."""
    w, v = at
    t = np.tanh(w * INPUTS)
    r = v * t - 2 * np.tanh(1.5 * INPUTS)
    return np.array([(r * v * (1 - t * t) * INPUTS).mean(), (r * t).mean()])


def raced(optimizer: Optimizer, rate: float, steps: int) -> Array:
    """Return the weights after 0, 1, …, `steps` steps, (steps + 1, 2)."""
    at = np.array(START)
    moments, path = optimizer.start(at), [at.copy()]
    for t in range(1, steps + 1):
        optimizer.step(at, slope(at), moments, t, rate)
        path.append(at.copy())
    return np.array(path)


# --- width ----------------------------------------------------------------------------------------------------------


@figure(1, 4, size=(12.6, 3.6))
def width(axes: Any, model: Any, data: Dataset) -> None:
    """More hidden units come nearer to any continuous function

    A curve (grey) and networks of one layer of relu units: put together as in the chapter's proof, each unit a bend at
    equal distances (blue, dashed), and trained on many points of the curve (orange). Right: the largest error against
    the number of units. The proof needs no training, and with twice as many bends its error falls to a quarter once
    they are close together. Training puts the bends where the curve turns, and needs fewer; but with many units it
    stops before it has used them all. That a network exists does not say that training finds it.
    """
    x = np.linspace(0, 1, GRID)
    y = target(x)
    built, trained = (np.array([fit(x, units) for units in WIDTHS]) for fit in (bends, learned))
    for panel, units in zip(axes[:3], PICTURED, strict=True):
        k = WIDTHS.index(units)
        panel.plot(x, y, "-", color="#aaaaaa", linewidth=4)
        panel.plot(x, built[k], "--", color=BLUE, linewidth=1.5, label="put together")
        panel.plot(x, trained[k], "-", color=ORANGE, linewidth=1.5, label="trained")
        panel.set(title=f"{units} units", xlabel="x", ylim=(y.min() - 0.35, y.max() + 0.75))
    axes[0].set_ylabel("y")
    axes[0].legend(loc="upper right")
    for found, shade, dashes, mark in ((built, BLUE, "--", "o"), (trained, ORANGE, "-", "s")):
        axes[3].plot(WIDTHS, np.abs(found - y).max(axis=1), dashes, marker=mark, color=shade)
    axes[3].set(xscale="log", yscale="log", xlabel="hidden units", ylabel="largest error")
    axes[3].set_xticks(WIDTHS, [rounded(units) for units in WIDTHS])
    axes[3].set_xticks([], minor=True)


def target(x: Array) -> Array:
    """Return a curve with waves that become lower."""
    return np.asarray((1 - x / 2) * np.sin(3 * np.pi * x) + x)


def bends(x: Array, units: int) -> Array:
    """Return the broken line through equally distant points of the curve: one relu unit for each piece."""
    knots = np.linspace(0, 1, units + 1)
    slopes = np.diff(target(knots)) / np.diff(knots)
    weights = np.diff(slopes, prepend=0.0)
    return np.asarray(target(knots[:1]) + np.maximum(x[:, None] - knots[:-1], 0) @ weights)


def learned(x: Array, units: int) -> Array:
    """Return what a network says that is trained on the points, the best of a few starts."""
    import warnings

    y, found = target(x), []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It need not converge.
        for seed in range(TRIES):
            network = MLPRegressor(hidden_layer_sizes=(units,), solver="lbfgs", alpha=0, tol=1e-8, max_iter=1000,
                                   random_state=seed)  # fmt: skip
            found.append(network.fit(6 * x[:, None] - 3, y).predict(6 * x[:, None] - 3))
    return min(found, key=lambda one: float(((one - y) ** 2).sum()))
