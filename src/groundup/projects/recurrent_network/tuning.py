"""The penalty on the weights for a series of the user's: the one whose forecasts of later time are best."""

import warnings
from typing import Any

import numpy as np

from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.projects.recurrent_network.models.rnn_regressor import RNNRegressor

PENALTIES = (0.01, 0.1, 1.0, 10.0)  # Values of alpha that are tried.
LATER = 0.25  # Share of the time that is learned from, at its end, on which they are tried.
TRIED = 500  # Most windows that they are tried on, the latest ones.
FEWEST = 12  # Windows in each part, with fewer of which nothing is tried.
WINDOWS_SEEN = 20_000  # Windows that training sees, each as often as it is seen;
EPOCHS = (5, 40)  # fewest and most epochs.
BATCHES, BATCH = 8, (8, 64)  # Batches of an epoch, at least, as far as these may be so small; their sizes.
UNITS = 16


def for_series(data: Dataset) -> dict[str, Any]:
    """Return size and training of a network for a series, with the penalty that forecasts later time best.

    Parameters
    ----------
    data : Dataset
        Windows in the order of time.
    """
    options = {
        "hidden_layer_sizes": (UNITS,),
        "cell": "gru",
        "learning_rate_init": 0.02,
        "learning_rate": "cosine",
        "batch_size": int(np.clip(len(data.X) // BATCHES, *BATCH)),
        "max_iter": epochs(len(data.X)),
    }
    return options | {"alpha": best_penalty(data, options)}


def epochs(count: int) -> int:
    """Return the number of epochs for some number of windows."""
    return int(np.clip(WINDOWS_SEEN // max(1, count), *EPOCHS))


def best_penalty(data: Dataset, options: dict[str, Any]) -> float:
    """Return the alpha with the least squared error on the later part of the windows.

    Windows whose targets reach into the later part are not learned from.
    """
    X, y = np.asarray(data.X)[-TRIED:], np.asarray(data.y)[-TRIED:]
    ahead = 1 if y.ndim == 1 else y.shape[1]
    split = round((1 - LATER) * len(X))
    learned = split - ahead + 1
    if min(learned, len(X) - split) < FEWEST:
        return PENALTIES[1]
    fixed = {**options, "max_iter": epochs(learned), "random_state": 0}
    errors = [later_error(alpha, fixed, (X[:learned], y[:learned]), (X[split:], y[split:])) for alpha in PENALTIES]
    return PENALTIES[int(np.argmin(errors))]


def later_error(
    alpha: float, options: dict[str, Any], learned: tuple[Array, Array], later: tuple[Array, Array]
) -> float:
    """Return the mean squared error on later windows of a network that is trained on earlier ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It need not converge.
        model = RNNRegressor(alpha=alpha, **options).fit(*learned)
    return float(np.mean((np.asarray(model.predict(later[0])) - later[1]) ** 2))
