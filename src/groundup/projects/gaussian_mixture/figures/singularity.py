"""Where the likelihood has no maximum, and what a floor for the variances does."""

import warnings
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable, figure
from groundup.plotting.plane import colour, marker
from groundup.plotting.style import BLACK, DASHES
from groundup.plotting.thinning import some_rows
from groundup.projects.gaussian_mixture.demonstration import complete
from groundup.projects.gaussian_mixture.figures import drawing
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture

ROWS = 200  # Most rows of the example.
FLOORS = (0.0, 1e-6, 1e-2)  # Values of `reg_covar`, in squared standard deviations of the rows.
STEPS = 12  # Iterations of EM on the right.
START = 3.0  # Gap to the next value, in standard deviations of the narrow component at its start.
NARROW = 1e-8  # Smallest standard deviation on the left.


@figure(1, 2, size=(10.4, 4.2))
def singularity(axes: Any, model: GaussianMixture, data: Dataset) -> None:
    """A likelihood without a maximum, and what the floor does

    The first column that varies, in standard deviations, and two components: one for all rows, and one whose mean is
    a single row, the one farthest out. Left: the narrower the second one, the higher the mean log-density, without a
    limit; where reg_covar sets a floor for its variance, the curve ends at a finite height. Right: the same in EM,
    started with a component from which the next value is three standard deviations away. Without a floor its standard
    deviation falls until it is zero in floating point and the fit fails (cross); with a small one it stays at the root
    of the floor, with a high likelihood that says nothing about the rows; a large floor lets other rows back in.
    """
    drawing.note_left_out(axes[0], data)
    x = varying_column(complete(data).X)
    row = int(np.abs(x).argmax())
    gap = float(np.abs(np.delete(x, row) - x[row]).min()) if len(x) > 2 else 0.0
    if gap == 0:
        raise NotApplicable("Every value of the column comes several times, so no component can own a single one.")
    width = np.geomspace(NARROW, 1.0, 200)
    for place, floor in enumerate(FLOORS):
        name = f"reg_covar = {floor:g}" if floor else "no floor"
        style = {"color": colour(place), "linestyle": DASHES[place], "label": name}
        axes[0].plot(width, with_spike(x, x[row], np.sqrt(width**2 + floor)), **style)
        deviation, failed = spike_in_em(x, row, gap, floor)
        axes[1].plot(deviation, marker=marker(place), markersize=4, **style)
        if failed:
            axes[1].plot(len(deviation) - 1, deviation[-1], "x", color=BLACK, markersize=12, markeredgewidth=2)
    axes[0].set(xscale="log", xlabel="standard deviation of the narrow component",
                ylabel="mean log-density (nats a row)", title="the narrower, the more likely")  # fmt: skip
    axes[0].invert_xaxis()
    axes[1].set(yscale="log", xlabel="iteration", ylabel="its standard deviation", title="the narrow component in EM")
    axes[1].xaxis.get_major_locator().set_params(integer=True)
    for panel in axes:
        panel.legend()


def varying_column(X: Array) -> Array:
    """Return the first column that varies, in standard deviations from its mean; some of very many rows."""
    rows = X[some_rows(len(X), ROWS)]
    spread = rows.std(axis=0)
    if not (spread > 1e-12 * np.abs(rows).max(axis=0, initial=0)).any():
        raise NotApplicable("No column varies.")
    j = int((spread > 1e-12 * np.abs(rows).max(axis=0)).argmax())
    return np.asarray((rows[:, j] - rows[:, j].mean()) / spread[j])


def with_spike(x: Array, center: float, deviation: Array) -> Array:
    """Return the mean log-density with a component of weight 1/n at one value, for each of its standard deviations."""
    share = 1 / len(x)
    wide = np.log1p(-share) - 0.5 * x**2 - 0.5 * np.log(2 * np.pi)
    away = (x - center) / deviation[:, None]
    narrow = np.log(share) - 0.5 * away**2 - np.log(deviation)[:, None] - 0.5 * np.log(2 * np.pi)
    return np.asarray(np.logaddexp(wide, narrow).mean(axis=1))


def spike_in_em(x: Array, row: int, gap: float, floor: float) -> tuple[Array, bool]:
    """Return the standard deviations of a narrow component until it is zero, and whether the fit then failed."""
    mixture = GaussianMixture(
        2, covariance_type="spherical", weights_init=[1 - 1 / len(x), 1 / len(x)], means_init=[[0.0], [x[row]]],
        precisions_init=[1.0, (START / gap) ** 2], reg_covar=floor, max_iter=STEPS, tol=0.0,
    )  # fmt: skip
    found = [gap / START]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for state in mixture.steps(x[:, None]):
                if state.step == "M":
                    found.append(float(np.sqrt(max(state.fit.mixture.covariances[1], 0.0))))
        except ValueError:
            return np.array([value for value in found if value > 0]), True
    return np.array(found), False
