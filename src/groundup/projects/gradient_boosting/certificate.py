"""Certificates: leaves predict the best constants, and gains add up to what was won."""

import numpy as np

from groundup.core.estimator.certificate import Certificate
from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.criteria import Criterion
from groundup.projects.gradient_boosting.solvers.levels import Level
from groundup.projects.gradient_boosting.solvers.tree import Tree

ROUNDING = 1e-9  # Part of the impurity, or of the values' spread, that may be rounding.


def certify_tree(tree: Tree, X: Array, criterion: Criterion, bounds: Array) -> Certificate:
    """Return the certificate of a tree: its leaves are measured again, on the rows that it puts there.

    eq. gradient_boosting:accounting

    Parameters
    ----------
    tree : Tree
        The tree.
    X : ndarray of shape (n, d)
        The rows that it was grown from.
    criterion : Criterion
        The impurity.
    bounds : ndarray of shape (2, m)
        Between which the values of the nodes must lie.
    """
    leaf = tree.apply(X)
    order = leaf.argsort(kind="stable")
    found, starts = np.unique(leaf[order], return_index=True)
    best = criterion.measure(Level(order[None], starts, found))
    low, high = bounds[:, found, None, None]
    value = tree.value[found]
    spread = float(np.ptp(tree.value)) or 1.0
    off = float(np.abs(value - np.clip(best.value, low, high)).max()) / spread
    mass = tree.impurity[0] * tree.weighted_n_node_samples[0]
    left = float(best.weight @ best.impurity)
    missing = abs(mass - tree.gains().sum() - left) / (mass or 1.0)
    return Certificate(
        claim="Each leaf predicts the best constant for its rows, and the gains add up to the fall of the impurity.",
        measure="largest distance of a leaf's value from the best one, relative to the values' range, or gain missing",
        value=max(off, float(missing)),
        tolerance=ROUNDING,
    )
