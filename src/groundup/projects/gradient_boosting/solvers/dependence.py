"""Partial dependence of trees: columns that are not given are averaged along the paths."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.paths import paths_of
from groundup.projects.gradient_boosting.solvers.shap import ENTRIES, Sum


def dependence(trees: Sum, grid: Array, features: Array, d: int) -> Array:
    """Return the sums of the trees for rows of which some of d columns are known, of shape (K, P).

    eq. gradient_boosting:cover

    Parameters
    ----------
    trees : Sum
        The trees.
    grid : ndarray of shape (P, f)
        Entries of the known columns.
    features : ndarray of int of shape (f,)
        The known columns.
    d : int
        Number of columns.
    """
    paths = paths_of(trees.trees)
    X = np.zeros((len(grid), d))
    X[:, features] = grid
    found, roots = np.zeros((len(trees.start), len(grid))), trees.trees.roots
    alone = np.flatnonzero(trees.trees.nodes.is_leaf[roots])  # no path leads to their leaves
    np.add.at(found, trees.scores_of(alone), trees.values[roots[alone], :, None])
    step = max(1, ENTRIES // len(grid))
    for start in range(0, len(paths.leaf), step):
        some = np.arange(start, min(start + step, len(paths.leaf)))
        meets = paths.met(some, X)
        feature, share = paths.feature[some, : meets.shape[1], None], paths.share[some, : meets.shape[1], None]
        reached = np.where(np.isin(feature, features), meets, share).prod(axis=1)  # (l, P)
        leaf = paths.leaf[some]
        np.add.at(found, trees.scores_of(paths.tree[leaf]), trees.values[leaf][:, :, None] * reached[:, None])
    return found
