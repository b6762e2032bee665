"""Codes of pictures, which can be looked at: rebuilt, decoded from a grid, and on the way between two."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import bounds
from groundup.plotting.style import BLUE, VERMILION
from groundup.projects.autoencoder import measures
from groundup.projects.autoencoder.figures.drawing import (
    code_names,
    different_rows,
    draw_points,
    draw_sheet,
    groups_of,
    of_two_codes,
    require_pictures,
    set_codes,
)
from groundup.projects.autoencoder.trainings import Parts, again, narrow, parts
from groundup.projects.common.words import rounded

SHOWN = 12  # Pictures that are rebuilt.
GRID = 14  # Decoded pictures in each direction.
STEPS = 9  # Pictures on the way.
PAIRS = 200  # Pairs of pictures whose ways are measured.
WIDE = 8  # Codes of the network in which the way leads, by which a picture is told well.


@figure(3, 1, size=(9.4, 3.3), raster=True)
def reconstructions(axes: Any, model: Any, data: Dataset) -> None:
    """Pictures rebuilt from their codes

    Above, pictures that the networks have not seen; below them what PCA and the autoencoder make of them, each with the
    same number of codes, and its mean squared distance on all pictures held out. PCA adds and subtracts the same few
    pictures, so that several digits shine through; the autoencoder bends, and mostly draws one digit. Where it is wrong
    it draws a wrong digit clearly.
    """
    from groundup import PCA

    require_pictures(data)
    split, k = parts(data), model._made_of.sizes[-1]
    linear = PCA(min(k, *split.inside.shape), svd_solver="full").fit(split.inside)
    network = again(model, split.inside)
    rows = data.X[different_rows(data, split.others, SHOWN)]
    draw_sheet(axes[0], rows, data, SHOWN, f"as they are: {data.X.shape[1]} numbers")
    for panel, name, fit in ((axes[1], "PCA", linear), (axes[2], "autoencoder", network)):
        distance = rounded(float(measures.errors(fit, split.outside).mean()))
        rebuilt = fit.inverse_transform(fit.transform(rows))
        draw_sheet(panel, rebuilt, data, SHOWN, f"{name}, {k} {'number' if k == 1 else 'numbers'}: error {distance}")


@figure(1, 2, size=(11.4, 4.9), raster=True)
def latent(axes: Any, model: Any, data: Dataset) -> None:
    """The plane of two codes, and what is decoded from it

    Left: the codes of the rows, in the colours of classes that no fit was told. Pictures of the same digit are together
    because they look the same. Right: pictures that the decoder makes of codes on a grid, each at its place. Digits
    change into each other along the way, and between the groups are strokes that are no digit: nobody told the network
    what may lie there. Turned, mirrored or stretched, the plane would serve as well.

    A model with another number of codes is trained once more with two.
    """
    require_pictures(data)
    two = of_two_codes(model, data)
    codes = two.transform(data.X)
    draw_points(axes[0], codes, data)
    set_codes(axes[0], two, codes)
    axes[0].set_title("codes of the rows")
    lower, upper = bounds(codes)
    step = (upper - lower) / GRID
    x, y = (low + (np.arange(GRID) + 0.5) * one for low, one in zip(lower, step, strict=True))
    grid = np.stack(np.meshgrid(x, y[::-1]), axis=-1).reshape(-1, 2)
    extent = (lower[0], upper[0], lower[1], upper[1])
    draw_sheet(axes[1], two.inverse_transform(grid), data, GRID, extent=extent, aspect="auto")
    names = code_names(two)
    axes[1].set(xlabel=names[0], ylabel=names[1])
    axes[1].set_title("decoded grid")


@figure(3, 1, size=(9.4, 4.6), raster=True)
def interpolation(axes: Any, model: Any, data: Dataset) -> None:
    """From one picture to another

    Two pictures held out, and ways from one to the other. Above, along the straight line of pixels: one fades out while
    the other fades in. Middle, along the straight line between their codes, decoded: strokes move. The ends of this way
    are reconstructions. Below, the distance of each step to the nearest picture of the data, the mean of many pairs.
    Half of two digits is no digit; in the space of the codes the way stays nearer to the data, but it leaves them too.
    """
    require_pictures(data)
    split = parts(data)
    network = narrow(model, split.inside, WIDE)
    start, end = two_ends(data, split)
    share = np.linspace(0, 1, STEPS)
    ways = (
        (axes[0], pixel_way, "the pixels", VERMILION, "--", "s"),
        (axes[1], code_way, f"{WIDE} codes", BLUE, "-", "o"),
    )
    first, last = many_pairs(data, split)
    for panel, way, name, shade, dashes, mark in ways:
        strip = way(network, start[None], end[None], share)[:, 0]
        draw_sheet(panel, strip, data, STEPS, f"straight line between {name}")
        far = [nearest(step, split.inside).mean() for step in way(network, first, last, share)]
        axes[2].plot(share, far, dashes, marker=mark, color=shade, label=f"between {name}")
    axes[2].set(
        xlabel="share of the way", ylabel="distance to the\nnearest picture", ylim=(0, 1.1 * axes[2].get_ylim()[1])
    )
    axes[2].legend(loc="lower center", ncols=2)


def two_ends(data: Dataset, split: Parts) -> tuple[Array, Array]:
    """Return two pictures held out, each the most typical of its group, where groups are known.

    Raises
    ------
    NotApplicable
        Where no other picture is.
    """
    code, _ = groups_of(data)
    held = split.others
    kinds = np.unique(code[held])
    if len(kinds) > 1:
        held = np.array([typical(data.X, held[code[held] == kind]) for kind in (kinds[0], kinds[-(-len(kinds) // 4)])])
    if np.array_equal(data.X[held[0]], data.X[held[-1]]):
        raise NotApplicable("The pictures held out are equal: there is no way between them.")
    return data.X[held[0]], data.X[held[-1]]


def many_pairs(data: Dataset, split: Parts) -> tuple[Array, Array]:
    """Return the first and the second of pairs of pictures held out, of different groups where these are known."""
    code, names = groups_of(data)
    pairs = np.random.default_rng(0).choice(split.others, (PAIRS, 2))
    different = pairs[code[pairs[:, 0]] != code[pairs[:, 1]]] if names else pairs
    pairs = different if len(different) else pairs
    return data.X[pairs[:, 0]], data.X[pairs[:, 1]]


def typical(X: Array, rows: Array) -> int:
    """Return the number of the row nearest to the mean of some rows."""
    return int(rows[np.square(X[rows] - X[rows].mean(axis=0)).sum(axis=1).argmin()])


def pixel_way(model: Any, start: Array, end: Array, share: Array) -> Array:
    """Return rows on the straight lines from some to others, (steps, pairs, d)."""
    return np.asarray(start + share[:, None, None] * (end - start))


def code_way(model: Any, start: Array, end: Array, share: Array) -> Array:
    """Return what is decoded on the straight lines between the codes of rows, (steps, pairs, d)."""
    steps = pixel_way(model, np.asarray(model.transform(start)), np.asarray(model.transform(end)), share)
    return np.asarray(model.inverse_transform(steps.reshape(-1, steps.shape[-1]))).reshape(*steps.shape[:2], -1)


def nearest(rows: Array, X: Array) -> Array:
    """Return the distance of each row to the nearest of others."""
    squares = np.square(rows).sum(axis=1)[:, None] + np.square(X).sum(axis=1) - 2 * rows @ X.T
    return np.asarray(np.sqrt(np.maximum(squares.min(axis=1), 0)))
