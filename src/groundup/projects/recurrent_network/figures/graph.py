"""The worked example of the chapter as a graph: values that go forward, and derivatives that come back."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, VERMILION
from groundup.projects.recurrent_network import textbook
from groundup.projects.recurrent_network.example import LEVEL, RAIN, WEIGHTS

HOUR = 3.6  # Distance of two hours.
ROWS = {"x": -2.5, "h": 0.0, "J": 2.1}  # Heights of inputs, states and losses.


@figure(size=(9.6, 5.2))
def graph(axes: Any, model: Any, data: Dataset) -> None:
    """A network of one unit, unrolled over three hours, with all values and all derivatives

    Rain comes in from below, the state goes from left to right, and above each state stands its share of the loss, a
    sixth of the squared difference from the level of the stream. Black numbers are values. Orange numbers go back from
    right to left: the derivative of the loss by the state, which comes from the answer above and from the later hours
    on the right, and that by the sum inside tanh, which is the first one times the slope of tanh. At each arrow stands
    its weight and, in brackets, the derivative by the weight for this use of it alone. The weights are the same in each
    hour, and their derivatives are the sums of the three brackets.
    """
    w, u, b = WEIGHTS
    h = textbook.scalar_forward(RAIN, w, u, b)
    d, slopes = (h[1:] - LEVEL) / 3, 1 - h[1:] ** 2
    by_state, delta = np.zeros(3), np.zeros(4)
    for t in (2, 1, 0):
        by_state[t] = d[t] + u * delta[t + 1]
        delta[t] = by_state[t] * slopes[t]
    node(axes, at("h", -1), "0")
    for t in range(3):
        arrow(axes, at("x", t), at("h", t), f"{w:g} ({shown(delta[t] * RAIN[t])})", 0.33)
        arrow(axes, at("h", t - 1), at("h", t), f"{u:g}\n({shown(delta[t] * h[t])})", 0.5)
        arrow(axes, at("h", t), at("J", t), f"(h − {LEVEL[t]:g})² / 6", 0.5)
        node(axes, at("x", t), f"{RAIN[t]:g}")
        node(axes, at("h", t), f"{h[t + 1]:.3f}")
        node(axes, at("J", t), f"{(h[t + 1] - LEVEL[t]) ** 2 / 6:.4f}")
        words = f"by h: {shown(by_state[t])}\nby z: {shown(delta[t])}"
        axes.text(at("h", t)[0] + 0.12, -0.9, words, ha="left", va="center", fontsize=11, color=VERMILION,
                  weight="bold", linespacing=1.4)  # fmt: skip
        axes.text(at("J", t)[0], 3.05, f"hour {t + 1}", ha="center", va="center", fontsize=11, weight="bold")
    for name, words in {"x": "rain", "h": "", "J": "loss"}.items():
        axes.text(at("h", 0)[0] - 0.75, ROWS[name], words, ha="right", va="center", fontsize=11)
    axes.text(at("h", -1)[0], 0.75, "state", ha="center", va="center", fontsize=11)
    axes.set(xlim=(at("h", -1)[0] - 0.7, at("h", 2)[0] + 2.3), ylim=(-3.2, 3.3), aspect="equal")
    axes.set_axis_off()


def at(name: str, t: int) -> Array:
    """Return where a circle of an hour, counted from 0, is; the state before the first one belongs to hour -1."""
    return np.array([HOUR * t, ROWS[name]])


def shown(value: float) -> str:
    """Return a number as print has it: a minus sign, and zero without a sign or digits."""
    return f"{value:.4f}".replace("-", "−") if value else "0"


def node(axes: Any, place: Array, words: str) -> None:
    """Draw a circle with its value."""
    axes.plot(*place, "o", markersize=41, color="white", markeredgecolor=BLACK, markeredgewidth=1.3, zorder=3)
    axes.text(*place, words, ha="center", va="center", fontsize=10.5, zorder=4)


def arrow(axes: Any, start: Array, end: Array, words: str, share: float) -> None:
    """Draw an arrow between two circles, with words at a share of its length."""
    way = (end - start) / np.linalg.norm(end - start)
    axes.annotate("", end - 0.5 * way, start + 0.5 * way, arrowprops={"arrowstyle": "->", "color": "#666666"}, zorder=1)
    axes.text(*(start + share * (end - start)), words, ha="center", va="center", fontsize=10.5, linespacing=1.6,
              bbox={"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none"}, zorder=2)  # fmt: skip
