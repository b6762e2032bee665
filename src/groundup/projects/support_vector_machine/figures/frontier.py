"""The frontier of the one-class machine."""

from typing import Any

import numpy as np

from groundup.core.text import plural
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import DRAWN, bounds, principal_plane, set_frame
from groundup.plotting.style import BLACK, BLUE, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.support_vector_machine.models.one_class_svm import OneClassSVM

GRID = 140  # Points along each side of the grid.


@figure(1, 2, size=(10.8, 4.4))
def frontier(axes: Any, model: Any, data: Dataset) -> None:
    """A frontier around most of the rows

    Left: crosses are outliers, outside the frontier (solid) of score 0; the shading is the score, and the dashed line
    the frontier that a kernel with four times the γ would draw. Right: the rows by their score, from the most unusual
    on. At most a share ν of them is below 0, and at least that share are support vectors, so that ν is between the two.

    With other than two columns the rows are projected, and no frontier is drawn.
    """
    if not isinstance(model, OneClassSVM):
        raise NotApplicable("Only the one-class machine has a frontier.")
    score = model.decision_function(data.X)
    out = score < -model.tol  # rows on the frontier have a score of 0, up to the tolerance
    panel = axes[0]
    if data.X.shape[1] == 1:
        panel.plot(data.X[:, 0], score, "o", color=BLUE, markersize=4)
        panel.plot(data.X[out, 0], score[out], "X", color=VERMILION, markersize=7)
        panel.axhline(0.0, color=BLACK)
        panel.set(xlabel=data.axis_names[0], ylabel="score less that of the frontier")
    else:
        draw_plane(panel, model, data, out)
    panel.set_title(f"{plural(int(out.sum()), 'row')} of {len(out):,} outside")
    order = np.argsort(score, kind="stable")
    place = (np.arange(len(order)) + 1) / len(order)
    share = len(model.support_) / len(out)
    axes[1].plot(place, score[order], ".", color=BLUE)
    axes[1].axhline(0.0, color=BLACK)
    axes[1].axvline(model.nu, color=VERMILION, linestyle="--", label=f"ν = {model.nu:g}")
    axes[1].axvline(share, color=BLACK, linestyle=":", label=f"support vectors: {100 * share:.1f} %")
    axes[1].set(xlabel="share of the rows, the most unusual first", ylabel="score less that of the frontier")
    axes[1].set_title(f"{100 * out.mean():.1f} % outside")
    axes[1].legend(loc="lower right")


def draw_plane(axes: Any, model: OneClassSVM, data: Dataset, out: Any) -> None:
    """Draw the rows in the plane, with the frontier where it is the plane of the columns."""
    plane = principal_plane(data)
    few = some_rows(len(data.X), DRAWN)
    points = plane(data.X[few])
    if plane.exact:
        x, y = (np.linspace(low, high, GRID) for low, high in zip(*bounds(points), strict=True))
        grid = plane.rows(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
        score = model.decision_function(grid).reshape(GRID, GRID)
        axes.imshow(score, origin="lower", extent=(x[0], x[-1], y[0], y[-1]), aspect="auto", cmap="Greys", alpha=0.5,
                    interpolation="none", zorder=0)  # fmt: skip
        axes.grid(False)
        narrow = OneClassSVM(**{**model.get_params(), "gamma": 4 * model._gamma}).fit(data.X)
        other = narrow.decision_function(grid).reshape(GRID, GRID)
        for values, style, width in ((score, "-", 1.8), (other, "--", 1.0)):
            if values.min() < 0 < values.max():
                axes.contour(x, y, values, levels=[0.0], colors=[BLACK], linewidths=width, linestyles=[style])
    axes.plot(*points[~out[few]].T, "o", color=BLUE, markersize=3.5, alpha=0.7)
    axes.plot(*points[out[few]].T, "X", color=VERMILION, markersize=8, markeredgecolor="white", markeredgewidth=0.6)
    set_frame(axes, plane, points)
