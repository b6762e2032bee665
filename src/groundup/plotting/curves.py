"""The learning curves of a fit: each scalar of its states over the iterations."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Figure

MOST_CURVES = 4
DECADES = 100  # a positive curve that spans this factor is drawn on a log axis


def learning_curves(history: Mapping[str, Array]) -> Figure | None:
    """A figure of the curves in a model's `history_`; None when there is nothing to draw.

    Parameters
    ----------
    history : mapping of str to ndarray of shape (n_iterations,)
        Counters of the iterations and constant scalars are left out.
    """
    curves = {name: values for name, values in history.items() if _tells(values)}
    names = list(curves)[:MOST_CURVES]
    if not names:
        return None

    def learning_curves(axes: Any, model: Any, data: Dataset) -> None:
        """How the fit went

        Each scalar of the algorithm's states over its iterations; a logarithmic axis where it spans decades.
        """
        for panel, name in zip(np.ravel(axes), names, strict=True):
            _draw(panel, name, curves[name])

    return Figure(learning_curves, 1, len(names), (1.0 + 2.8 * len(names), 2.6), raster=False)


def _tells(values: Array) -> bool:
    """Whether a curve says more than the number of the iteration does."""
    finite = values[np.isfinite(values)]
    return len(finite) > 1 and np.ptp(finite) > 0 and not (np.diff(values) == 1).all()


def _draw(axes: Any, name: str, values: Array) -> None:
    iterations = np.arange(len(values))
    axes.plot(iterations, values, marker="o" if len(values) <= 40 else "", markersize=3.5)
    axes.set(xlabel="iteration", ylabel=name.replace("_", " "))
    axes.xaxis.get_major_locator().set_params(integer=True)
    positive = values[values > 0]
    if (values >= 0).all() and positive.max() > DECADES * positive.min():
        axes.set_yscale("log")
