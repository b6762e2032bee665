"""The figure of what cancellation does to distances far from the origin."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.plotting.style import BLACK, BLUE, ORANGE, VERMILION
from groundup.plotting.thinning import some_rows
from groundup.projects.kmeans.models.centers import Centers, nearest_center

POWERS = np.arange(0, 31)  # Shifts are these powers of two.
GRID = 64  # Rows are rounded to multiples of one over this, so that shifting them is exact.
BROKEN = {"double": 2.0**28, "single": 2.0**14}  # Shifts beyond which no digit of the distance is left.
FITTING: dict[type, float] = {
    np.float64: 2.0**30,
    np.float32: 2.0**17,
}  # Shifts up to which rows on the grid are exact.
SHIFTED = 500  # Rows that are shifted.


@figure(1, 2, size=(8.2, 3.3))
def far_from_origin(axes: Any, model: Centers, data: Dataset) -> None:
    """The same rows far away: distances by a product of matrices lose all digits

    Left: in the chapter's example a point is at squared distances 1/16 and 9/16 from two centres, everything shifted by
    s along both axes. The difference of the two, 1/2, decides where the point goes; at 0 and below it goes to the wrong
    centre, or to the first. It is computed from products in double and in single precision. Right: the rows of this
    run, in standard deviations, and their centres, shifted together: the share of rows whose label changes although no
    distance does. The library subtracts first and changes none. In single precision the rows themselves no longer fit
    beyond a shift of about 100,000, and the line ends.
    """
    example, labels = axes
    shifts = 2.0**POWERS
    for name, dtype, shade, dash, shape in (
        ("double", np.float64, BLUE, "-", "o"), ("single", np.float32, ORANGE, "--", "s"),
    ):  # fmt: skip
        shown = shifts[shifts <= BROKEN[name]]
        differences = [example_difference(s, dtype) for s in shown]
        example.plot(shown, differences, dash, color=shade, marker=shape, markersize=3.5, label=name)
    example.axhline(1 / 2, color=BLACK, linestyle=":", linewidth=1.0, label="exact")
    example.set(xlabel="shift s", ylabel="difference of squared distances", xscale="log", ylim=(-0.15, 1.15))
    example.set_title("one point, two centres")
    example.legend(loc="center left", bbox_to_anchor=(0, 0.3))
    rows, centers = on_grid(model, data)
    true = nearest_center(rows, centers)
    for dtype, shade, dash, shape in ((np.float64, BLUE, "-", "o"), (np.float32, ORANGE, "--", "s")):
        fitting = shifts[shifts <= FITTING[dtype]]
        wrong = [100 * float(np.mean(product_labels(rows, centers, s, dtype) != true)) for s in fitting]
        labels.plot(fitting, wrong, dash, color=shade, marker=shape, markersize=3.5)
    ours = [100 * float(np.mean(nearest_center(rows + s, centers + s) != true)) for s in shifts]
    labels.plot(shifts, ours, ":", color=VERMILION, marker="^", markersize=3.5)
    for x, y, words in ((8e2, 40, "products,\nsingle"), (2e7, 40, "products,\ndouble"), (2e2, 4, "the library")):
        labels.text(x, y, words, ha="right", va="bottom", fontsize=9)
    labels.set(xlabel="shift (standard deviations)", ylabel="changed labels (%)", title="this run", xscale="log")


def on_grid(model: Centers, data: Dataset) -> tuple[Array, Array]:
    """Return some rows and the centres in standard deviations, rounded to a grid that survives shifts."""
    mean, spread = data.X.mean(axis=0), data.X.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    both = (data.X[some_rows(len(data.X), SHIFTED)], model.cluster_centers_)
    rows, centers = (np.round(GRID * (values - mean) / spread) / GRID for values in both)
    return rows, centers


def product_form(X: Array, centers: Array) -> Array:
    """Return squared distances as differences of products, as one should not far from the origin, (n, K)."""
    return np.asarray((X**2).sum(axis=1)[:, None] - 2 * X @ centers.T + (centers**2).sum(axis=1))


def example_difference(shift: float, dtype: Any) -> float:
    """Return by how much (s + 3/4, s) is nearer to (s + 1, s) than to (s, s), by products; it is 9/16 − 1/16."""
    row, centers = np.array([[shift + 0.75, shift]], dtype), np.array([[shift, shift], [shift + 1, shift]], dtype)
    first, second = product_form(row, centers)[0]
    return float(first - second)


def product_labels(X: Array, centers: Array, shift: float, dtype: Any) -> Array:
    """Return the nearest centres of rows by products, after a shift of rows and centres."""
    return np.asarray(product_form((X + shift).astype(dtype), (centers + shift).astype(dtype)).argmin(axis=1))
