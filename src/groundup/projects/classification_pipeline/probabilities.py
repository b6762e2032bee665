"""What is done with probabilities: they are compared with what happened, and they become decisions."""

import numpy as np

from groundup.core.types import Array


def calibration(y: Array, p: Array, edges: Array) -> tuple[Array, Array, Array]:
    """Return mean probability, share of class 1 and number of rows of each bin that has rows.

    eq. classification_pipeline:calibration

    Parameters
    ----------
    y : ndarray of int of shape (n,)
        Classes, 0 or 1.
    p : ndarray of shape (n,)
        Probabilities of class 1.
    edges : ndarray of shape (bins + 1,)
        Ends of the bins in ascending order; a probability on an edge belongs to the bin below.
    """
    bins = np.clip(np.searchsorted(edges, p) - 1, 0, len(edges) - 2)
    filled = np.unique(bins)
    said = np.array([p[bins == b].mean() for b in filled])
    found = np.array([y[bins == b].mean() for b in filled])
    return said, found, np.array([(bins == b).sum() for b in filled])


def decide(P: Array, costs: Array) -> Array:
    """Return the decision of least expected cost for each row, (n,).  eq. classification_pipeline:decision

    Parameters
    ----------
    P : ndarray of shape (n, K)
        Probabilities of the classes.
    costs : ndarray of shape (K, decisions)
        Cost of each decision (column) for a row of each class (row).
    """
    return np.asarray((P @ costs).argmin(axis=1))
