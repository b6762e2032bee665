"""Other spaces: that of a kernel, and that of rows which nobody centred."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.synthetic import projection
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.labels import label_lines
from groundup.plotting.plane import bounds, principal_plane, set_frame
from groundup.plotting.style import BLACK
from groundup.projects.pca.figures import drawing
from groundup.projects.pca.figures.digits import draw_axis, pictures
from groundup.projects.pca.models.kernel_pca import KernelPCA
from groundup.projects.pca.models.pca import PCA
from groundup.projects.pca.models.truncated_svd import TruncatedSVD

LEVELS = (-0.3, -0.1, 0.1, 0.3, 0.5)  # Scores whose lines are drawn.
WIDTH = 0.3  # Factor of the radial kernel of the circles.


@figure(1, 3, size=(11.4, 3.6))
def kernel_circles(axes: Any, model: Any, data: Dataset) -> None:
    """What no straight line separates, whatever the data of this run

    Two circles, one within the other. Left: the rows, with lines of equal score on the first axis in the space of a
    radial kernel: they run around the centre. Middle: the scores of linear PCA, which can only turn the picture. Right:
    the scores in the space of the kernel; the first alone tells the circles apart.
    """
    made = projection.circles(0)
    kernel = KernelPCA(2, kernel="rbf", gamma=WIDTH).fit(made.X)
    left, middle, right = axes
    lower, upper = bounds(made.X)
    x, y = (np.linspace(low, high, 120) for low, high in zip(lower, upper, strict=True))
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    height = kernel.transform(grid)[:, 0].reshape(120, 120)
    drawing.draw_groups(left, made.X, made, legend=False)
    lines = left.contour(x, y, height, levels=LEVELS, colors=[BLACK], linewidths=1.1, linestyles="-")
    label_lines(left, lines, [f"{level:.1f}".replace("-", "−") for level in LEVELS])
    set_frame(left, principal_plane(made), made.X)
    left.set_title("rows, and lines of equal score")
    for panel, fit, words in ((middle, PCA(2).fit(made.X), "linear"), (right, kernel, "radial kernel")):
        drawing.draw_groups(panel, fit.transform(made.X), made, legend=panel is right)
        panel.set(xlabel="score on axis 1", ylabel="score on axis 2", title=words)


@figure(1, 3, size=(9.4, 3.4), raster=True)
def uncentred(axes: Any, model: Any, data: Dataset) -> None:
    """The first axis of rows that nobody centred

    Digits, or this run's data where its rows are pictures; red is positive, blue negative. Left: the mean, as a
    direction of length one. Middle: the first axis of the rows as they are, measured from zero. Right: the first axis
    of the rows measured from their mean. The rows lie far from zero, and the middle picture is the left one: it says
    where the rows are, not how they differ.
    """
    shown = pictures(data)
    n, d = shown.X.shape
    mean = shown.X.mean(axis=0)
    if d < 2 or np.ptp(shown.X, axis=0).max() == 0:
        raise NotApplicable("needs at least two columns, and rows that differ")
    if np.linalg.norm(mean) <= 1e-9 * np.abs(shown.X).max():
        raise NotApplicable("the mean of the rows is zero: centring changes nothing")
    unit = mean / np.linalg.norm(mean)
    plain = TruncatedSVD(1, n_iter=10, random_state=0).fit(shown.X).components_[0]
    centred = PCA(1, svd_solver="covariance_eigh" if n > d else "full").fit(shown.X).components_[0]
    parts = (
        (unit, "the mean"),
        (plain, f"without centring: {angle(plain, unit):.1f}° from the mean"),
        (centred, f"centred: {angle(centred, unit):.1f}° from the mean"),
    )
    for panel, (vector, title) in zip(axes, parts, strict=True):
        draw_axis(panel, vector, shown)
        panel.set_title(title)
        panel.set_axis_off()


def angle(one: Array, other: Array) -> float:
    """Return the angle between two directions of length one, in degrees; of either sign the smaller one."""
    return float(np.degrees(np.arccos(min(abs(float(one @ other)), 1.0))))
