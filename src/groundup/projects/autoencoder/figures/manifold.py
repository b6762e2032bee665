"""A curved surface in space, and two codes that say where on it a row is."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import DRAWN, bounds
from groundup.plotting.style import BLACK
from groundup.plotting.thinning import some_rows
from groundup.projects.autoencoder import measures
from groundup.projects.autoencoder.figures.drawing import draw_points, of_two_codes, set_codes
from groundup.projects.common.words import rounded

LINES, POINTS = 13, 120  # Lines of equal code in each direction, and points along each.
SLANT = np.array([0.42, 0.30])  # Where one unit of the second column is drawn: to the right, and up.
NEAR = 0.06  # Distance of a code from that of a row, of the codes' range, up to which its place is drawn.


@figure(1, 4, size=(13.0, 3.7))
def manifold(axes: Any, model: Any, data: Dataset) -> None:
    """Three columns, two codes

    Rows of three columns, seen at an angle. In the default data they are knots of a carpet that is rolled up; the shade
    is how far along the carpet a knot is, which no fit is told. Second panel: the first two principal axes, which press
    the roll flat, so that what is far apart on the carpet lies together. Third: the two codes of the autoencoder. Equal
    shades are together, the carpet is unrolled; where its edges lie and how it is stretched is arbitrary. Last: lines
    of equal code, decoded: the carpet as the network has it.

    With other data of three columns the shade or colour is that of the target. A model with another number of codes is
    trained once more with two.
    """
    from groundup import PCA

    if data.X.shape[1] != 3:
        raise NotApplicable(f"It shows rows of three columns; these have {data.X.shape[1]}.")
    two = of_two_codes(model, data)
    linear = PCA(2, svd_solver="full").fit(data.X) if len(data.X) > 1 else None
    codes = two.transform(data.X)
    draw_points(axes[0], seen(data.X), data, legend=False)
    axes[0].set_title("rows")
    if linear is not None:
        scores = linear.transform(data.X)
        draw_points(axes[1], scores, data, legend=False)
        words = f"PCA: error {rounded(measures.reconstruction_error(linear, data))}"
        axes[1].set(title=words, xlabel="score on axis 1", ylabel="score on axis 2")
    draw_points(axes[2], codes, data, legend=False)
    set_codes(axes[2], two, codes)
    axes[2].set_title(f"autoencoder: error {rounded(measures.reconstruction_error(two, data))}")
    draw_points(axes[3], seen(data.X), data, legend=False, size=5)
    for line in decoded_lines(two, codes):
        axes[3].plot(*seen(line).T, "-", color=BLACK, linewidth=0.6, alpha=0.8)
    axes[3].set_title("decoded lines of equal code")
    lower, upper = bounds(seen(data.X))
    for panel in axes[[0, 3]]:
        panel.set(xlim=(lower[0], upper[0]), ylim=(lower[1], upper[1]), aspect="equal")
        panel.set_axis_off()


def seen(X: Array) -> Array:
    """Return where points of space are drawn, (n, 2): the first and third column, the second one aslant."""
    return np.asarray(X[:, [0, 2]] + X[:, 1:2] * SLANT)


def decoded_lines(model: Any, codes: Array) -> list[Array]:
    """Return the points in space of lines of equal code; NaN where no row has a code like that."""
    lower, upper = codes.min(axis=0), codes.max(axis=0)
    spread = np.where(upper > lower, upper - lower, 1.0)
    few = (codes[some_rows(len(codes), DRAWN)] - lower) / spread
    along, found = np.linspace(0, 1, POINTS), []
    for axis in (0, 1):
        for level in np.linspace(0, 1, LINES):
            place = np.full((POINTS, 2), level)
            place[:, axis] = along
            far = ((place[:, None] - few) ** 2).sum(axis=2).min(axis=1) > NEAR**2
            line = np.asarray(model.inverse_transform(lower + place * spread), dtype=np.float64)
            line[far] = np.nan
            found.append(line)
    return found
