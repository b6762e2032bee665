"""Trainings that figures and animation share: of other code sizes, on a part of the rows, and epoch by epoch.

Each is done once for all that is drawn of the same rows and options.
"""

import warnings
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.plotting.figure import NotApplicable
from groundup.plotting.thinning import some_states
from groundup.projects.autoencoder.solvers.scaling import Scaling

LEARNED = 0.8  # Part of the rows that are learned from where a figure shows others.
MOST_ROWS = 2000  # Rows of a figure's own training.
FEWEST_ROWS = 10
EPOCHS = 40  # Of networks with other numbers of codes, on many rows;
ROWS_SEEN = 60_000  # on few rows as many as show this number of them.


@dataclass(frozen=True)
class Parts:
    """Rows to learn from, and others, each with their numbers in the data."""

    learned: Array
    others: Array
    X: Array

    @property
    def inside(self) -> Array:
        """Rows to learn from."""
        return np.asarray(self.X[self.learned])

    @property
    def outside(self) -> Array:
        """The others."""
        return np.asarray(self.X[self.others])


def parts(data: Dataset) -> Parts:
    """Return the rows in two parts, drawn at random, and always the same.

    Raises
    ------
    NotApplicable
        For few rows, and for rows that are all equal.
    """
    n = len(data.X)
    if n < FEWEST_ROWS:
        raise NotApplicable(f"A fifth of the rows is held out, which needs at least {FEWEST_ROWS} of them.")
    if not np.ptp(data.X, axis=0).max(initial=0) > 0:
        raise NotApplicable("All rows are equal: there is nothing to code.")
    order = np.random.default_rng(1).permutation(n)[: int(MOST_ROWS / LEARNED)]
    split = int(LEARNED * len(order))
    return Parts(np.sort(order[:split]), np.sort(order[split:]), data.X)


def again(model: Any, X: Array, **changes: Any) -> Any:
    """Return an autoencoder with a model's options, but for some, fitted to rows."""
    return fitted(type(model), X, **{**model.get_params(), "verbose": False, **changes})


def narrow(model: Any, X: Array, k: int) -> Any:
    """Return a network with k codes and the options of the model, trained as long, or on many rows for some epochs."""
    return again(model, X, n_components=k, max_iter=min(model.max_iter, max(EPOCHS, ROWS_SEEN // len(X))))


def of_kind(kind: Any, model: Any) -> Any:
    """Return an autoencoder of a kind with those of a model's options that both have, and trained by Adam."""
    shared = {name: value for name, value in model.get_params().items() if name in kind.parameter_names()}
    return kind(**{**shared, "solver": "adam"})


def fitted(kind: Any, X: Array, **options: Any) -> Any:
    """Return an autoencoder with a seed, fitted to rows; it need not converge."""
    options["random_state"] = seed_of(options.get("random_state"))
    options["hidden_layer_sizes"] = tuple(np.ravel(options.get("hidden_layer_sizes", (64,))).astype(int).tolist())
    rows = np.ascontiguousarray(X, dtype=np.float64)
    return _fitted(kind, rows.tobytes(), rows.shape, tuple(sorted(options.items())))


@lru_cache(maxsize=16)
def _fitted(kind: Any, rows: bytes, shape: tuple[int, int], options: tuple[tuple[str, Any], ...]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A figure says what its networks can do after their epochs.
        return kind(**dict(options)).fit(np.frombuffer(rows).reshape(shape))


def seed_of(random_state: Any) -> int:
    """Return a seed that can be compared: that of the model if it is a number."""
    return random_state if isinstance(random_state, int) else 0


# --- epoch by epoch -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Snapshot:
    """The network after some epochs, or some steps of L-BFGS.

    Parameters
    ----------
    iteration : int
        Their number; 0 at the beginning.
    loss : float
        Objective of that epoch; NaN at the beginning.
    model : Autoencoder or VariationalAutoencoder
        Codes and decodes with the weights of that time.
    """

    iteration: int
    loss: float
    model: Any


def snapshots(model: Any, X: Array, most: int) -> list[Snapshot]:
    """Return the network before training and after some epochs, of which the first are nearest to each other.

    Training is done once more from the model's seed; without a seed it is another one with the same options.

    Parameters
    ----------
    model : Autoencoder or VariationalAutoencoder
        Fitted.
    X : ndarray of shape (n, d)
        The rows of the fit.
    most : int
        Largest number of snapshots.
    """
    same = type(model)(**{**model.get_params(), "verbose": False, "random_state": seed_of(model.random_state)})
    wanted = {k + 1 for k in some_states(model.n_iter_, most - 1)}
    seed: tuple[int, ...] = (0,)
    states: list[Any] = []
    for state in same.steps(X):
        seed = state.seed
        states += [state] if state.iteration in wanted else []
    first = model._network(model._made_of).initial((*seed, 0), model._w.dtype)[0]
    later = [Snapshot(state.iteration, float(state.loss), with_weights(model, weights_of(state))) for state in states]
    return [Snapshot(0, float("nan"), with_weights(model, first)), *later]


def weights_of(state: Any) -> Array:
    """Return the parameters of a state of either solver."""
    return np.asarray(state.iterate.w if hasattr(state, "iterate") else state.w)


def with_weights(model: Any, w: Array) -> Any:
    """Return a copy of a fitted model with other weights."""
    other = copy(model)
    other._w = w
    return other


def scaling_of(model: Any) -> Scaling:
    """Return the origin and unit in which the network sees rows."""
    return Scaling(model.mean_, model.scale_)


def step_name(model: Any) -> str:
    """Return what an iteration is."""
    return "step" if model.solver == "lbfgs" else "epoch"
