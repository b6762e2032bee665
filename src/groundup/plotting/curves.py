"""The learning curves of a fit: each scalar of its states over the iterations."""

from collections.abc import Mapping, Sequence
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
        Constants are left out, and so are whole numbers: they count. Where one of them falls, a fresh start begins.
    """
    curves = {name: values for name, values in history.items() if not _counts(values) and _varies(values)}
    counters = [values for values in history.values() if _counts(values)]
    starts = np.flatnonzero(np.any([np.diff(values) < 0 for values in counters], axis=0)) + 1 if counters else ()
    names = list(curves)[:MOST_CURVES]
    if not names:
        return None

    def learning_curves(axes: Any, model: Any, data: Dataset) -> None:
        """How the fit went

        Each scalar of the algorithm's states over its iterations; a logarithmic axis where it spans decades. A fresh
        start breaks the line.
        """
        for panel, name in zip(np.ravel(axes), names, strict=True):
            _draw(panel, name, curves[name], starts)

    return Figure(learning_curves, 1, len(names), (1.2 + 3.6 * len(names), 3.0), raster=False)


def _counts(values: Array) -> bool:
    return values.dtype.kind in "iu"


def _varies(values: Array) -> bool:
    finite = values[np.isfinite(values)]
    return len(finite) > 1 and bool(np.ptp(finite) > 0)


def _draw(axes: Any, name: str, values: Array, starts: Sequence[int] | Array) -> None:
    positive = values[values > 0]
    logarithmic = (values >= 0).all() and positive.max() > DECADES * positive.min()
    height = np.where(values > 0, values, np.nan) if logarithmic else values
    when = np.insert(np.arange(len(values), dtype=float), starts, np.nan)
    axes.plot(when, np.insert(height, starts, np.nan), marker="o" if len(values) <= 40 else "", markersize=3.5)
    axes.set(xlabel="iteration", ylabel=name.replace("_", " "), yscale="log" if logarithmic else "linear")
    axes.xaxis.get_major_locator().set_params(integer=True)
