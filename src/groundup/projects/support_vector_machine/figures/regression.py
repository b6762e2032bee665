"""The tube of support vector regression."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.style import BLUE, ORANGE, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.support_vector_machine.measures import AT_BOUND, half_width
from groundup.projects.support_vector_machine.models.linear_svr import LinearSVR
from groundup.projects.support_vector_machine.models.regression import RegressionMachine

MOST = 1500  # Rows that are drawn.


@figure(1, 2, size=(10.8, 4.4))
def tube(axes: Any, model: Any, data: Dataset) -> None:
    """Errors within the tube cost nothing

    Left: the fitted function, and dashed around it the tube of half width ε. Rows within the tube (small dots) have no
    weight in the fit; those on it or outside, the support vectors, are ringed. Right: each row's weight, its two
    multipliers' difference, against its error. Within the tube it is 0, on the edge anything up to C, and beyond always
    ± C, however far: a gross error pulls no harder than a small one, which is why it hardly moves the curve.

    Of several columns the left picture shows the predictions against the targets. For the linear machine the weights
    follow from the loss.
    """
    if not isinstance(model, RegressionMachine | LinearSVR):
        raise NotApplicable("Only regressions have a tube.")
    y, fitted = np.asarray(data.y, dtype=np.float64), model.predict(data.X)
    residual = y - fitted
    epsilon, weight = half_width(model, residual), weights(model, residual)
    held = weight != 0
    few = some_rows(len(y), MOST)
    place = data.X[:, 0] if data.X.shape[1] == 1 else fitted
    draw_rows(axes[0], place[few], y[few], held[few])
    target = data.target_name or "target"
    if data.X.shape[1] == 1:
        x = np.linspace(place.min(), place.max(), 400)
        curve, name = model.predict(x[:, None]), data.axis_names[0]
    else:
        x = np.array([fitted.min(), fitted.max()])
        curve, name = x, f"predicted {target}"
    axes[0].plot(x, curve, "-", color=ORANGE)
    for side in (-epsilon, epsilon):
        axes[0].plot(x, curve + side, "--", color=ORANGE, linewidth=1.2)
    axes[0].set(xlabel=name, ylabel=target)
    axes[0].set_title(f"{int(held.sum()):,} of {len(y):,} rows on or outside the tube, ε = {epsilon:.3g}")
    axes[1].plot(residual[few], weight[few], "o", color=BLUE, markersize=3.5, alpha=0.6)
    for side in (-epsilon, epsilon):
        axes[1].axvline(side, color=ORANGE, linestyle="--", linewidth=1.2)
    axes[1].set(xlabel=f"error: {target} less fitted", ylabel="weight α − α* of the row")
    C = float(model.get_params()["C"])
    axes[1].set_title(f"{int((np.abs(weight) >= C * (1 - AT_BOUND)).sum()):,} at the bound, C = {C:.3g}")


def draw_rows(axes: Any, x: Array, y: Array, held: Array) -> None:
    """Draw rows, with rings around the support vectors."""
    axes.plot(x, y, "o", color=BLUE, markersize=3, alpha=0.7)
    axes.plot(x[held], y[held], "o", markerfacecolor="none", markeredgecolor=VERMILION, markersize=7)


def weights(model: Any, residual: Array) -> Array:
    """Return by how much each row pulls: its coefficient in the fitted function."""
    if isinstance(model, LinearSVR):
        excess = np.sign(residual) * np.maximum(np.abs(residual) - model.epsilon, 0.0)
        return np.asarray(model.C * (np.sign(excess) if model.loss == "epsilon_insensitive" else 2 * excess))
    found = np.zeros(len(residual))
    found[model.support_] = model.dual_coef_[0]
    return found
