"""Noise: what a denoising autoencoder takes away, and that it points to where rows are dense."""

from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.synthetic import clustering
from groundup.plotting.figure import figure
from groundup.plotting.plane import bounds
from groundup.plotting.style import BLACK, BLUE, GREEN, ORANGE, VERMILION
from groundup.projects.autoencoder.figures.drawing import different_rows, draw_sheet, require_pictures
from groundup.projects.autoencoder.models.autoencoder import Autoencoder
from groundup.projects.autoencoder.trainings import again, fitted, narrow, of_kind, parts
from groundup.projects.common.words import rounded

SHOWN = 12  # Pictures that are cleaned.
LEVEL = 1.0  # Noise in training, in units of the network's scale.
LEVELS = np.linspace(0, 2, 9)  # Noise that is cleaned away.
WIDE = 16  # Codes of the networks that clean pictures.
SPREAD = 0.3  # Noise in the plane, in units of the columns.
GRID = 17  # Arrows in each direction.
EPOCHS = 60
PLANE: dict[str, Any] = {
    "n_components": 32, "hidden_layer_sizes": (64,), "activation": "tanh", "code_activation": "tanh",
    "learning_rate_init": 0.01, "batch_size": 150, "max_iter": 600, "n_iter_no_change": 600, "random_state": 0,
}  # fmt: skip


@figure(1, 2, size=(11.0, 4.2), raster=True)
def denoising(axes: Any, model: Any, data: Dataset) -> None:
    """What a denoising autoencoder takes away

    Left: pictures held out, below each the same with normal noise, and below that what a network makes of it that has
    learned to take such noise away. Right: the mean squared distance to the clean pictures over the noise: of the noisy
    pictures, of what a plain autoencoder with as many codes makes of them, and of what the denoising one makes. The
    vertical line marks the noise of its training. With no noise at all it is the worst of the three; with much of it
    only the denoising network stays below the error of the mean picture.
    """
    require_pictures(data)
    draw_cleaned(axes, model, data)


@figure(1, 2, size=(10.6, 4.2))
def arrows(axes: Any, model: Any, data: Dataset) -> None:
    """A denoising autoencoder points to where rows are dense, whatever the data of this run

    Left: rows on two half circles (grey), and arrows from places of the plane to what a network makes of them that has
    learned to take normal noise away. It has more codes than columns, so that nothing but the noise forces it. Right:
    the same arrows, known without a network: the noise's variance times the slope of the log-density of the rows with
    noise. They agree near the rows. Far away (pale) hardly any noisy rows were learned from, and the network says what
    it likes.
    """
    X = clustering.moons(0).X
    lower, upper = bounds(X)
    x, y = (np.linspace(low, high, GRID) for low, high in zip(lower - SPREAD, upper + SPREAD, strict=True))
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    network = denoiser(X)
    learned = network.inverse_transform(network.transform(places)) - places
    known = SPREAD**2 * score(places, X, SPREAD)
    likely = distance_to_rows(places, X) < 2 * SPREAD
    for panel, shown, title in ((axes[0], learned, "what the network does"), (axes[1], known, "what is known")):
        panel.plot(*X.T, "o", color="#bbbbbb", markersize=3, markeredgewidth=0)
        for where, shade in ((likely, BLUE), (~likely, "#a6c8dd")):
            panel.quiver(*places[where].T, *shown[where].T, color=shade, angles="xy", scale_units="xy", scale=1,
                         width=0.004)  # fmt: skip
        panel.set(xlabel="x (radii)", ylabel="y (radii)", title=title, xlim=x[[0, -1]], ylim=y[[0, -1]], aspect="equal")


def denoiser(X: Array) -> Any:
    """Return a network that has learned to take noise of `SPREAD` away; its layers are wider than the rows."""
    scale = float(np.sqrt(X.var(axis=0).mean()))
    return fitted(Autoencoder, X, noise=SPREAD / scale, **PLANE)


def score(places: Array, X: Array, spread: float) -> Array:
    """Return the slope of the log-density of rows with normal noise."""
    squares = ((places[:, None] - X) ** 2).sum(axis=2)
    share = np.exp(-(squares - squares.min(axis=1, keepdims=True)) / (2 * spread**2))
    share /= share.sum(axis=1, keepdims=True)
    return np.asarray((share @ X - places) / spread**2)


def distance_to_rows(places: Array, X: Array) -> Array:
    """Return the distance of each place to the nearest row."""
    return np.asarray(np.sqrt(((places[:, None] - X) ** 2).sum(axis=2).min(axis=1)))


def draw_cleaned(axes: Any, model: Any, data: Dataset) -> None:
    """Draw noisy pictures and cleaned ones, and the error over the noise."""
    split = parts(data)
    basis = of_kind(Autoencoder, model)
    cleaner = again(basis, split.inside, n_components=WIDE, noise=LEVEL, max_iter=EPOCHS, n_iter_no_change=EPOCHS)
    plain = narrow(basis, split.inside, WIDE)
    rows = data.X[different_rows(data, split.others, SHOWN)]
    draws = np.random.default_rng(0).normal(size=rows.shape) * cleaner.scale_
    noisy = rows + LEVEL * draws
    shown = np.concatenate(
        [part[half] for half in (slice(0, 6), slice(6, 12)) for part in (rows, noisy, clean(cleaner, noisy))]
    )
    draw_sheet(axes[0], shown, data, SHOWN // 2)
    axes[0].set_title("in turn: clean, noisy, cleaned", fontsize=10)
    draws = np.random.default_rng(1).normal(size=split.outside.shape) * cleaner.scale_
    curves = (
        ("as they are", lambda X: X, VERMILION, ":", "s"),
        ("plain autoencoder", lambda X: clean(plain, X), ORANGE, "--", "^"),
        ("denoising autoencoder", lambda X: clean(cleaner, X), BLUE, "-", "o"),
    )
    for label, function, shade, dashes, mark in curves:
        far = [
            np.square(function(split.outside + level * draws) - split.outside).sum(axis=1).mean() for level in LEVELS
        ]
        axes[1].plot(LEVELS * cleaner.scale_, far, dashes, marker=mark, color=shade, label=label)
    axes[1].axvline(LEVEL * cleaner.scale_, color=BLACK, linewidth=0.8, linestyle="-.")
    most = float(np.square(split.outside - split.inside.mean(axis=0)).sum(axis=1).mean())
    axes[1].set(xlabel=f"noise of a pixel (in training {rounded(LEVEL * cleaner.scale_)})",
                ylabel="mean squared distance", ylim=(0, 1.3 * most))  # fmt: skip
    axes[1].axhline(most, color=GREEN, linewidth=0.8, linestyle="--", label="the mean picture")
    axes[1].legend(loc="upper left")


def clean(model: Any, X: Array) -> Array:
    """Return the reconstructions of rows."""
    return np.asarray(model.inverse_transform(model.transform(X)))
