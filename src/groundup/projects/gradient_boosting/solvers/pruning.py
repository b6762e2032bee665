"""Minimal cost-complexity pruning: the branch that helps least for its leaves is cut first."""

from collections.abc import Iterator

import numpy as np

from groundup.core.types import Array
from groundup.projects.gradient_boosting.solvers.tree import Tree


def cuts(tree: Tree) -> Iterator[tuple[float, float, int]]:
    """Yield the cost per leaf at which each next branch is cut, the impurity of the leaves then left, and its node.

    eq. gradient_boosting:pruning

    The first is the whole tree at cost 0, with node -1.

    Source: L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and regression trees, 1984, section 3.3.
    """
    parent = tree.parents()
    own = tree.impurity * (tree.weighted_n_node_samples / tree.weighted_n_node_samples[0])
    leaves, branch = np.ones(tree.node_count, np.intp), own.copy()
    inner = ~tree.is_leaf
    for node in np.flatnonzero(inner)[::-1]:  # children come after their parents
        left, right = tree.children_left[node], tree.children_right[node]
        leaves[node], branch[node] = leaves[left] + leaves[right], branch[left] + branch[right]
    yield 0.0, float(branch[0]), -1
    cost = np.full(tree.node_count, np.inf)
    cost[inner] = (own - branch)[inner] / (leaves[inner] - 1)
    while np.isfinite(cost).any():
        node = int(cost.argmin())
        alpha = float(cost[node])
        saved, more = leaves[node] - 1, own[node] - branch[node]
        cost[below(tree, node)] = np.inf
        up = node
        while up >= 0:
            leaves[up] -= saved
            branch[up] += more
            cost[up] = (own[up] - branch[up]) / (leaves[up] - 1) if leaves[up] > 1 else np.inf
            up = int(parent[up])
        yield alpha, float(branch[0]), node


def below(tree: Tree, node: int) -> Array:
    """Return the nodes of the branch of a node, without itself."""
    found, level = [np.zeros(0, np.intp)], np.array([node])
    while len(level := level[~tree.is_leaf[level]]):
        level = np.concatenate([tree.children_left[level], tree.children_right[level]])
        found.append(level)
    return np.concatenate(found)


def kept_places(tree: Tree, alpha: float) -> Array:
    """Return the place of each node in the smallest subtree of least cost, -1 for nodes that it lacks.

    The cost is the impurity of the leaves, and alpha for each of them.
    """
    dropped = np.zeros(tree.node_count, bool)
    for cost, _, node in cuts(tree) if alpha > 0 else ():
        if cost > alpha:
            break
        if node >= 0:
            dropped[below(tree, node)] = True
    return np.where(dropped, -1, np.cumsum(~dropped) - 1)
