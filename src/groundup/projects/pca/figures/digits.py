"""Axes of pictures, which can be looked at."""

from functools import cache
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data import bundled
from groundup.data.dataset import Dataset
from groundup.plotting.figure import figure
from groundup.projects.common.words import percent
from groundup.projects.pca.figures.drawing import rows_are_pictures
from groundup.projects.pca.models.pca import PCA

REBUILT = (0, 1, 2, 5, 10, 20, 40)  # Numbers of axes from which pictures are rebuilt.
SHOWN, ACROSS = 10, 5  # Pictures that are rebuilt, and in a row of a panel.
FRAME = 1  # Pixels between pictures.


@cache
def handwritten() -> Dataset:
    """Return the digits, read once for all figures: it takes longer than to draw them."""
    return bundled.digits(0)


def pictures(data: Dataset) -> Dataset:
    """Return the run's data where its rows are pictures, the digits otherwise."""
    return data if rows_are_pictures(data) else handwritten()


@figure(2, 4, size=(9.4, 2.9), raster=True)
def reconstruction(axes: Any, model: Any, data: Dataset) -> None:
    """Pictures rebuilt from few numbers

    Ten pictures of this run's data, or digits where its rows are no pictures. With no axis each is the mean; every axis
    adds one number a picture. Titles say which share of the variance these numbers explain. Long before nothing is lost
    to the eye, each digit is already to be recognised.
    """
    shown = pictures(data)
    d = shown.X.shape[1]
    rows = shown.X[different_rows(shown)]
    fit = PCA(svd_solver="covariance_eigh" if len(shown.X) > d else "full").fit(shown.X)
    scores = fit.transform(rows)
    panels = np.ravel(axes)
    for panel, k in zip(panels, REBUILT, strict=False):
        kept = np.where(np.arange(scores.shape[1]) < k, scores, 0.0)
        share = float(fit.explained_variance_ratio_[:k].sum())
        words = "no axis: the mean" if k == 0 else f"{k} {'axis' if k == 1 else 'axes'}: {percent(share)}"
        draw_pictures(panel, fit.inverse_transform(kept), shown, words)
    draw_pictures(panels[-1], rows, shown, f"as they are: {d} numbers")


def different_rows(data: Dataset) -> Array:
    """Return rows of as many groups as there are, where these are known, else the first rows."""
    if data.y is None:
        return np.arange(min(SHOWN, len(data.X)))
    first = np.unique(data.y, return_index=True)[1]
    others = np.setdiff1d(np.arange(len(data.X)), first)
    return np.concatenate([first, others])[:SHOWN]


def draw_pictures(axes: Any, rows: Array, data: Dataset, title: str) -> None:
    """Draw pictures in rows and columns of one panel, all with the greys of the data."""
    assert data.image is not None
    high, wide = data.image
    lower, upper = float(data.X.min()), float(data.X.max())
    down = -(-len(rows) // ACROSS)
    sheet = np.full((down * (high + FRAME) + FRAME, ACROSS * (wide + FRAME) + FRAME), lower)
    for k, row in enumerate(rows):
        top, left = FRAME + k // ACROSS * (high + FRAME), FRAME + k % ACROSS * (wide + FRAME)
        sheet[top : top + high, left : left + wide] = row.reshape(high, wide)
    axes.imshow(sheet, cmap="gray_r", vmin=lower, vmax=max(upper, lower + 1e-9), interpolation="nearest")
    axes.set_title(title)
    axes.set_axis_off()


@figure(2, 6, size=(12.6, 4.6), raster=True)
def eigen_digits(axes: Any, model: Any, data: Dataset) -> None:
    """Axes as pictures

    The mean picture and the first axes, each with its share of the variance: of this run's data, or of digits where its
    rows are no pictures. Where an axis is red, a picture with a large score is darker than the mean, where it is blue,
    brighter; the whole sign could as well be reversed. The first axes are broad strokes, later ones finer and finer. No
    axis is a digit: it is what tells digits apart.
    """
    shown = pictures(data)
    assert shown.image is not None
    panels = np.ravel(axes)
    k = min(len(panels) - 1, *shown.X.shape)
    fit = PCA(k, svd_solver="covariance_eigh" if len(shown.X) > shown.X.shape[1] else "full").fit(shown.X)
    panels[0].imshow(fit.mean_.reshape(shown.image), cmap="gray_r", interpolation="nearest")
    panels[0].set_title("mean")
    for j, panel in enumerate(panels[1 : k + 1]):
        draw_axis(panel, fit.components_[j], shown)
        panel.set_title(f"axis {j + 1}: {percent(float(fit.explained_variance_ratio_[j]))}")
    for panel in panels:
        panel.set_axis_off()


def draw_axis(axes: Any, axis: Array, data: Dataset) -> None:
    """Draw an axis as a picture: red where it is positive, blue where it is negative."""
    assert data.image is not None
    most = float(np.abs(axis).max()) or 1.0
    axes.imshow(axis.reshape(data.image), cmap="RdBu_r", vmin=-most, vmax=most, interpolation="nearest")
