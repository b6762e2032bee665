"""scikit-learn's perceptrons at the initial weights of a network of ours: benchmarks start both sides there."""

from typing import Any

import numpy as np

from groundup.core.nn.network import Network
from groundup.core.seeds import draw_entropy
from groundup.core.types import Array


def start_at(model: Any, network: Network, few: tuple[Array, Array]) -> Any:
    """Return scikit-learn's perceptron, whose next fit begins at the initial weights of a network.

    Parameters
    ----------
    model : MLPClassifier or MLPRegressor of scikit-learn
        With `random_state`, which is the network's seed.
    network : Network
        Network of the same layers.
    few : pair of ndarray
        A few rows and targets, with all classes: a warm start goes on from the weights of an earlier fit.
    """
    epochs = model.max_iter
    model.set_params(max_iter=1, warm_start=True).fit(*few)
    w, s = network.initial((*draw_entropy(model.random_state), 0), np.float64)
    dense = [part for part in network.bound(w, s).values() if "W" in part]
    model.coefs_, model.intercepts_ = [part["W"] for part in dense], [part["b"] for part in dense]
    return model.set_params(max_iter=epochs)
