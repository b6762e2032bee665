"""The learning curves of a fit: each scalar of its states over the iterations, the objective first."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import Figure

MOST_PANELS = 4
DECADES = 100  # Ratio of largest to smallest value from which a positive curve is drawn on a logarithmic axis.
VALIDATION = "validation_"  # Prefix of a field that is computed on rows held out by the algorithm itself.


def learning_curves(history: Mapping[str, Array], watched: str = "loss") -> Figure | None:
    """Return a figure of the curves in a model's `history_`; None when there is nothing to draw.

    Parameters
    ----------
    history : mapping of str to ndarray of shape (n_iterations,)
        Constants are left out, and so are whole numbers, which count. Where one of them falls, a new start begins.
    watched : str, default="loss"
        The field that comes first: the objective.
    """
    curves = {name: values for name, values in history.items() if not _counts(values) and _varies(values)}
    counters = [values for values in history.values() if _counts(values)]
    starts = np.flatnonzero(np.any([np.diff(values) < 0 for values in counters], axis=0)) + 1 if counters else ()
    panels: dict[str, list[str]] = {}
    for name in sorted(curves, key=lambda name: name.removeprefix(VALIDATION) != watched):
        panels.setdefault(name.removeprefix(VALIDATION), []).append(name)
    shown = list(panels.values())[:MOST_PANELS]
    if not shown:
        return None

    def learning_curves(axes: Any, model: Any, data: Dataset) -> None:
        """How the fit went

        Each scalar of the algorithm's states, counted from 0: a state is an iteration, or one step of it where the
        steps are told apart, as in EM. The axis is logarithmic where a scalar spans decades; a new start breaks the
        line.
        """
        for panel, names in zip(np.ravel(axes), shown, strict=True):
            _draw(panel, {name: curves[name] for name in sorted(names, key=len)}, starts)

    return Figure(learning_curves, 1, len(shown), (1.2 + 3.6 * len(shown), 3.0), raster=False)


def _counts(values: Array) -> bool:
    return values.dtype.kind in "iu"


def _varies(values: Array) -> bool:
    finite = values[np.isfinite(values)]
    return len(finite) > 1 and bool(np.ptp(finite) > 0)


def _draw(axes: Any, curves: Mapping[str, Array], starts: Sequence[int] | Array) -> None:
    every = np.concatenate(list(curves.values()))
    positive = every[every > 0]
    logarithmic = bool((every >= 0).all()) and positive.max() > DECADES * positive.min()
    for name, values in curves.items():
        height = np.where(values > 0, values, np.nan) if logarithmic else values
        when = np.insert(np.arange(len(values), dtype=float), starts, np.nan)
        mark = "o" if len(values) <= 40 else ""
        axes.plot(when, np.insert(height, starts, np.nan), marker=mark, markersize=3.5, label=name.replace("_", " "))
    axes.set(
        xlabel="state",
        ylabel=next(iter(curves)).removeprefix(VALIDATION).replace("_", " "),
        yscale="log" if logarithmic else "linear",
    )
    axes.xaxis.get_major_locator().set_params(integer=True)
    if len(curves) > 1:
        axes.legend()
