"""The margin: support vectors and their multipliers, hard and soft margins, rows that do not matter."""

from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import colour, marker, principal_plane
from groundup.plotting.style import BLACK
from groundup.projects.support_vector_machine.demonstration import Pair, fixed, pair_of
from groundup.projects.support_vector_machine.figures.drawing import (
    draw_multipliers,
    draw_pair,
    draw_rings,
    forces,
    name_groups,
)
from groundup.projects.support_vector_machine.measures import AT_BOUND
from groundup.projects.support_vector_machine.models.linear_svc import LinearSVC
from groundup.projects.support_vector_machine.models.svc import SVC

SOFTNESS = (0.01, 1.0, 100.0)  # C of the three machines, in that of the model.
TIGHT = 1e-8  # Tolerance of machines whose decisions are compared digit by digit.


@figure(1, 2, size=(10.4, 4.4))
def margin(axes: Any, model: Any, data: Dataset) -> None:
    """The margin, and the rows that hold it

    Left: the boundary (solid) lies in the middle of the margin (dashed), which is as wide as the rows allow. Only the
    ringed rows hold it, the support vectors; a larger ring is a larger multiplier α. Right: the same rows by their
    decision for their own class. Beyond the margin, right of the dashed line, α is 0: such a row could be left out.
    On the line α is free between 0 and the bound (dotted). Left of it, in the margin or on the wrong side of the
    boundary, α is at the bound.

    The linear machine with the squared hinge has no bound, and α grows with the distance from the line. With other than
    two columns the left picture counts the rows by their decisions. Of several classes the pair with most support
    vectors is shown.
    """
    pair = pair_of(model, data)
    alpha, f = forces(pair), pair.machine.decision_function(pair.data.X)
    draw_pair(axes[0], pair, pair.machine.decision_function, alpha)
    used = int((alpha > 0).sum())
    axes[0].set_title(f"{pair.which}{': ' if pair.which else ''}{plural(used, 'support vector')} of {len(f):,} rows")
    bound = highest(pair, alpha)
    draw_multipliers(axes[1], pair, alpha, pair.sign * f)
    unbounded = isinstance(pair.machine, LinearSVC) and pair.machine.loss == "squared_hinge"
    at_bound = 0 if unbounded else int((alpha >= bound * (1 - AT_BOUND)).sum())
    free = f"{plural(used - at_bound, 'multiplier')} free"
    axes[1].set_title(free if unbounded else f"{free}, {at_bound} at the bound")
    if not unbounded:
        axes[1].axhline(bound, color="#888888", linestyle=":", linewidth=1.2)
    axes[1].set(xlabel="decision for the own class", ylabel="multiplier α", ylim=(-0.04 * bound, 1.1 * bound))
    name_groups(axes[1], "center right")


def highest(pair: Pair, alpha: Array) -> float:
    """Return the largest bound of the multipliers, or the largest multiplier where there is none."""
    if isinstance(pair.machine, SVC):
        C = pair.machine.C if np.isfinite(pair.machine.C) else float(alpha.max())
        return float(C * pair.machine.class_weight_.max())
    return max(float(alpha.max(initial=0.0)), 1e-300)


@figure(1, 3, size=(13.0, 4.2))
def softening(axes: Any, model: Any, data: Dataset) -> None:
    """From a soft margin to a hard one, as C grows

    The same rows with C a hundred times smaller than the model's, the model's own, and a hundred times larger. A small
    C makes slack cheap: the margin is wide, many rows lie in it, and all of them hold the boundary. A large C makes
    slack expensive: the margin narrows until few rows violate it, and the boundary follows single rows. Where the
    classes can be separated a large enough C gives the hard margin, which nothing violates. The numbers are counts of
    support vectors and of rows on the wrong side.

    With other than two columns the pictures count the rows by their decisions.
    """
    pair = pair_of(model, data)
    if "C" not in pair.machine.get_params():
        raise NotApplicable("The machine is told a share of rows ν, and has no price C of slack.")
    C = float(pair.machine.C) if np.isfinite(pair.machine.C) else 1.0
    for panel, times in zip(axes, SOFTNESS, strict=True):
        own = fixed(pair.machine, C=C * times, **without_probability(pair.machine)).fit(pair.data.X, pair.data.y)
        there = Pair(pair.data, pair.names, own, pair.whole)
        alpha = forces(there)
        draw_pair(panel, there, own.decision_function, alpha)
        wrong = int((pair.sign * own.decision_function(pair.data.X) <= 0).sum())
        panel.set_title(f"C = {C * times:g}: {plural(int((alpha > 0).sum()), 'support vector')}, {wrong} wrong")
    name_groups(axes[0])


def without_probability(machine: Any) -> dict[str, Any]:
    """Return the parameter that leaves out the calibration, for a machine that has it."""
    return {"probability": False} if isinstance(machine, SVC) else {}


@figure(1, 3, size=(13.0, 4.2))
def deletion(axes: Any, model: Any, data: Dataset) -> None:
    """Rows that are no support vectors could be left out

    Left: the machine of all rows. Middle: the machine of its support vectors alone, all others deleted (crosses), with
    the largest difference of the two decision functions on all rows: it is rounding. Right: one support vector deleted,
    that with the largest multiplier among those that have a free one (a star); the boundary moves to the solid line
    from the dotted one.

    With other than two columns the pictures show each row's decision after the deletion against that before.
    """
    pair = pair_of(model, data)
    if not isinstance(pair.machine, SVC):
        raise NotApplicable("Only for the machine with a price C: ν counts the rows, and the linear one has no α of 0.")
    X, y = pair.data.X, np.asarray(pair.data.y)
    tight = fixed(pair.machine, tol=TIGHT, **without_probability(pair.machine))
    every = tight.fit(X, y)
    before = every.decision_function(X)
    alpha = np.zeros(len(X))
    alpha[every.support_] = np.abs(every.dual_coef_[0])
    bound = float(every.C) * every.class_weight_[(pair.sign > 0).astype(int)]
    free = np.flatnonzero((alpha > 0) & (alpha < bound * (1 - AT_BOUND)))
    chosen = int(free[alpha[free].argmax()]) if len(free) else int(alpha.argmax())
    rest = np.delete(np.arange(len(X)), chosen)
    if len(np.unique(y[rest])) < 2:
        raise NotApplicable("Without one of its support vectors there is only one class.")
    alone = fixed(every).fit(X[every.support_], y[every.support_])
    without = fixed(every).fit(X[rest], y[rest])
    change = [float(np.abs(other.decision_function(X) - before).max()) for other in (alone, without)]
    titles = (
        f"all {len(X):,} rows",
        f"{len(every.support_):,} of them alone: decisions differ by {change[0]:.1g}",
        f"without the star: decisions differ by {change[1]:.2g}",
    )
    if X.shape[1] == 2:
        in_the_plane(axes, pair, (every, alone, without), alpha, chosen)
    else:
        along_decisions(axes, pair, (every, alone, without), before)
    for panel, title in zip(axes, titles, strict=True):
        panel.set_title(title)


def in_the_plane(axes: Any, pair: Pair, machines: tuple[SVC, ...], alpha: Array, chosen: int) -> None:
    """Draw three machines among the rows that they were fitted to."""
    plane = principal_plane(pair.data)
    points = plane(pair.data.X)
    draw_pair(axes[0], pair, machines[0].decision_function, alpha)
    few = alpha > 0
    some = Pair(pair.data.take(np.flatnonzero(few)), pair.names, machines[1], False)
    draw_pair(axes[1], some, machines[1].decision_function, alpha[few], points)
    axes[1].plot(*points[~few].T, "x", color="#999999", markersize=4, zorder=1)
    draw_pair(axes[2], pair, machines[2].decision_function, np.zeros(len(alpha)), points)
    draw_rings(axes[2], points, np.where(np.arange(len(alpha)) == chosen, 0.0, alpha), float(alpha.max()))
    axes[2].plot(*points[chosen], "*", color="white", markeredgecolor=BLACK, markersize=14, zorder=5)
    outline(axes[2], machines[0])


def outline(axes: Any, machine: SVC) -> None:
    """Draw the boundary of another machine as a dotted line."""
    x, y = (np.linspace(low, high, 120) for low, high in (axes.get_xlim(), axes.get_ylim()))
    f = machine.decision_function(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)).reshape(120, 120)
    if f.min() < 0 < f.max():
        axes.contour(x, y, f, levels=[0.0], colors=[BLACK], linewidths=1.6, linestyles=[":"])


def along_decisions(axes: Any, pair: Pair, machines: tuple[SVC, ...], before: Array) -> None:
    """Draw the decisions of three machines against those of the first."""
    for panel, machine in zip(axes, machines, strict=True):
        after = machine.decision_function(pair.data.X)
        panel.axline((0.0, 0.0), slope=1.0, color="#888888", linewidth=0.8)
        for k, name in enumerate(pair.names):
            own = (pair.sign > 0) == (k == 1)
            panel.plot(before[own], after[own], marker(k), color=colour(k), alpha=0.55, markersize=4, label=name)
        panel.set(xlabel="decision of the machine of all rows", ylabel="decision of this machine")
    name_groups(axes[0], "upper left")
