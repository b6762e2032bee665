"""What is added to the reconstruction error: sparse codes, and codes that hardly move with the input.

Sources: Ng (2011) for sparsity; Rifai, Vincent, Muller, Glorot and Bengio (2011) for the contraction.
"""

from collections.abc import Sequence

import numpy as np

from groundup.core.types import Array
from groundup.projects.autoencoder.solvers.units import Unit


def sparsity(H: Array, rho: float, weight: Array | None) -> tuple[float, Array]:
    """Return the divergence of the units' mean activities from rho, and its derivatives by the codes.

    The mean is that of the rows of the batch; the divergence counts once for each of them.

    eq. autoencoder:sparsity, autoencoder:sparsity-slope

    Parameters
    ----------
    H : ndarray of shape (k, n)
        Codes between 0 and 1.
    rho : float
        Mean activity that costs nothing, between 0 and 1.
    weight : ndarray of shape (n,) or None
        Weights of the rows.

    Returns
    -------
    value : float
        The divergence, times the sum of the weights.
    slope : ndarray of shape (k, n)
    """
    weights = np.ones(H.shape[1], H.dtype) if weight is None else weight
    total = weights.sum()
    mean = H @ weights / total  # (k,)
    value = rho * np.log(rho / mean) + (1 - rho) * np.log((1 - rho) / (1 - mean))
    slope = (1 - rho) / (1 - mean) - rho / mean
    return float(total * value.sum()), slope[:, None] * weights


def contraction(
    weights: Sequence[Array], outputs: Sequence[Array], units: Sequence[Unit], weight: Array | None
) -> tuple[float, list[Array], list[Array]]:
    """Return half of the squared norms of the encoder's Jacobians, and the derivatives by weights and outputs.

    The Jacobian is formed from the code towards the input, a layer at a time; its backward pass goes the other
    direction. Both take as many products as the code has entries.

    eq. autoencoder:contraction, autoencoder:contraction-slope, autoencoder:jacobian

    Parameters
    ----------
    weights : sequence of ndarray
        Weights of the encoder's layers, (inputs, outputs).
    outputs : sequence of ndarray
        Outputs of their activations, (outputs, n).
    units : sequence of Unit
        The activations.
    weight : ndarray of shape (n,) or None
        Weights of the rows.

    Returns
    -------
    value : float
        Sum over the rows.
    by_weights, by_outputs : list of ndarray
        Derivatives, by layer.
    """
    k, depth = len(outputs[-1]), len(weights)
    slopes = [unit.slope(y) for unit, y in zip(units, outputs, strict=True)]
    later = [np.eye(k, dtype=outputs[-1].dtype)[:, :, None]] * depth  # (k, h, n): of the code by each layer's output
    sums = [later[-1] * slopes[-1]] * depth  # (k, h, n): of the code by each layer's weighted sums
    for m in reversed(range(depth - 1)):
        later[m] = weights[m + 1] @ sums[m + 1]
        sums[m] = later[m] * slopes[m]
    J = weights[0] @ sums[0]  # (k, d, n)
    dJ = J if weight is None else J * weight
    value = float((J * dJ).sum(dtype=np.float64)) / 2
    by_weights, by_outputs = [], []
    for m in range(depth):
        by_weights.append(np.tensordot(dJ, sums[m], axes=((0, 2), (0, 2))))
        ds = weights[m].T @ dJ  # by the derivatives `sums`
        by_outputs.append((later[m] * ds).sum(axis=0) * units[m].bend(outputs[m]))
        dJ = ds * slopes[m]
    return value, by_weights, by_outputs
