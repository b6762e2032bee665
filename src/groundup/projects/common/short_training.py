"""What animations of trainings share: a short one with other options, and the end of the loss that is predicted."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.plotting.figure import NotApplicable, Target
from groundup.plotting.style import VERMILION


def other_options(model: Any, **changes: Any) -> dict[str, Any]:
    """Return the parameters of a model with some changed.

    Raises
    ------
    NotApplicable
        Where the model has these options already, or does not know one of them.
    """
    known = model.get_params()
    if not changes.keys() <= known.keys() or all(np.array_equal(known[name], changes[name]) for name in changes):
        raise NotApplicable("The model has these options, or none of the name.")
    return {**known, **changes}


def trained_otherwise(model: Any, X: Any, y: Array | None, epochs: int, **changes: Any) -> Any:
    """Return a network like a fitted one, trained anew with other options for some epochs; it need not converge.

    Parameters
    ----------
    model : estimator
        A network with ``max_iter`` and ``random_state``.
    X, y :
        What it was fitted to; `y` is None where nothing is predicted.
    epochs : int
        Their largest number; never more than those of the model.
    **changes
        The other options.

    Raises
    ------
    NotApplicable
        As `other_options`.
    """
    options = other_options(model, **changes)
    ends = {"max_iter": min(epochs, model.n_iter_), "verbose": False, "random_state": options["random_state"] or 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A few epochs are what is asked for.
        return type(model)(**options | ends).fit(X, *(() if y is None else (y,)))


def end_of_loss(axes: int, curve: Sequence[tuple[Any, ...]]) -> Target | None:
    """Return the end of a loss, from pairs of epochs and losses: the next epoch is known, its loss is asked for."""
    epoch, loss = curve[-1][:2]
    return Target(axes, float(epoch), float(loss), free="y") if np.isfinite(loss) and loss > 0 else None


def draw_end(axes: Any, target: Target | None) -> None:
    """Draw what is asked for as a large dot."""
    if target is not None:
        axes.plot(target.x, target.y, "o", color=VERMILION, markeredgecolor="white", markersize=9, zorder=5)
