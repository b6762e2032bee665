"""From the nodes of a growing tree to a tree, with values from derivatives that are not rounded."""

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.histogram.nodes import Node
from groundup.projects.gradient_boosting.solvers.histogram.rules import NOTHING, HistogramRules
from groundup.projects.gradient_boosting.solvers.histogram.table import BinnedTable
from groundup.projects.gradient_boosting.solvers.histogram.tree import HistogramTree
from groundup.projects.gradient_boosting.solvers.tree import LEAF, UNDEFINED


def finished(
    nodes: list[Node],
    rows: Array,
    table: BinnedTable,
    rules: HistogramRules,
    gradients: Array,
    hessians: Array | None,
) -> tuple[HistogramTree, Array]:
    """Return the tree with the leaf of each row.  eq. gradient_boosting:leaf

    Parameters
    ----------
    nodes : list of Node
        The nodes, parents before their children.
    rows : ndarray of int of shape (n,)
        Row numbers, those of each leaf together.
    table : BinnedTable
        The bins.
    rules : HistogramRules
        How values follow from sums.
    gradients, hessians : ndarray of shape (n,)
        Derivatives of the loss; Hessians are None where all are 1.
    """
    m = len(nodes)
    size = np.array([node.size for node in nodes])
    leaf = _leaves(nodes, rows)
    G = np.bincount(leaf, gradients, m).tolist()
    H = np.bincount(leaf, hessians, m).tolist()
    features, thresholds, missing_left = [UNDEFINED] * m, [float(UNDEFINED)] * m, [False] * m
    by_category, listed = np.zeros(m, bool), np.zeros((m, table.n_categories), bool)
    for number in range(m - 1, -1, -1):
        node = nodes[number]
        if node.children is None:
            continue
        left, right = node.children
        G[number], H[number] = G[left] + G[right], H[left] + H[right]
        cut = node.cut
        assert cut is not None
        features[number] = cut.feature
        thresholds[number] = float(table.edges[cut.feature, cut.bin])
        missing_left[number] = cut.missing_left if table.has_missing[cut.feature] else 2 * cut.size > node.size
        if table.is_categorical[cut.feature]:
            by_category[number], thresholds[number] = True, np.nan
            listed[number] = missing_left[number]  # categories that these rows lack go where missing entries go
            listed[number, : len(cut.left)] = cut.left
    gradient, hessian = np.array(G), np.array(H, np.float64)
    value = rules.values(gradient, hessian, *np.array([(node.low, node.high) for node in nodes]).T)
    child = np.array([node.children or (LEAF, LEAF) for node in nodes])
    tree = HistogramTree(
        children_left=child[:, 0],
        children_right=child[:, 1],
        feature=np.array(features),
        threshold=np.array(thresholds),
        missing_go_to_left=np.array(missing_left),
        impurity=gradient * value / np.maximum(hessian, NOTHING),
        n_node_samples=size,
        weighted_n_node_samples=hessian,
        value=value[:, None, None],
        by_category=by_category,
        categories_left=listed,
    )
    return tree, leaf


def _leaves(nodes: list[Node], rows: Array) -> Array:
    """Return the leaf of each row."""
    leaves = sorted((node.start, node.size, number) for number, node in enumerate(nodes) if node.children is None)
    _, sizes, numbers = zip(*leaves, strict=True)
    leaf = np.empty(len(rows), np.intp)
    leaf[rows] = np.repeat(numbers, sizes)
    return leaf
