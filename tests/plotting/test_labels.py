"""Labels of rows and of lines: none lies on another."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.text import Text

from groundup.data.synthetic import regression
from groundup.plotting.labels import GAP, label_lines, label_points, spaced
from groundup.plotting.style import canvas, style
from groundup.projects.linear_regression.figures.fit import residual_diagnostics
from groundup.projects.linear_regression.models.linear_regression import LinearRegression


def overlaps(fig, wanted):
    """Pairs of labels whose boxes have a point in common."""
    fig.canvas.draw()
    texts = [text for text in fig.findobj(Text) if wanted(text.get_text())]
    boxes = [Text.get_window_extent(text) for text in texts]  # an annotation's own extent includes its line
    assert len(boxes) >= 2
    return [pair for pair in combinations(range(len(boxes)), 2) if boxes[pair[0]].overlaps(boxes[pair[1]])]


def test_labels_of_one_place_keep_apart():
    """Catches numbers of rows that are printed over each other, because the rows lie close together."""
    with style():
        fig, axes = canvas(1, 1, (4, 3))
        points = np.array([[0.5, 0.5], [0.5, 0.5], [0.5, 0.51], [0.5, 0.49], [0.9, 0.99]])
        axes.set(xlim=(0, 1), ylim=(0, 1))
        label_points(axes, points, [f"row {k}" for k in range(5)])
        assert overlaps(fig, lambda text: text.startswith("row ")) == []
        for text, point in zip(axes.texts, points[np.argsort(points[:, 1], kind="stable")], strict=True):
            assert text.xy == pytest.approx(point)  # each leads to its own row


@pytest.mark.parametrize("heights", [[0.5] * 5, [0.0, 0.0, 0.01], [1.0, 1.0, 1.0], [0.1, 0.5, 0.9]])
def test_heights_are_spaced_within_the_panel(heights):
    """Catches labels pushed out of the panel, moved without need, or in another order than their rows."""
    found = spaced(np.array(heights))
    assert np.diff(found).min() >= GAP - 1e-12
    assert found[0] >= 0.03 - 1e-12
    assert found[-1] <= 0.97 + 1e-12
    if heights == [0.1, 0.5, 0.9]:
        assert found == pytest.approx(heights)


def test_values_of_lines_that_lie_close_together():
    """Catches "10 %" printed over "90 %" where a model is sure: the lines are hardly apart."""
    with style():
        fig, axes = canvas(1, 1, (4, 3))
        x = np.linspace(0, 1, 50)
        height = np.tile(np.clip(0.5 + 40 * (x - 0.5), 0, 1), (50, 1))
        lines = axes.contour(x, x, height, levels=[0.1, 0.25, 0.75, 0.9])
        label_lines(axes, lines, ["10 %", "25 %", "75 %", "90 %"])
        assert overlaps(fig, lambda text: text.endswith(" %")) == []


def test_rows_of_the_diagnostics_can_be_read():
    """Catches labels that overlap in the figure they are for, and a legend of lines that are not in the panel."""
    data = regression.line(0)
    fig = residual_diagnostics.render(LinearRegression().fit(data.X, data.y), data)
    with style():
        assert overlaps(fig, lambda text: text.startswith("row ")) == []
    panel = fig.axes[2]
    shown = {text.get_text() for text in panel.get_legend().get_texts()}
    top = panel.get_ylim()[1]
    levels = [line for line in panel.lines if "Cook" in line.get_label()]
    assert shown == {line.get_label() for line in levels if line.get_ydata().min() <= top}
