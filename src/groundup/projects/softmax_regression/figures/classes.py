"""The figures of softmax regression: where it says what, how sure it is, and what it looks for."""

from typing import Any

import numpy as np

from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import DRAWN, draw_rows, score_plane
from groundup.plotting.regions import draw_classes
from groundup.plotting.style import BLACK
from groundup.plotting.thinning import some_rows
from groundup.projects.common.linear_classifiers import codes
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])  # of the triangle of three probabilities
STRONG = 0.4  # of the largest weight: from here on a pixel carries its sign


@figure(size=(8.4, 4.4))
def regions(axes: Any, model: SoftmaxRegression, data: Dataset) -> None:
    """Which class is most probable where

    Every place has the colour of its most probable class, paler where that is less sure; the boundaries between two
    classes are straight, because the difference of two linear scores is linear. Thin lines are places of one largest
    probability. Rows carry the marker of their true class, and those given another one a thin ring.

    With more than two features the picture looks along the directions in which the scores differ; three classes need
    no more than two of these.
    """
    some = some_rows(len(data.X), DRAWN)
    X, code = data.X[some], codes(model, data.y)[some]
    plane = score_plane(data, model.coef_)
    if not plane.exact:
        raise NotApplicable("regions of more than three classes fill no plane when there are more than two features")
    points = plane(X)
    draw_classes(axes, model.predict_proba, plane, points, code, model.classes_)
    wrong = codes(model, model.predict(X)) != code
    axes.scatter(*points[wrong].T, s=34, facecolors="none", edgecolors=BLACK, linewidths=0.5,
                 label=f"given another class\n({int(wrong.sum())} of {len(X)})")  # fmt: skip
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), title=data.target_name)


@figure(size=(6.1, 4.9))
def simplex(axes: Any, model: SoftmaxRegression, data: Dataset) -> None:
    """The simplex: three probabilities that sum to one

    Each row is a point of a triangle; the nearer to a corner, the more probable that class, and on the middle lines
    two classes are equally so. Rows in their own corner are right and sure of it. The thin lines are a fifth of
    probability apart.
    """
    if len(model.classes_) != 3:
        raise NotApplicable(f"a triangle has three corners, the model has {len(model.classes_)} classes")
    some, names = some_rows(len(data.X), DRAWN), [str(name) for name in model.classes_]
    for corner in range(3):
        for share in (0.2, 0.4, 0.6, 0.8):
            ends = np.array([np.insert([1 - share, 0.0], corner, share), np.insert([0.0, 1 - share], corner, share)])
            axes.plot(*(ends @ CORNERS).T, color="#bbbbbb", linewidth=0.6, linestyle="-", zorder=1)
        tie = np.array([np.insert([0.5, 0.5], corner, 0.0), np.full(3, 1 / 3)])
        axes.plot(*(tie @ CORNERS).T, color=BLACK, linewidth=1.2, linestyle="--", zorder=1)
    axes.plot(*CORNERS[[0, 1, 2, 0]].T, color=BLACK, linewidth=1.5, linestyle="-")
    draw_rows(axes, model.predict_proba(data.X[some]) @ CORNERS, codes(model, data.y)[some], names, 20)
    for name, corner, place, away in zip(names, CORNERS, ("top", "top", "bottom"), (-8, -8, 6), strict=True):
        axes.annotate(f"P({name}) = 1", corner, xytext=(0, away), ha="center", va=place, textcoords="offset points")
    axes.set(xlim=(-0.15, 1.15), ylim=(-0.1, 0.98), aspect="equal")
    axes.set_axis_off()
    axes.legend(loc="upper right", title=f"true {data.target_name or 'class'}")


@figure(2, 5, size=(8.4, 3.8))
def templates(axes: Any, model: SoftmaxRegression, data: Dataset) -> None:
    """What each class looks for, as an image

    The weights of a class, a pixel a weight. Ink where it is positive (orange, +) makes the class gain on the average
    of the others, ink where it is negative (purple, −) makes it lose. The score is the sum over the pixels of ink times
    weight, so these are the templates that an image is compared with. Over the classes the weights of a pixel sum to
    zero.
    """
    if data.image is None or len(model.coef_) > axes.size:
        raise NotApplicable("the rows are no images of up to ten classes")
    largest = np.abs(model.coef_).max()
    for panel, weights, name in zip(axes.flat, model.coef_, model.classes_, strict=False):
        image = weights.reshape(data.image)
        drawn = panel.imshow(-image, cmap="PuOr", vmin=-largest, vmax=largest)
        for i, j in np.argwhere(np.abs(image) > STRONG * largest):
            panel.text(j, i, "+" if image[i, j] > 0 else "−", ha="center", va="center", fontsize=8)
        panel.set_title(str(name))
    for panel in axes.flat:
        panel.set_axis_off()
    bar = axes.flat[0].figure.colorbar(drawn, ax=axes, shrink=0.8, format=lambda w, _: f"{0 - w:g}")
    bar.set_label("weight (per shade of ink)")
    bar.ax.invert_yaxis()
